"""The runs of a table that lies in files, under other rows: they are told part by part.

Labels become labels at times, these become labels again, or each part of a label
becomes one. Either way the runs of a row, or of some that lie side by side, become
those of one or of some others: a group.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._late_runs import LateRuns
from napari_label_index.index._runs import RunTable, numbers_in
from napari_label_index.index._sorted_sets import distinct

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index._dealt_runs import Scratch


class RegroupedRuns(LateRuns):
    """A run table made of another one, group by group.

    Parameters
    ----------
    base : RunTable
        Where the runs are.
    labels : (n_labels,) sorted
    offsets : (n_labels + 1,) int64
    edges : (2, n_groups + 1) int64
        Group g has the rows ``edges[0, g]:edges[0, g + 1]`` of `base`, and the rows
        ``edges[1, g]:edges[1, g + 1]`` of this table.
    regroup : callable
        Returns these runs by these rows, for a table of some groups of `base`.
    """

    __slots__ = ("_edges", "_lock", "_regroup", "_whole", "base")

    base: RunTable
    _edges: IntVector
    _regroup: Callable[[RunTable], RunTable]
    _whole: RunTable | None
    _lock: Lock

    def __init__(
        self,
        base: RunTable,
        labels: LabelArray,
        offsets: IntVector,
        edges: IntVector,
        regroup: Callable[[RunTable], RunTable],
    ) -> None:
        for array in (labels, offsets):
            array.flags.writeable = False
        for name, value in {
            "labels": labels, "offsets": offsets, "base": base,
            "_edges": edges, "_regroup": regroup, "_whole": None, "_lock": Lock(),
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)

    @property
    def is_in_files(self) -> bool:
        """Whether all runs in one piece may be more than memory holds."""
        return self._whole is None and self.base.is_in_files

    def whole(self) -> RunTable:
        """Put the table together, once; any thread may ask."""
        with self._lock:
            if self._whole is None:
                base = self.base
                every = RunTable(base.labels, base.offsets, base.starts, base.lengths)
                whole = self._regroup(every)
                object.__setattr__(self, "_whole", whole)
            assert self._whole is not None
            return self._whole

    def no_runs(self) -> tuple[IntVector, IntVector]:
        """Return starts and lengths of a label that has none."""
        return self.base.no_runs()

    def of_row(self, row: int) -> tuple[IntVector, IntVector]:
        """Return starts and lengths of the runs of one label."""
        return self.take(np.array([row])).of_row(0)

    def n_reads(self, rows: IntVector) -> int:
        """Return how many stretches of files hold the runs of some rows."""
        return self.base.n_reads(self._rows_of_base(self._groups_of(rows)))

    def scratch(self, n_bytes: int) -> Scratch | None:
        """Return a temporary file for so many bytes; None where there can be none."""
        return self.base.scratch(n_bytes)

    def narrowed(self, rows: IntVector) -> tuple[RunTable, IntVector]:
        """Return a table that has the labels of some rows, and their rows there."""
        if not self.is_in_files:
            return self.whole(), rows
        return self.take(rows), np.arange(rows.size)

    def take(self, rows: IntVector) -> RunTable:
        """Return a table of the labels of some rows, in the order given."""
        if not self.is_in_files:
            return self.whole().take(rows)
        groups = self._groups_of(rows)
        some = self._regroup(self.base.take(self._rows_of_base(groups)))
        here = numbers_in(self._edges[1, groups], self._edges[1, groups + 1])
        found = some.take(np.searchsorted(here, rows))
        return RunTable(self.labels[rows], found.offsets, found.starts, found.lengths)

    def _groups_of(self, rows: IntVector) -> IntVector:
        return distinct(np.searchsorted(self._edges[1], rows, "right") - 1)

    def _rows_of_base(self, groups: IntVector) -> IntVector:
        return numbers_in(self._edges[0, groups], self._edges[0, groups + 1])
