"""The run table: what an index is made of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector, LabelArray


_MIN_RUNS_OF_RANGE = 1 << 13


@dataclass(frozen=True, slots=True, eq=False)
class RunTable:
    """Runs grouped by label: row ``i`` owns runs ``offsets[i]:offsets[i + 1]``.

    A run is a maximal stretch of one label along the last axis; it never crosses the
    end of a row. Within a label, runs are in C order. The arrays are read-only.

    Attributes
    ----------
    labels : (n_labels,)
        Sorted, unique, no background.
    offsets : (n_labels + 1,) int64
        Into `starts` and `lengths`.
    starts : (n_runs,)
        Flat C-order position of the first voxel.
    lengths : (n_runs,)
        Voxels in the run.
    """

    labels: LabelArray
    offsets: IntVector
    starts: IntVector
    lengths: IntVector

    def __post_init__(self) -> None:
        for field in fields(self):
            getattr(self, field.name).flags.writeable = False

    @property
    def n_labels(self) -> int:
        """Number of labels, background left out."""
        return int(self.labels.size)

    @property
    def n_runs(self) -> int:
        """Number of runs of all labels."""
        return int(self.starts.size)

    @property
    def nbytes(self) -> int:
        """Bytes held by the four arrays."""
        return sum(int(getattr(self, field.name).nbytes) for field in fields(self))

    def of_row(self, row: int) -> tuple[IntVector, IntVector]:
        """Return starts and lengths of the runs of one label."""
        first, last = self.offsets[row : row + 2]
        return self.starts[first:last], self.lengths[first:last]

    def take(self, rows: IntVector) -> RunTable:
        """Return a table of the labels of some rows, in the order given."""
        offsets = np.zeros(rows.size + 1, np.int64)
        np.cumsum(self.offsets[rows + 1] - self.offsets[rows], out=offsets[1:])
        own = [self.of_row(row) for row in rows.tolist()]
        starts, lengths = (
            np.concatenate([column[:0], *pieces])
            for column, *pieces in zip(self.no_runs(), *own, strict=True)
        )
        return RunTable(self.labels[rows], offsets, starts, lengths)

    def narrowed(self, rows: IntVector) -> tuple[RunTable, IntVector]:
        """Return a table that has the labels of some rows, and their rows there.

        A kernel that is to see these rows alone takes that table. Here it is this
        one; a table that is still in pieces gives a small one.
        """
        return self, rows

    def no_runs(self) -> tuple[IntVector, IntVector]:
        """Return starts and lengths of a label that has none."""
        return self.starts[:0], self.lengths[:0]


def start_dtype(n_voxels: int) -> np.dtype[np.unsignedinteger]:
    """Return the smallest type for a flat position in a volume of `n_voxels`."""
    return np.dtype(np.uint32 if n_voxels <= 2**32 else np.uint64)


def length_dtype(row_length: int) -> np.dtype[np.unsignedinteger]:
    """Return the type for the length of a run in a row of `row_length` voxels."""
    return np.dtype(np.uint16 if row_length < 2**16 else np.uint32)


def even_row_ranges(runs: RunTable, n_ranges: int) -> list[tuple[int, int]]:
    """Cut the rows of a run table into ranges that hold about as many runs each.

    A small table is one range: to start a thread takes as long as 10,000 runs.
    """
    n_ranges = max(1, min(n_ranges, runs.n_runs // _MIN_RUNS_OF_RANGE))
    bounds = np.searchsorted(
        runs.offsets, np.linspace(0, runs.n_runs, n_ranges + 1)[1:-1]
    )
    edges = [0, *(int(bound) for bound in bounds), runs.n_labels]
    return [(a, b) for a, b in pairwise(edges) if a < b]
