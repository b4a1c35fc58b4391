"""Runs of some labels, with where in the volume they are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Self

import numpy as np

from napari_label_index.index._runs import PART_RUNS, RunTable
from napari_label_index.kernels import bound_runs, copy_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from napari_label_index._typing import BoolArray, IntVector

    Sized = tuple[IntVector, IntVector, IntVector]  # runs of each label; their runs


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
        shape, bboxes = _as_planes(shape, bboxes)
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
        met = self.meeting(begin, stop)
        return self.rows[met], _bounds_of(self.runs, self.own[met], self, begin, stop)

    def within(
        self, begin: int, stop: int, limit: int | None, check: Callable[[], None]
    ) -> PlacedRuns | None:
        """Return the runs of a slab, in memory; None if they are more than `limit`."""
        if not self.runs.is_in_files:
            return self
        met = self.meeting(begin, stop)
        found, n_runs = [no_runs(self.runs)], 0
        for part in _read_at_once(self.runs.offsets[self.own[met]]):
            check()
            table = self.runs.take(self.own[met[part]])
            every = np.arange(table.n_labels)
            bounds = _bounds_of(table, every, self, begin, stop)
            sizes = bounds[:, 1] - bounds[:, 0]
            found.append((sizes, *copied(bounds, table.starts, table.lengths)))
            n_runs += found[-1][1].size
            if limit is not None and n_runs > limit:
                return None
        return self.kept(begin, stop, met, found)

    def held(self, met: IntVector, check: Callable[[], None]) -> PlacedRuns:
        """Return some labels, given by their numbers, with all runs in memory."""
        found = [no_runs(self.runs)]
        for part in _read_at_once(self.runs.offsets[self.own[met]]):
            check()
            table = self.runs.take(self.own[met[part]])
            found.append((np.diff(table.offsets), table.starts, table.lengths))
        return self.kept(*self.items, met, found)

    def kept(
        self, begin: int, stop: int, met: IntVector, found: list[Sized]
    ) -> PlacedRuns:
        """Return a slab in memory, of what was found of labels one after the other.

        Parameters
        ----------
        begin, stop : int
            The slab.
        met : (n,) int64
            Numbers of labels here.
        found : list of (sizes, starts, lengths)
            The runs of these labels, and how many each has.
        """
        sizes, starts, lengths = (
            np.concatenate(pieces) for pieces in zip(*found, strict=True)
        )
        offsets = np.append(0, np.cumsum(sizes)).astype(np.int64)
        table = RunTable(self.runs.labels[self.own[met]], offsets, starts, lengths)
        # Of all labels a copy of the boxes is the largest array of all.
        is_all = met.size == self.rows.size
        rows, bboxes = (a if is_all else a[met] for a in (self.rows, self.bboxes))
        own = np.arange(met.size)
        return PlacedRuns(table, self.shape, (begin, stop), rows, own, bboxes)

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

    def meeting(self, begin: int, stop: int) -> IntVector:
        """Return numbers of the labels here whose boxes meet a stretch."""
        starts, stops = self.bboxes[:, 0], self.bboxes[:, len(self.shape)]
        return np.flatnonzero((starts < stop) & (stops > begin))

    def meeting_any(self, stretches: Sequence[tuple[int, int]]) -> IntVector:
        """Return numbers of the labels here whose boxes meet one of some stretches."""
        n_before = np.append(0, np.cumsum(items_in(stretches, self.shape[0])))
        starts, stops = self.bboxes[:, 0], self.bboxes[:, len(self.shape)]
        return np.flatnonzero(n_before[stops] > n_before[starts])


def items_in(stretches: Sequence[tuple[int, int]], n_items: int) -> BoolArray:
    """Return which items of the first axis lie in one of some stretches."""
    is_in = np.zeros(n_items, np.bool_)
    for begin, stop in stretches:
        is_in[begin:stop] = True
    return is_in


def _as_planes(
    shape: tuple[int, ...], bboxes: IntVector
) -> tuple[tuple[int, ...], IntVector]:
    """Give a single row an axis before it; leave other shapes as they are."""
    if len(shape) > 1:
        return shape, bboxes
    zeros, ones = np.zeros(len(bboxes), np.int64), np.ones(len(bboxes), np.int64)
    padded = np.stack([zeros, bboxes[:, 0], ones, bboxes[:, 1]], axis=1)
    return (1, *shape), padded


def _bounds_of(
    table: RunTable, own: IntVector, placed: PlacedRuns, begin: int, stop: int
) -> IntVector:
    bounds = np.empty((own.size, 2), np.int64)
    item = prod(placed.shape[1:])
    bound_runs(own, table.offsets, table.starts, begin * item, stop * item, bounds)
    return bounds


def no_runs(runs: RunTable) -> Sized:
    """Return sizes, starts and lengths of no labels."""
    return np.empty(0, np.int64), *runs.no_runs()


def copied(
    bounds: IntVector, starts: IntVector, lengths: IntVector
) -> tuple[IntVector, IntVector]:
    """Return the runs in (n, 2) stretches, behind each other."""
    n_runs = int((bounds[:, 1] - bounds[:, 0]).sum())
    to = np.empty(n_runs, starts.dtype), np.empty(n_runs, lengths.dtype)
    copy_runs(bounds, starts, lengths, *to)
    return to


def _read_at_once(firsts: IntVector) -> list[slice]:
    """Cut sorted labels so that those of a part lie together in the files.

    A cancel is heard between two parts, however few of the labels there are wanted.
    """
    cuts = np.flatnonzero(np.diff(firsts // PART_RUNS)) + 1
    edges = [0, *cuts.tolist(), firsts.size]
    return [slice(a, b) for a, b in pairwise(edges) if a < b]
