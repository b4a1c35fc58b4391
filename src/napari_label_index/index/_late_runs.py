"""A run table that is put together in one piece only when somebody asks for that."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._runs import PART_RUNS, RunTable, bounded_stretches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import IntVector


class LateRuns(RunTable):
    """A run table of which `labels` and `offsets` are at hand, and runs are not.

    Who asks for some labels is served without the others; who asks for `starts` or
    `lengths` gets those of all labels.
    """

    __slots__ = ()

    @abstractmethod
    def whole(self) -> RunTable:
        """Put the table together, once; any thread may ask."""

    @property
    def starts(self) -> IntVector:
        """The starts of all runs, put together when first asked for."""
        return self.whole().starts

    @property
    def lengths(self) -> IntVector:
        """The lengths of all runs, put together when first asked for."""
        return self.whole().lengths

    @property
    def n_runs(self) -> int:
        """Number of runs of all labels."""
        return int(self.offsets[-1])

    @property
    def nbytes(self) -> int:
        """Bytes held in memory, without runs that lie in files."""
        own = int(self.labels.nbytes + self.offsets.nbytes)
        if self.is_in_files:
            return own
        return own + self.n_runs * sum(kind.itemsize for kind in self.no_runs())

    def parts(self, max_runs: int) -> Iterator[tuple[int, RunTable]]:
        """Give tables with a part of the rows each, and the row that each begins at."""
        if not self.is_in_files:
            yield 0, self
            return
        for own in bounded_stretches(np.diff(self.offsets), max_runs):
            yield own.start, self.take(np.arange(own.start, own.stop))

    def some(self, rows: IntVector) -> Iterator[tuple[slice, RunTable, IntVector]]:
        """Give tables that have a stretch of `rows` each, and their rows there."""
        if not self.is_in_files:
            yield slice(0, rows.size), *self.narrowed(rows)
            return
        for own in bounded_stretches(np.diff(self.offsets)[rows], PART_RUNS):
            table = self.take(rows[own])
            yield own, table, np.arange(table.n_labels)
