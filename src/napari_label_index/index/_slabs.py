"""The runs of one stretch of the first axis after the other, wherever they lie.

A run table holds runs label by label. Whatever goes through a volume in its own order,
as contacts, overlaps, intensities and pictures do, needs those of a *slab*: a stretch
of its first axis. A table in memory is one slab. Of one that lies in files, a slab has
as many runs as may be in memory at once: the runs of all labels whose boxes meet it go
by, and those that lie in it are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Self

import numpy as np

from napari_label_index._available_memory import available_memory
from napari_label_index.index._runs import (
    PART_RUNS,
    RunTable,
    bounded_stretches,
    numbers_in,
)
from napari_label_index.kernels import bound_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from napari_label_index._typing import IntVector

# Of the memory that may be had: while a slab is put together, the one before it and its
# pieces are there too.
_SHARE = 16
_LEAST_RUNS, _USUAL_RUNS = 1 << 20, 1 << 24  # the latter where nobody knows the memory
_MOST_RUNS = 2  # times as many as expected, and the slab is cut in two


@dataclass(frozen=True, slots=True, eq=False)
class PlacedRuns:
    """Runs of some labels, and where in the volume these are.

    Attributes
    ----------
    runs : RunTable
        Where the runs are.
    shape : tuple of int
        Of the volume; a single row has an axis before it.
    items : (begin, stop)
        The stretch of the first axis of which `runs` has all runs of these labels.
    rows : (n,) int64
        Rows of the index, sorted: what is found is said of these.
    own : (n,) int64
        Their rows in `runs`.
    bboxes : (n, 2 * ndim) int64
        Their boxes.
    """

    runs: RunTable
    shape: tuple[int, ...]
    items: tuple[int, int]
    rows: IntVector
    own: IntVector
    bboxes: IntVector

    @classmethod
    def of(
        cls,
        runs: RunTable,
        shape: tuple[int, ...],
        bboxes: IntVector,
        rows: IntVector | None = None,
    ) -> Self:
        """Place the labels of a run table, or of some of its rows, in any order."""
        shape, bboxes = as_planes(shape, bboxes)
        if rows is None:
            rows = np.arange(runs.n_labels)
        else:
            rows = np.sort(rows)
            bboxes = bboxes[rows]
        return cls(runs, shape, (0, shape[0]), rows, rows, bboxes)

    def bounds(self, begin: int, stop: int) -> tuple[IntVector, IntVector]:
        """Return which labels meet ``begin:stop`` of the first axis, and their runs.

        Returns
        -------
        rows : (n,) int64, of the index
        bounds : (n, 2) int64, the stretch of ``runs`` of each that is there
        """
        met = self._meeting(begin, stop)
        return self.rows[met], _bounds_of(self.runs, self.own[met], self, begin, stop)

    def within(
        self, begin: int, stop: int, limit: int | None, check: Callable[[], None]
    ) -> PlacedRuns | None:
        """Return the runs of a slab, in memory; None if they are more than `limit`."""
        if not self.runs.is_in_files:
            return self
        met = self._meeting(begin, stop)
        found, n_runs = [_no_runs(self.runs)], 0
        for part in _read_at_once(self.runs.offsets[self.own[met]]):
            check()
            table = self.runs.take(self.own[met[part]])
            every = np.arange(table.n_labels)
            bounds = _bounds_of(table, every, self, begin, stop)
            own = numbers_in(bounds[:, 0], bounds[:, 1])
            sizes = bounds[:, 1] - bounds[:, 0]
            found.append((sizes, table.starts[own], table.lengths[own]))
            n_runs += own.size
            if limit is not None and n_runs > limit:
                return None
        sizes, starts, lengths = (
            np.concatenate(pieces) for pieces in zip(*found, strict=True)
        )
        rows = self.rows[met]
        offsets = np.append(0, np.cumsum(sizes)).astype(np.int64)
        labels = self.runs.labels[self.own[met]]
        kept = RunTable(labels, offsets, starts, lengths)
        return PlacedRuns(
            kept, self.shape, (begin, stop), rows, np.arange(rows.size),
            self.bboxes[met],
        )  # fmt: skip

    def n_by_item(self) -> IntVector:
        """Guess the runs on each item of the first axis: spread evenly over boxes."""
        sizes = self.runs.offsets[self.own + 1] - self.runs.offsets[self.own]
        first, stop = self.bboxes[:, 0], self.bboxes[:, len(self.shape)]
        density = sizes / (stop - first)
        n_ends = self.shape[0] + 1
        rises = np.bincount(first, density, n_ends)
        falls = np.bincount(stop, density, n_ends)
        n_runs: IntVector = np.ceil((rises - falls).cumsum()[:-1]).astype(np.int64)
        return n_runs

    def _meeting(self, begin: int, stop: int) -> IntVector:
        starts, stops = self.bboxes[:, 0], self.bboxes[:, len(self.shape)]
        return np.flatnonzero((starts < stop) & (stops > begin))


def as_planes(
    shape: tuple[int, ...], bboxes: IntVector
) -> tuple[tuple[int, ...], IntVector]:
    """Give a single row an axis before it; leave other shapes as they are."""
    if len(shape) > 1:
        return shape, bboxes
    zeros, ones = np.zeros(len(bboxes), np.int64), np.ones(len(bboxes), np.int64)
    padded = np.stack([zeros, bboxes[:, 0], ones, bboxes[:, 1]], axis=1)
    return (1, *shape), padded


def slabs_of(
    *tables: PlacedRuns,
    check: Callable[[], None],
    items: tuple[int, int] | None = None,
    n_before: int = 0,
) -> Iterator[tuple[int, int, list[PlacedRuns]]]:
    """Give the slabs of a volume, each with its runs of one or several tables.

    Parameters
    ----------
    *tables : PlacedRuns
        Of one volume, or of volumes of one shape.
    check : callable
        Called now and then while runs are read; raises to stop.
    items : (begin, stop), optional
        Of the first axis; all of it if left out.
    n_before : int
        How many items before a slab are needed with it.

    Yields
    ------
    begin, stop : the slab
    tables : the same tables, whose runs are in memory
    """
    begin, stop = (0, tables[0].shape[0]) if items is None else items
    stored = [table.n_by_item() for table in tables if table.runs.is_in_files]
    if not stored:
        yield begin, stop, list(tables)
        return
    n_runs = np.sum(stored, axis=0)[begin:stop]
    limit = _runs_at_once(tables)
    for part in bounded_stretches(n_runs, limit):
        first, last = begin + part.start, begin + part.stop
        yield from _in_memory(tables, first, last, n_before, limit, check)


def windows_with_runs(
    placed: PlacedRuns,
    cuts: list[int],
    check: Callable[[], None],
    items: tuple[int, int] | None = None,
) -> Iterator[tuple[int, int, PlacedRuns]]:
    """Give the windows between cuts of the first axis, each with a slab around it.

    A window goes no further than its slab.
    """
    for first, last, (slab,) in slabs_of(placed, check=check, items=items):
        for begin, stop in windows_between(cuts, first, last):
            yield begin, stop, slab


def windows_between(cuts: list[int], first: int, last: int) -> list[tuple[int, int]]:
    """Return the windows that cuts make of a stretch, (begin, stop) of each."""
    inner = [cut for cut in cuts if first < cut < last]
    return [(a, b) for a, b in pairwise([first, *inner, last]) if a < b]


def _in_memory(
    tables: tuple[PlacedRuns, ...],
    begin: int,
    stop: int,
    n_before: int,
    limit: int,
    check: Callable[[], None],
) -> Iterator[tuple[int, int, list[PlacedRuns]]]:
    """Give a slab; in two, where many more runs lie in it than was expected."""
    first = max(begin - n_before, 0)
    most = _MOST_RUNS * limit if stop - begin > 1 else None
    found = [table.within(first, stop, most, check) for table in tables]
    placed = [table for table in found if table is not None]
    if len(placed) == len(tables):
        yield begin, stop, placed
        return
    middle = (begin + stop) // 2
    yield from _in_memory(tables, begin, middle, n_before, limit, check)
    yield from _in_memory(tables, middle, stop, n_before, limit, check)


def _runs_at_once(tables: tuple[PlacedRuns, ...]) -> int:
    """Return how many runs of tables in files a slab should have."""
    memory = available_memory()
    if memory is None:
        return _USUAL_RUNS
    n_bytes = max(
        sum(kind.itemsize for kind in table.runs.no_runs()) for table in tables
    )
    return max(_LEAST_RUNS, memory // _SHARE // n_bytes)


def _bounds_of(
    table: RunTable, own: IntVector, placed: PlacedRuns, begin: int, stop: int
) -> IntVector:
    bounds = np.empty((own.size, 2), np.int64)
    item = prod(placed.shape[1:])
    bound_runs(own, table.offsets, table.starts, begin * item, stop * item, bounds)
    return bounds


def _no_runs(runs: RunTable) -> tuple[IntVector, IntVector, IntVector]:
    return np.empty(0, np.int64), *runs.no_runs()


def _read_at_once(firsts: IntVector) -> list[slice]:
    """Cut sorted labels so that those of a part lie together in the files.

    A cancel is heard between two parts, however few of the labels there are wanted.
    """
    cuts = np.flatnonzero(np.diff(firsts // PART_RUNS)) + 1
    edges = [0, *cuts.tolist(), firsts.size]
    return [slice(a, b) for a, b in pairwise(edges) if a < b]
