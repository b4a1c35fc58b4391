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
    Job,
    Outcome,
    Progress,
    Report,
    Submit,
    Work,
)

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
        self._submit = submit
        self._state: ExportState = Idle()
        self._latest_request = 0
        self._job: Job | None = None

    @property
    def state(self) -> ExportState:
        """What the exporter is doing, as a frozen value."""
        return self._state

    def export(self, request: ExportRequest) -> None:
        """Write `request`; an export that is still under way is stopped."""
        self._drop_request()
        number = self._latest_request
        self._go(Exporting(request))
        job = self._submit(
            _export_work(request),
            on_done=lambda outcome: self._accept(number, request, outcome),
            on_progress=lambda progress: self._pass_on(number, progress),
        )
        if self._is_waiting_for(number):
            self._job = job

    def cancel(self) -> None:
        """Ask the export to stop; what was at its path before stays as it was.

        The answer is awaited: only the work knows whether its file was already
        in place when it heard of this.
        """
        if self._job is not None:
            self._job.cancel()

    def close(self) -> None:
        """Stop the export and listen to it no more."""
        self._drop_request()

    def _drop_request(self) -> None:
        self._latest_request += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _is_waiting_for(self, number: int) -> bool:
        return number == self._latest_request and isinstance(self._state, Exporting)

    def _pass_on(self, number: int, progress: Progress) -> None:
        if self._is_waiting_for(number):
            self.progressed.emit(progress)

    def _accept(self, number: int, request: ExportRequest, outcome: Outcome) -> None:
        if not self._is_waiting_for(number):
            return
        self._job = None
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
