"""What waits until strokes pause: columns that read all labels, and the run table.

During a series of strokes each of these would be computed for nothing, beside a thread
that draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QTimer

from napari_label_index._widget._stop import stop_timer
from napari_label_index.session import LatestJob, ignore

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import (
        ColumnStore,
        IndexSession,
        Report,
        Submit,
        Work,
    )

PAUSE_MS = 300


class EditPause:
    """Holds the columns of a session back while its labels are being edited.

    Parameters
    ----------
    session
        Whose labels are edited.
    columns
        Columns of its index.
    submit
        Starts work elsewhere.
    """

    def __init__(
        self, session: IndexSession, columns: ColumnStore, submit: Submit
    ) -> None:
        self._session = session
        self._columns = columns
        self._job = LatestJob(submit)
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._on_paused)
        session.labels_edited.connect(self._on_edited)

    def close(self) -> None:
        """Follow nothing any more; a second call does nothing."""
        stop_timer(self._timer)
        self._session.labels_edited.disconnect(self._on_edited, missing_ok=True)
        self._job.drop()

    def _on_edited(self) -> None:
        self._columns.hold()
        self._timer.start()

    def _on_paused(self) -> None:
        self._columns.release()
        if self._session.index is not None:
            self._job.start(_gather_work(self._session.index), ignore)


def _gather_work(index: LabelIndex) -> Work:
    """Put the run table in one piece, so that whoever needs it next has it."""

    def work(_report: Report, _cancel: Cancel) -> None:
        if not index.runs.is_in_files:  # these are read part by part
            _ = index.runs.starts

    return work
