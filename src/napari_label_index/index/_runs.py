"""The run table: what an index is made of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index._dealt_runs import Scratch
    from napari_label_index.index._measures import Measures
    from napari_label_index.index._neighbours import Contacts

PART_RUNS = 1 << 22  # of a table that lies in files: 40 MB, and as much to work on


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
        first, stop = self.offsets[rows], self.offsets[rows + 1]
        offsets = np.append(0, np.cumsum(stop - first)).astype(np.int64)
        own = numbers_in(first, stop)
        return RunTable(self.labels[rows], offsets, self.starts[own], self.lengths[own])

    @property
    def is_in_files(self) -> bool:
        """Whether all runs in one piece may be more than memory holds."""
        return False

    def n_reads(self, rows: IntVector) -> int:
        """Return how many stretches of files hold the runs of some rows."""
        return 0

    def scratch(self, n_bytes: int) -> Scratch | None:
        """Return a temporary file for so many bytes; None where there can be none.

        Asked of tables whose runs lie in files alone.
        """
        return None

    def parts(self, max_runs: int) -> Iterator[tuple[int, RunTable]]:
        """Give tables with a part of the rows each, and the row that each begins at.

        This table is one part. One that lies in files gives as many as it takes for
        each to have no more than `max_runs` runs, or a single label.
        """
        yield 0, self

    def known_measures(self) -> Measures | None:
        """Return counts, boxes and centroids of all labels if they were kept."""
        return None

    def known_contacts(self) -> Contacts | None:
        """Return which labels touch if that was kept."""
        return None

    def former(self) -> tuple[RunTable, IntVector] | None:
        """Return what an edit began with, None where that is not at hand.

        That is the table of before, and for each label of now its row there, or a
        number from its rows on if the label has changed.
        """
        return None

    def narrowed(self, rows: IntVector) -> tuple[RunTable, IntVector]:
        """Return a table that has the labels of some rows, and their rows there.

        A kernel that is to see these rows alone takes that table. Here it is this
        one; a table that is still in pieces gives a small one.
        """
        return self, rows

    def some(self, rows: IntVector) -> Iterator[tuple[slice, RunTable, IntVector]]:
        """Give tables that have a stretch of `rows` each, and their rows there."""
        yield slice(0, rows.size), *self.narrowed(rows)

    def no_runs(self) -> tuple[IntVector, IntVector]:
        """Return starts and lengths of a label that has none."""
        return self.starts[:0], self.lengths[:0]


def start_dtype(n_voxels: int) -> np.dtype[np.unsignedinteger]:
    """Return the smallest type for a flat position in a volume of `n_voxels`."""
    return np.dtype(np.uint32 if n_voxels <= 2**32 else np.uint64)


def length_dtype(row_length: int) -> np.dtype[np.unsignedinteger]:
    """Return the type for the length of a run in a row of `row_length` voxels."""
    return np.dtype(np.uint16 if row_length < 2**16 else np.uint32)


def bounded_stretches(sizes: IntVector, limit: int) -> Iterator[slice]:
    """Cut rows into stretches of no more runs than `limit`, or of a single row.

    Parameters
    ----------
    sizes : (n_rows,)
        Runs of each row. Without any row there is one stretch, which is empty.
    limit : int
        Most runs of a stretch with several rows.
    """
    ends = np.cumsum(sizes)
    begin = n_before = 0
    while True:
        stop = int(np.searchsorted(ends, n_before + limit, "right"))
        stop = max(min(begin + 1, ends.size), stop)
        yield slice(begin, stop)
        if stop == ends.size:
            return
        begin, n_before = stop, int(ends[stop - 1])


def numbers_in(first: IntVector, stop: IntVector) -> IntVector:
    """Return ``first[i]`` and on to ``stop[i]``, behind each other."""
    sizes = stop - first
    shifts = first - (np.cumsum(sizes) - sizes)
    numbers: IntVector = np.arange(int(sizes.sum())) + np.repeat(shifts, sizes)
    return numbers


def firsts_of(values: LabelArray) -> IntVector:
    """Return where each stretch of equal values begins, (n_stretches,) int64."""
    is_first = np.ones(values.size, bool)
    np.not_equal(values[1:], values[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)
