"""Chips: queries with a name, each with the number of labels that it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from napari_label_index.errors import LabelIndexError, QueryError
from napari_label_index.session._job import (
    Finished,
    Outcome,
    Report,
    Submit,
    Work,
)
from napari_label_index.session._latest_job import LatestJob

if TYPE_CHECKING:
    from collections.abc import Mapping

    from napari_label_index._typing import Cancel
    from napari_label_index.index import LabelIndex
    from napari_label_index.session._column_store import ColumnStore
    from napari_label_index.session._filter import LabelFilter

TINY_SHARE = 0.05  # of the median


@dataclass(frozen=True, slots=True)
class Chip:
    """One query that is a click away."""

    name: str
    query: str
    tooltip: str


GAPS = Chip("Gaps", "n_missing_times > 0", "Labels that are gone at times in between")


def check_chips(index: LabelIndex) -> tuple[Chip, ...]:
    """Return the chips of an index: those that each has, and those of tracks."""
    least = tiny_below(index)
    chips = (
        Chip("All", "", "Show every label"),
        Chip(
            "Multi-part",
            "n_components > 1",
            "Labels in more than one part (parts join at voxel faces)",
        ),
        Chip(
            "Tiny",
            f"num_pixels < {least}",
            f"Labels of fewer than {least:,} voxels: {TINY_SHARE:.0%} of the median",
        ),
        Chip("Border", "touches_border", "Labels cut by the border of the volume"),
        Chip("Holes", "n_holes > 0", "Labels with closed cavities"),
    )
    return (*chips, GAPS) if "n_missing_times" in index.columns else chips


def tiny_below(index: LabelIndex) -> int:
    """Return the voxels below which a label is tiny: a round number, 2 at least."""
    found: int = index.remember("tiny below", lambda: _tiny_below(index))
    return found


def _tiny_below(index: LabelIndex) -> int:
    if not len(index):
        return 2
    counts = index.voxel_counts
    # The median takes a copy, which of small numbers is an eighth of the memory.
    small = counts.astype(np.min_scalar_type(counts.max()))
    least = TINY_SHARE * float(np.median(small))
    unit = int(10 ** (len(str(int(least))) - 1))
    return max(round(least / unit) * unit, 2)


class ChipCounts:
    """Knows the chips, and counts their labels elsewhere, after each index.

    Parameters
    ----------
    columns, submit
        As for `LabelFilter`.
    label_filter
        Answers the queries of the chips.
    """

    chips_changed = Signal()
    counted = Signal()

    def __init__(
        self, columns: ColumnStore, submit: Submit, label_filter: LabelFilter
    ) -> None:
        self._columns = columns
        self._job = LatestJob(submit)
        self._filter = label_filter
        self._registered: list[Chip] = []
        self._counts: dict[str, int] = {}
        self._former: dict[str, int] = {}  # before the last edit
        self._uncountable: set[str] = set()
        columns.index_changed.connect(self._on_index_changed)
        columns.arrived.connect(self._on_column_arrived)
        columns.released.connect(self._count)

    @property
    def chips(self) -> tuple[Chip, ...]:
        """The chips, in the order shown; none without an index."""
        index = self._columns.index
        return () if index is None else (*check_chips(index), *self._registered)

    def count(self, chip: Chip) -> int | None:
        """Return how many labels a chip shows, or None while that is not known."""
        return self._counts.get(chip.query, self._former.get(chip.query))

    def register(self, *chips: Chip) -> None:
        """Add chips after those of the checks; one of the same name is replaced."""
        names = {chip.name for chip in chips}
        kept = [chip for chip in self._registered if chip.name not in names]
        self._registered = [*kept, *chips]
        self.chips_changed.emit()
        self._count()

    def tell(self, counts: Mapping[str, int]) -> None:
        """Take counts, by query, that somebody knows without asking the queries."""
        self._counts.update(counts)
        self.counted.emit()

    def refresh(self) -> None:
        """Count the registered chips again: something that they read has changed."""
        for chip in self._registered:
            self._counts.pop(chip.query, None)
            self._uncountable.discard(chip.query)
        # What is being counted now may have read the state before.
        self._job.drop()
        self._count()

    def close(self) -> None:
        """Stop what is under way and say no more."""
        self._job.drop()

    def _on_index_changed(self, index: LabelIndex | None) -> None:
        self._job.drop()
        # While labels are edited, the counts of a moment ago stay on show.
        self._former = self._former | self._counts if self._columns.is_held else {}
        self._counts.clear()
        self._uncountable.clear()
        self.chips_changed.emit()
        if index is None:
            return
        for chip in reversed(self.chips):  # the newest request goes first
            self._columns.request(self._missing(chip, index) or ())
        self._count()

    def _on_column_arrived(self, _name: str) -> None:
        self._count()

    def _missing(self, chip: Chip, index: LabelIndex) -> tuple[str, ...] | None:
        """Columns that a chip waits for; None where it cannot be asked at all."""
        try:
            return self._filter.missing(chip.query, index)
        except QueryError:
            return None

    def _count(self) -> None:
        """Count what can be counted with the columns at hand."""
        index = self._columns.index
        if index is None or self._job.is_waiting or self._columns.is_held:
            return
        queries = [
            chip.query
            for chip in self.chips
            if chip.query not in self._counts
            and chip.query not in self._uncountable
            and self._missing(chip, index) == ()
        ]
        if queries:
            self._job.start(
                _count_work(self._filter, index, queries),
                lambda outcome: self._accept(queries, outcome),
            )

    def _accept(self, queries: list[str], outcome: Outcome) -> None:
        counts = outcome.value if isinstance(outcome, Finished) else {}
        self._counts = counts | self._counts  # what was told meanwhile is newer
        self._uncountable.update(set(queries) - set(counts))
        self.counted.emit()
        self._count()


def _count_work(
    label_filter: LabelFilter, index: LabelIndex, queries: list[str]
) -> Work:
    answer = label_filter.answer_of(index)

    def work(_report: Report, cancel: Cancel) -> dict[str, int]:
        counts = {}
        for query in queries:
            if cancel():
                break
            try:
                counts[query] = len(answer(query) if query else index.labels)
            except LabelIndexError:
                continue  # such as a column that failed: the chip says nothing
        return counts

    return work
