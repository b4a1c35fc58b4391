"""An index in a folder is compared with its volume while it is on show already.

To compare slices of a volume, the runs of all labels in them are read, which of a
billion takes half a minute. Until then the files of the volume vouch for it: their
number, sizes and times are those of when it was indexed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from psygnal import Signal

from napari_label_index.io import check_index
from napari_label_index.session._job import Faulted, Finished, Outcome, Report, Submit
from napari_label_index.session._latest_job import LatestJob
from napari_label_index.session._saved_index import (
    COMPARING,
    STILL_COMPARING,
    changed_since,
    slices_compared,
)
from napari_label_index.session._state import Ready

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel
    from napari_label_index.index import LabelImage, LabelIndex
    from napari_label_index.io import SourceCheck
    from napari_label_index.session._session import IndexSession
    from napari_label_index.session._state import SessionState

__all__ = ["LateCheck"]

NOT_COMPARED = "slices not compared"


class LateCheck:
    """Compares an index that is shown with its volume, and tells the session.

    Parameters
    ----------
    session
        Whose state says that its index is still to be compared.
    submit
        Starts work elsewhere: a thread in the widget, a plain call in a test.
    """

    failed = Signal(str)  # a sentence: the volume or the index could not be read

    def __init__(self, session: IndexSession, submit: Submit) -> None:
        self._session = session
        self._job = LatestJob(submit)
        self._volume: tuple[LabelImage, str] | None = None
        self._index: LabelIndex | None = None  # that is being compared
        session.state_changed.connect(self._on_state_changed)

    def expect(self, label_image: LabelImage, name: str) -> None:
        """Take note of the volume, and the name of the index, that is being opened."""
        self._volume = label_image, name

    def close(self) -> None:
        """Stop, and follow nothing any more."""
        self._session.state_changed.disconnect(self._on_state_changed, missing_ok=True)
        self._job.drop()

    def _on_state_changed(self, state: SessionState) -> None:
        index = None
        if isinstance(state, Ready) and state.compared == STILL_COMPARING:
            index = state.index
        if index is self._index:
            return
        self._index = index
        self._job.drop()
        if index is not None and self._volume is not None:
            self._start(index, *self._volume)

    def _start(self, index: LabelIndex, label_image: LabelImage, name: str) -> None:
        def work(_report: Report, cancel: Cancel) -> SourceCheck:
            return check_index(index.by_label(), label_image, "sample", cancel=cancel)

        def on_done(outcome: Outcome) -> None:
            match outcome:
                case Finished(found) if found.verdict == "same":
                    self._session.tell_compared(slices_compared(index))
                case Finished(found):
                    self._session.mark_changed(changed_since(name, found.told))
                case Faulted(message):
                    self._session.tell_compared(NOT_COMPARED)
                    self.failed.emit(f"{COMPARING} failed: {message}")

        self._job.start(work, on_done)
