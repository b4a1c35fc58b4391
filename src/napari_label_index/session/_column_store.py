"""Columns of the index on show: some are at hand, others are computed elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_label_index.index import compute_columns
from napari_label_index.session._ahead import PLACES, look_ahead
from napari_label_index.session._former_columns import Former, FormerColumns
from napari_label_index.session._intensities import INTENSITIES, Intensities
from napari_label_index.session._job import (
    Faulted,
    Finished,
    Outcome,
    Report,
    Submit,
    Work,
)
from napari_label_index.session._latest_job import LatestJob

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from napari_label_index._typing import Cancel
    from napari_label_index.index import LabelIndex
    from napari_label_index.session._intensities import IntensityImage

CANCELLED = "Measuring was cancelled. Choose the column again to measure."


class ColumnStore:
    """Computes columns one at a time, the newest request first.

    One at a time, because an index does not notice that two threads compute the same
    thing, and most of these columns share one pass over the runs.

    When one index follows another, the columns that were known of the one before stay
    as `former` values until they are computed again.

    Parameters
    ----------
    submit
        Starts work elsewhere: a thread in the widget, a plain call in a test.
    """

    index_changed = Signal(object)  # LabelIndex | None
    arrived = Signal(str)  # the column is at hand now, or can never be
    computing_changed = Signal(str)  # what is computed now; "" for nothing
    progressed = Signal(object)  # Progress, of what takes longest
    image_changed = Signal()  # intensities are those of another image, or of none
    released = Signal()  # work may start again

    def __init__(self, submit: Submit) -> None:
        self.intensities = Intensities()
        self._job = LatestJob(submit)
        self._index: LabelIndex | None = None
        self._former = FormerColumns()
        self._is_held = False
        self._needs_places = False  # boxes and centroids are still to be read
        self._wanted: list[str] = []
        self._computing = ""
        self._failures: dict[str, str] = {}

    @property
    def index(self) -> LabelIndex | None:
        """The index whose columns these are."""
        return self._index

    @property
    def computing(self) -> str:
        """The column that is computed now, or nothing."""
        return self._computing

    def set_index(self, index: LabelIndex | None) -> None:
        """Take another index; what is computed for the one before is dropped."""
        self._drop_request()
        self._former.follow(self._index, index, self.intensities.columns)
        self.intensities.follow(self._index, index)
        self._index = index
        self._wanted.clear()
        self._failures.clear()
        self._needs_places = index is not None and not index.has_places
        self.index_changed.emit(index)

    @property
    def is_held(self) -> bool:
        """Whether work waits for `release`."""
        return self._is_held

    def hold(self) -> None:
        """Start no work: what is computed now would be out of date in a moment."""
        self._is_held = True

    def release(self) -> None:
        """Start what was asked for meanwhile."""
        if self._is_held:
            self._is_held = False
            self.released.emit()
            self._start_next()

    def set_image(self, image: IntensityImage | None, problem: str = "") -> None:
        """Measure intensities in another image, or say why in none.

        What is measured in the one before is dropped.
        """
        before = self.intensities.image
        self.intensities.use(image, problem)
        if image is None or before is None or image.key != before.key:
            self._former.forget(INTENSITIES)
            for name in INTENSITIES:
                self._failures.pop(name, None)
            self._want_no_intensities()
        self.image_changed.emit()  # or it has another name
        self._start_next()

    def cancel(self) -> None:
        """Stop measuring an image, until it is asked for again."""
        if self._computing not in INTENSITIES:
            return
        self._failures |= dict.fromkeys(INTENSITIES, CANCELLED)
        self._want_no_intensities()
        for name in INTENSITIES:
            self.arrived.emit(name)
        self._start_next()

    def forgive(self, names: Iterable[str]) -> None:
        """Let columns be asked for again that were cancelled."""
        for name in names:
            if self._failures.get(name) == CANCELLED:
                del self._failures[name]

    def knows(self, name: str) -> bool:
        """Whether there is such a column, computed or not."""
        is_of_index = self._index is not None and name in self._index.columns
        return is_of_index or name in INTENSITIES

    def close(self) -> None:
        """Stop what is under way and say no more."""
        self._drop_request()
        self._wanted.clear()

    def is_ready(self, name: str) -> bool:
        """Whether the column can be read without a wait."""
        if name in INTENSITIES:
            return name in self.intensities.columns
        index = self._index
        return index is not None and name in index.columns and index.knows(name)

    def values(self, name: str) -> npt.NDArray[Any] | None:
        """Return the column, ``(n_labels,)``, or None while it is not at hand."""
        if self._index is None or not self.is_ready(name):
            return None
        if name in INTENSITIES:
            return self.intensities.columns[name]
        return self._index.column(name)

    def former(self, name: str) -> Former | None:
        """Return what a column said before an edit, until it is computed again."""
        return None if self.is_ready(name) else self._former.get(name)

    def failure(self, name: str) -> str:
        """Return why the column cannot be computed; nothing where it can."""
        if name in INTENSITIES and self.intensities.image is None:
            return self.intensities.problem
        return self._failures.get(name, "")

    def missing(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of `names` that have to be computed first."""
        return tuple(
            name
            for name in dict.fromkeys(names)
            if not self.is_ready(name) and not self.failure(name)
        )

    def request(self, names: Iterable[str]) -> None:
        """Compute what is missing of `names`, before what was asked for earlier."""
        if self._index is None:
            return
        known = [name for name in self.missing(names) if self.knows(name)]
        rest = [name for name in self._wanted if name not in known]
        self._wanted = [name for name in known if name != self._computing] + rest
        self._start_next()

    def _start_next(self) -> None:
        if self._index is None or self._computing or not self._wanted:
            return
        if self._is_held:
            return
        name = self._next()
        self._say_computing(name)
        if name in INTENSITIES:
            work = self.intensities.work(self._index)
        else:
            work = _column_work(self._index, name)
        self._job.start(
            work, lambda outcome: self._accept(name, outcome), self.progressed.emit
        )

    def _next(self) -> str:
        """Return what is computed next: boxes first, as a table shows them."""
        if not self._needs_places:
            return self._wanted.pop(0)
        self._needs_places = False
        self._wanted = [name for name in self._wanted if name != PLACES]
        return PLACES

    def _accept(self, name: str, outcome: Outcome) -> None:
        names = tuple(INTENSITIES) if name in INTENSITIES else (name,)
        image = self.intensities.image
        match outcome:
            case Finished(found) if name in INTENSITIES and image is not None:
                assert self._index is not None, "its answer would have been dropped"
                self.intensities.keep(image.key, self._index, found)
                self._want_no_intensities()  # one pass gives all of them
            case Faulted(message):
                self._failures |= dict.fromkeys(names, message)
        self._say_computing("")
        for each in names:
            self.arrived.emit(each)
        self._start_next()

    def _want_no_intensities(self) -> None:
        self._wanted = [name for name in self._wanted if name not in INTENSITIES]
        if self._computing in INTENSITIES:
            self._drop_request()

    def _drop_request(self) -> None:
        self._job.drop()
        self._say_computing("")

    def _say_computing(self, name: str) -> None:
        if name != self._computing:
            self._computing = name
            self.computing_changed.emit(name)


def _column_work(index: LabelIndex, name: str) -> Work:
    def work(_report: Report, cancel: Cancel) -> None:
        compute_columns(index, [name], cancel)
        look_ahead(index)  # where boxes were read, all that a table shows of them

    return work
