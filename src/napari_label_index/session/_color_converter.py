"""Colours to labels: count them, let the user decide, make the labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psygnal import Signal

from napari_label_index.errors import Cancelled
from napari_label_index.io import export_columns, pack_colors
from napari_label_index.session._color_states import (
    ColorRequest,
    ColorsFailed,
    ColorsFound,
    ColorState,
    CountingColors,
    MakingLabels,
    NoColors,
)
from napari_label_index.session._frequent_colors import frequent_colors
from napari_label_index.session._job import (
    Faulted,
    Finished,
    Outcome,
    Progress,
    Report,
    Submit,
    Work,
    in_phase,
)
from napari_label_index.session._latest_job import LatestJob

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import Cancel
    from napari_label_index.io import ColorLabels, ColorTable

READING, COUNTING = "Reading the colours", "Counting the colours"
SPLITTING, DRAWING = "Splitting the colours", "Drawing the labels"
CANCELLED = "Cancelled before all colours were read."


class ColorConverter:
    """Makes labels of one colour image at a time; what is outdated is dropped.

    Parameters
    ----------
    submit
        Starts work elsewhere: a thread in the widget, a plain call in a test.
    """

    state_changed = Signal(object)  # ColorState
    progressed = Signal(object)  # Progress
    made = Signal(object)  # ColorLabels, with their label image
    table_saved = Signal(object)  # Outcome; the path of a file that is in place

    def __init__(self, submit: Submit) -> None:
        self._job = LatestJob(submit)
        self._table_job = LatestJob(submit)
        self._state: ColorState = NoColors()

    @property
    def state(self) -> ColorState:
        """What the converter is doing, as a frozen value."""
        return self._state

    def count(self, request: ColorRequest) -> None:
        """Read an image and count its colours, in place of what is under way."""
        self._job.drop()
        self._go(CountingColors(request))
        self._job.start(_count_work(request), self._accept, self.progressed.emit)

    def make(self, *, is_split: bool) -> None:
        """Make a label of each colour, or of each connected part of a colour."""
        found = self._state
        if isinstance(found, ColorsFound):
            self._go(MakingLabels(found))
            work = _make_work(found.labels, is_split)
            self._job.start(work, self._accept, self.progressed.emit)

    def cancel(self) -> None:
        """Stop, and go back to what was there before."""
        match self._state:
            case CountingColors():
                self.drop(CANCELLED)
            case MakingLabels(found):
                self._job.drop()
                self._go(found)

    def drop(self, notice: str = "") -> None:
        """Forget the image, and say why."""
        self._job.drop()
        self._go(NoColors(notice))

    def save_table(self, table: ColorTable, path: Path) -> None:
        """Write which colour has which id, as CSV."""

        def work(_report: Report, _cancel: Cancel) -> Path:
            return export_columns(table.columns(), path)

        self._table_job.start(work, self.table_saved.emit)

    def close(self) -> None:
        """Stop what is under way and say no more."""
        self._job.drop()
        self._table_job.drop()

    def _accept(self, outcome: Outcome) -> None:
        match outcome, self._state:
            case Finished(ColorsFound() as found), _:
                self._go(found)
            case Finished(labels), _:
                # First: the packed image is as large as the labels are.
                self._go(NoColors())
                self.made.emit(labels)
            case Faulted(message), CountingColors(request) if request.ids:
                # A path has no place where it could be broken into lines.
                short = message.replace(str(request.ids), request.ids.name)
                self._go(ColorsFailed(short))
            case Faulted(message), _:
                self._go(ColorsFailed(message))
            case _:
                self.cancel()

    def _go(self, state: ColorState) -> None:
        self._state = state
        self.state_changed.emit(state)


def _count_work(request: ColorRequest) -> Work:
    def work(report: Report, cancel: Cancel) -> ColorsFound:
        on_progress = in_phase(report, READING)

        def on_read(done: int, total: int) -> None:
            on_progress(done, total)
            if done >= total:
                report(Progress(COUNTING))

        labels = pack_colors(
            request.array,
            background=request.background,
            ids=request.ids,
            like=request.like,
            on_progress=on_read,
            cancel=cancel,
        )
        _ = labels.n_colors  # here, and not when it is first shown
        frequent = frequent_colors(labels, request.background)
        return ColorsFound(request, labels, frequent)

    return work


def _make_work(labels: ColorLabels, is_split: bool) -> Work:
    def work(report: Report, cancel: Cancel) -> ColorLabels:
        made = labels
        if is_split:
            on_progress = in_phase(report, SPLITTING)
            made = labels.split(on_progress=on_progress, cancel=cancel)
        report(Progress(DRAWING))
        if cancel():
            raise Cancelled("cancelled before the labels were drawn")
        _ = made.label_image
        return made

    return work
