"""Writes coordinates of labels to a file, one export at a time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from psygnal import Signal

from napari_label_index.io import export_coords
from napari_label_index.session._job import (
    Faulted,
    Finished,
    Outcome,
    Progress,
    Report,
    Submit,
    Work,
)
from napari_label_index.session._latest_job import LatestJob

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import Cancel, FloatArray, LabelArray
    from napari_label_index.index import LabelIndex

EXPORTING = "Exporting"


@dataclass(frozen=True, slots=True, eq=False)
class ExportRequest:
    """One export; a value, so nothing that happens meanwhile can change it."""

    index: LabelIndex
    labels: LabelArray | None  # None: all
    path: Path
    affine: FloatArray | None = None  # (ndim + 1, ndim + 1) voxel to world

    @property
    def n_labels(self) -> int:
        """Labels that will be written."""
        return len(self.index) if self.labels is None else len(self.labels)

    @property
    def n_voxels(self) -> int:
        """Lines that will be written."""
        counts = self.index.voxel_counts
        if self.labels is not None:
            counts = counts[self.index.rows_of(self.labels)]
        return int(counts.sum())


@dataclass(frozen=True, slots=True)
class Idle:
    """No export under way; `notice` says what became of the last one."""

    notice: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Exporting:
    """A file is being written."""

    request: ExportRequest


@dataclass(frozen=True, slots=True, eq=False)
class Exported:
    """The file is in place."""

    request: ExportRequest
    path: Path
    n_bytes: int


@dataclass(frozen=True, slots=True)
class ExportFailed:
    """No file was written; `message` is a sentence for the user."""

    message: str


ExportState: TypeAlias = Idle | Exporting | Exported | ExportFailed


class Exporter:
    """Runs exports elsewhere and tells how they went.

    Parameters
    ----------
    submit
        Starts work elsewhere: a thread in the widget, a plain call in a test.
    """

    state_changed = Signal(object)  # ExportState
    progressed = Signal(object)  # Progress

    def __init__(self, submit: Submit) -> None:
        self._job = LatestJob(submit)
        self._state: ExportState = Idle()

    @property
    def state(self) -> ExportState:
        """What the exporter is doing, as a frozen value."""
        return self._state

    def export(self, request: ExportRequest) -> None:
        """Write `request`; an export that is still under way is stopped."""
        self._job.drop()
        self._go(Exporting(request))
        self._job.start(
            _export_work(request),
            lambda outcome: self._accept(request, outcome),
            self.progressed.emit,
        )

    def cancel(self) -> None:
        """Ask the export to stop; what was at its path before stays as it was.

        The answer is awaited: only the work knows whether its file was already
        in place when it heard of this.
        """
        self._job.cancel()

    def close(self) -> None:
        """Stop the export and listen to it no more."""
        self._job.drop()

    def _accept(self, request: ExportRequest, outcome: Outcome) -> None:
        match outcome:
            case Finished((path, n_bytes)):
                self._go(Exported(request, path, n_bytes))
            case Faulted(message):
                self._go(ExportFailed(message))
            case _:
                self._go(Idle("Export cancelled; no file was written."))

    def _go(self, state: ExportState) -> None:
        self._state = state
        self.state_changed.emit(state)


def _export_work(request: ExportRequest) -> Work:
    def work(report: Report, cancel: Cancel) -> tuple[Path, int]:
        began = time.perf_counter()
        report(Progress(EXPORTING))

        def on_progress(done: int, total: int) -> None:
            seconds = time.perf_counter() - began
            report(Progress(EXPORTING, done, total, seconds))

        path = export_coords(
            request.index,
            request.labels,
            request.path,
            affine=request.affine,
            on_progress=on_progress,
            cancel=cancel,
        )
        return path, path.stat().st_size

    return work
