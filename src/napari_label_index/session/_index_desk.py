"""The saved index of the layer on show: offered, opened on request, and saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_label_index.io import folder_of
from napari_label_index.session._job import Faulted, Finished, Outcome, Submit
from napari_label_index.session._late_check import LateCheck
from napari_label_index.session._latest_job import LatestJob
from napari_label_index.session._saved_index import (
    BesideVolume,
    SavedIndex,
    SavedIndexOpener,
    look_work,
    save_work,
)
from napari_label_index.session._state import Indexing, Ready

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_label_index.index import LabelImage, LabelIndex
    from napari_label_index.io import Location, SourceStamp
    from napari_label_index.session._session import IndexSession

NOTHING_TO_SAVE = "There is no index to save that agrees with the labels: index first."
CANCELLED = "Saving was cancelled; nothing was written."
SAVED_ALREADY = "The index lies in {} already: there is nothing to save."
NOTHING_TO_OPEN = "There is no saved index of this layer."


@dataclass(frozen=True, slots=True)
class VolumeSource:
    """Where the voxels of a layer come from."""

    path: str | None  # the file or folder
    is_read_late: bool  # when they are looked at, so that indexing reads the file
    is_as_read: bool  # not painted, as far as it is known


@dataclass(frozen=True, slots=True, eq=False)
class SaveRequest:
    """One save; a value, so nothing that happens meanwhile can change it."""

    index: LabelIndex
    stamp: SourceStamp | None  # of the volume, where it is the index of its files
    home: Path | None  # where it is saved without a question


class IndexDesk:
    """Looks for the index file of a volume, opens it, and saves it.

    Parameters
    ----------
    session
        Where an index is shown once it is opened, and whose index is saved.
    submit
        Starts work elsewhere: a thread in the widget, a plain call in a test.
    source_of
        Says where the volume comes from, at this moment.
    """

    changed = Signal()  # what there is, or whether it is being saved
    saved_to = Signal(object)  # SavedIndex
    told = Signal(str, str)  # a sentence, and its kind: "warning" or "error"
    progressed = Signal(object)  # Progress

    def __init__(
        self,
        session: IndexSession,
        submit: Submit,
        source_of: Callable[[], VolumeSource],
    ) -> None:
        self._session = session
        self._source_of = source_of
        self._look = LatestJob(submit)
        self._save = LatestJob(submit)
        self._check = LateCheck(session, submit)
        self._check.failed.connect(self._on_not_compared)
        self._beside = BesideVolume()
        self._is_late = False  # the stamp may be younger than the index
        session.state_changed.connect(self._on_state_changed)

    @property
    def saved(self) -> SavedIndex | None:
        """The index file of the volume, if there is one."""
        return self._beside.saved

    @property
    def is_saving(self) -> bool:
        """Whether an index is being saved."""
        return self._save.is_waiting

    @property
    def home(self) -> Path | None:
        """Where the index is saved without a question; None: the user must say."""
        return None if self._beside.asks else self._beside.home

    @property
    def folder(self) -> Location | None:
        """The dataset that the index on show was opened from, and still is."""
        index = self._session.index
        return None if index is None else folder_of(index.runs)

    def look(self, shape: tuple[int, ...] | None) -> None:
        """Look for the index file of another volume; None: there is no volume."""
        self._look.drop()
        self._beside, self._is_late = BesideVolume(), False
        self.changed.emit()
        source = self._source_of()
        if shape is not None and source.path is not None:
            # Of voxels that are in memory nobody knows when they were read.
            work = look_work(source.path, shape, stamps=source.is_read_late)
            self._look.start(work, self._on_looked)

    def open(self, label_image: LabelImage) -> None:
        """Open the saved index in the session, which compares it with `label_image`."""
        if self.saved is None:
            self.told.emit(NOTHING_TO_OPEN, "warning")
            return
        source = self._source_of()
        vouches = source.is_read_late and source.is_as_read
        opener = SavedIndexOpener(self.saved.path, source.path if vouches else None)
        self._check.expect(label_image, self.saved.path.name)
        self._session.request_open(label_image, opener)

    def save_request(self) -> SaveRequest | None:
        """Return what there is to save now; None, and a word about it, for nothing."""
        state = self._session.state
        if not isinstance(state, Ready):
            self.told.emit(NOTHING_TO_SAVE, "warning")
            return None
        if self.folder is not None:
            self.told.emit(SAVED_ALREADY.format(self.folder.name), "warning")
            return None
        stamp = self._beside.stamp if self._source_of().is_as_read else None
        return SaveRequest(state.index, stamp, self.home)

    def save(self, request: SaveRequest, path: Path | None = None) -> None:
        """Save an index at `path`, which the user chose, or at its home."""
        target = path or request.home
        if target is not None:
            was_asked = path is not None
            work = save_work(request.index, target, request.stamp, was_asked=was_asked)
            self._save.start(work, self._on_saved, self.progressed.emit)
            self.changed.emit()

    def cancel(self) -> None:
        """Ask the save to stop; what was at its path before stays as it was."""
        self._save.cancel()

    def close(self) -> None:
        """Stop what is under way, and follow nothing any more."""
        self._session.state_changed.disconnect(self._on_state_changed, missing_ok=True)
        self._look.drop()
        self._save.drop()
        self._check.close()

    def _on_not_compared(self, message: str) -> None:
        self.told.emit(message, "error")

    def _on_state_changed(self, state: Any) -> None:
        self._is_late |= isinstance(state, Indexing) and self._look.is_waiting

    def _on_looked(self, outcome: Outcome) -> None:
        if isinstance(outcome, Finished):
            found: BesideVolume = outcome.value
            self._beside = replace(found, stamp=None) if self._is_late else found
            self.changed.emit()

    def _on_saved(self, outcome: Outcome) -> None:
        match outcome:
            case Finished(saved):
                if saved.path == self._beside.home:
                    self._beside = replace(self._beside, saved=saved)
                self.saved_to.emit(saved)
            case Faulted(message):
                # The next time the user can say where to.
                self._beside = replace(self._beside, asks=True)
                self.told.emit(message, "error")
            case _:
                self.told.emit(CANCELLED, "warning")
        self.changed.emit()
