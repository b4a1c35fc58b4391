"""Runs after an edit: those of before, with the runs of some labels replaced.

A stroke of a brush changes the runs of a few labels. To copy the runs of all others,
100 MB of them, takes longer than everything else that is updated. So the table is put
together when somebody needs it in one piece; a few labels are found without that.
"""

from __future__ import annotations

from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._late_runs import LateRuns
from napari_label_index.index._parallel import Crew, n_threads_for
from napari_label_index.index._runs import RunTable, numbers_in
from napari_label_index.index._sorted_sets import difference, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index._dealt_runs import Scratch

# So few are gathered sooner than all are put together.
_FEW_RUNS, _FEW_LABELS = 1 << 20, 2000
_COPIED_AT_ONCE = 1 << 21  # runs, so that two threads share a copy evenly


def replaced_rows(
    labels: LabelArray, changed: LabelArray, gone: LabelArray
) -> tuple[LabelArray, IntVector]:
    """Merge two sorted lists of labels, of which `changed` goes first; drop `gone`.

    Returns
    -------
    merged : (n,) sorted
    sources : (n,) int64
        Where each label comes from: its place in ``[*labels, *changed]``.
    """
    keep = np.ones(labels.size, bool)
    for left_out in (changed, gone):
        rows = np.searchsorted(labels, left_out)
        inside = rows < labels.size
        hits = rows[inside][labels[rows[inside]] == left_out[inside]]
        keep[hits] = False
    kept = labels[keep]
    places = np.searchsorted(kept, changed)
    merged = np.insert(kept, places, changed)
    added = labels.size + np.arange(changed.size)
    return merged, np.insert(np.flatnonzero(keep), places, added)


class EditedRuns(LateRuns):
    """A run table of two: that of before, and the whole runs of labels that changed.

    Parameters
    ----------
    base : RunTable
        What was there before; it may be edited itself.
    changed : RunTable
        All runs of the labels that changed or are new.
    gone : (n,) array
        Labels that have no voxel any more.
    """

    __slots__ = ("_base", "_changed", "_gone", "_lock", "_sources", "_whole")

    _base: RunTable | None  # None once the table has been put together
    _changed: RunTable
    _gone: LabelArray
    _sources: IntVector  # (n_labels,) place of each in [*base, *changed]
    _whole: RunTable | None
    _lock: Lock

    def __init__(self, base: RunTable, changed: RunTable, gone: LabelArray) -> None:
        if isinstance(base, EditedRuns):
            base, changed, gone = base._with(changed, gone)
        labels, sources = replaced_rows(base.labels, changed.labels, gone)
        counts = np.concatenate([np.diff(base.offsets), np.diff(changed.offsets)])
        offsets = np.zeros(labels.size + 1, np.int64)
        np.cumsum(counts[sources], out=offsets[1:])
        for array in (labels, offsets):
            array.flags.writeable = False
        for name, value in {
            "labels": labels, "offsets": offsets,
            "_base": base, "_changed": changed, "_gone": gone,
            "_sources": sources, "_whole": None, "_lock": Lock(),
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)

    def whole(self) -> RunTable:
        """Put the table together, once; any thread may ask."""
        with self._lock:
            if self._whole is None:
                whole = self._put_together()
                object.__setattr__(self, "_whole", whole)
                object.__setattr__(self, "_base", None)  # its memory may go
            assert self._whole is not None
            return self._whole

    def of_row(self, row: int) -> tuple[IntVector, IntVector]:
        """Return starts and lengths of the runs of one label."""
        base, whole = self._base, self._whole
        if whole is not None or base is None:
            return self.whole().of_row(row)
        source = int(self._sources[row])
        if source < base.n_labels:
            return base.of_row(source)
        return self._changed.of_row(source - base.n_labels)

    def narrowed(self, rows: IntVector) -> tuple[RunTable, IntVector]:
        """Return a table that has the labels of some rows, and their rows there."""
        n_runs = int((self.offsets[rows + 1] - self.offsets[rows]).sum())
        is_few = n_runs <= _FEW_RUNS and rows.size <= _FEW_LABELS
        if self.is_in_files or (self._whole is None and is_few):
            return self.take(rows), np.arange(rows.size)
        return self.whole(), rows

    def former(self) -> tuple[RunTable, IntVector] | None:
        """Return the table of before, and where in it the labels of now were."""
        base = self._base
        return None if base is None else (base, self._sources)

    @property
    def is_in_files(self) -> bool:
        """Whether all runs in one piece may be more than memory holds."""
        base = self._base
        return base is not None and base.is_in_files

    def n_reads(self, rows: IntVector) -> int:
        """Return how many stretches of files hold the runs of some rows."""
        base = self._base
        if base is None:
            return 0
        sources = self._sources[rows]
        return base.n_reads(sources[sources < base.n_labels])

    def scratch(self, n_bytes: int) -> Scratch | None:
        """Return a temporary file for so many bytes; None where there can be none."""
        return None if self._base is None else self._base.scratch(n_bytes)

    def take(self, rows: IntVector) -> RunTable:
        """Return a table of the labels of some rows, in the order given."""
        base = self._base
        if base is None:
            return self.whole().take(rows)
        sources = self._sources[rows]
        is_changed = sources >= base.n_labels
        tables = (
            base.take(sources[~is_changed]),
            self._changed.take(sources[is_changed] - base.n_labels),
        )
        return _in_order(tables, np.argsort(is_changed, kind="stable"))

    def _with(
        self, changed: RunTable, gone: LabelArray
    ) -> tuple[RunTable, RunTable, LabelArray]:
        """Return what this table and a further edit of it are, as one edit."""
        base = self._base
        if base is None:
            return self.whole(), changed, gone
        both = EditedRuns(self._changed, changed, gone).whole()
        still_gone = difference(self._gone, changed.labels)
        return base, both, union(still_gone, gone)

    def no_runs(self) -> tuple[IntVector, IntVector]:
        """Return starts and lengths of a label that has none."""
        # Of the part that is at hand: asking for `starts` would put it all together.
        return self._changed.starts[:0], self._changed.lengths[:0]

    def _put_together(self) -> RunTable:
        base = self._base
        assert base is not None
        starts = np.empty(self.n_runs, base.starts.dtype)
        lengths = np.empty(self.n_runs, base.lengths.dtype)

        def copy(task: tuple[RunTable, int, int, int]) -> None:
            table, first, to, size = task
            starts[to : to + size] = table.starts[first : first + size]
            lengths[to : to + size] = table.lengths[first : first + size]

        Crew(n_threads_for(self.n_runs), 0).map(copy, list(self._copies(base)))
        return RunTable(self.labels, self.offsets, starts, lengths)

    def _copies(self, base: RunTable) -> Iterator[tuple[RunTable, int, int, int]]:
        """Give (table, its first run, where that goes, number of runs) of each copy."""
        sources = self._sources
        is_changed = sources >= base.n_labels
        breaks = (np.diff(sources) != 1) | (np.diff(is_changed.astype(np.int8)) != 0)
        firsts = np.concatenate([[0], np.flatnonzero(breaks) + 1, [sources.size]])
        for first, last in pairwise(firsts.tolist()):
            if first == last:
                continue  # there are no labels at all
            table = self._changed if is_changed[first] else base
            row = int(sources[first]) - (base.n_labels if is_changed[first] else 0)
            begin, to = int(table.offsets[row]), int(self.offsets[first])
            size = int(self.offsets[last]) - to
            for at in range(0, size, _COPIED_AT_ONCE):
                part = min(_COPIED_AT_ONCE, size - at)
                yield table, begin + at, to + at, part


def _in_order(tables: tuple[RunTable, ...], order: IntVector) -> RunTable:
    """Put tables of different labels together; row i goes to place ``order[i]``."""
    sizes = np.concatenate([np.diff(table.offsets) for table in tables])
    ends = np.cumsum(sizes)
    place = np.argsort(order, kind="stable")
    runs = numbers_in((ends - sizes)[place], ends[place])
    starts = np.concatenate([table.starts for table in tables])[runs]
    lengths = np.concatenate([table.lengths for table in tables])[runs]
    labels = np.concatenate([table.labels for table in tables])[place]
    offsets = np.zeros(place.size + 1, np.int64)
    np.cumsum(sizes[place], out=offsets[1:])
    return RunTable(labels, offsets, starts, lengths)
