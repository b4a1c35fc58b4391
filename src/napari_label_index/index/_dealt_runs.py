"""Runs in files, dealt out to stretches of the first axis in one pass over them.

Where ids that are near each other lie far apart in the volume, every slab has runs in
nearly all row groups, which would be decoded again for each. So they are decoded once,
in the order of the files, and written to a temporary file, part by part, with the runs
of each stretch side by side. What a slab takes out of it is what it has: a counting
sort by stretch whose buckets lie on a disk (Knuth, The Art of Computer Programming 3,
section 5.4.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Protocol

import numpy as np

from napari_label_index.index._placed_runs import PlacedRuns, copied, items_in, no_runs
from napari_label_index.index._runs import PART_RUNS, bounded_stretches, firsts_of
from napari_label_index.kernels import bound_runs, count_pieces, deal_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from napari_label_index._typing import IntVector
    from napari_label_index.index._placed_runs import Sized

_PIECE = np.dtype(np.uint32)  # type of the row of a piece, and of its number of runs


class Scratch(Protocol):
    """A temporary file, for one process."""

    def write(self, *arrays: IntVector) -> int:
        """Append arrays, and return at which byte the first begins."""

    def read(self, place: int, into: IntVector) -> None:
        """Fill an array with what is there from a byte on."""

    def close(self) -> None:
        """Remove the file."""


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Where the runs of some labels lie in the temporary file.

    Four arrays lie behind each other, all in the order of the stretches: the label of
    each piece, as a number in the `PlacedRuns`, its runs, and starts and lengths of
    these. The ends have the stretches' shares in them.
    """

    place: int
    piece_ends: IntVector  # (n_stretches + 1,) uint32
    run_ends: IntVector


class DealtRuns:
    """Runs of some labels that lie in a temporary file, stretch by stretch.

    Parameters
    ----------
    placed : PlacedRuns
        Which labels.
    needed : sequence of (begin, stop)
        What will be asked for, at least: stretches of the first axis, which may have
        items in common.
    scratch : Scratch
        Where the runs are put, by `fill`.
    """

    def __init__(
        self, placed: PlacedRuns, needed: Sequence[tuple[int, int]], scratch: Scratch
    ) -> None:
        self._placed = placed
        self._needed = needed
        self._edges = np.unique(np.array(needed, np.int64))
        self._is_needed = items_in(needed, placed.shape[0])[self._edges[:-1]]
        self._item = prod(placed.shape[1:])
        self._positions = self._edges.astype(np.uint64) * np.uint64(self._item)
        self._scratch = scratch
        self._parts: list[_Part] = []

    def fill(self, check: Callable[[], None]) -> None:
        """Read all runs, once, and deal them out."""
        placed = self._placed
        met = placed.meeting_any(self._needed)
        sizes = np.diff(placed.runs.offsets)[placed.own[met]]
        for part in bounded_stretches(sizes, PART_RUNS):
            check()
            self._parts.append(self._dealt(met[part]))

    def within(
        self, begin: int, stop: int, limit: int | None, check: Callable[[], None]
    ) -> PlacedRuns | None:
        """Return the runs of a slab, in memory; None if they are more than `limit`."""
        placed = self._placed
        met, found, n_runs = [placed.own[:0]], [no_runs(placed.runs)], 0
        for part in self._parts:
            check()
            numbers, sized = self._of_part(part, begin, stop)
            met.append(numbers)
            found.append(sized)
            n_runs += sized[1].size
            if limit is not None and n_runs > limit:
                return None
        return placed.kept(begin, stop, np.concatenate(met), found)

    def close(self) -> None:
        """Remove the temporary file."""
        self._scratch.close()

    def _dealt(self, met: IntVector) -> _Part:
        """Deal out the runs of some labels, given by their numbers."""
        table = self._placed.runs.take(self._placed.own[met])
        n_pieces, n_runs = np.zeros((2, self._edges.size - 1), np.int64)
        cut = self._positions, self._is_needed
        count_pieces(table.offsets, table.starts, *cut, n_pieces, n_runs)
        ends = [np.append(0, np.cumsum(counts)) for counts in (n_pieces, n_runs)]
        rows, sizes = np.empty((2, ends[0][-1]), _PIECE)
        starts = np.empty(ends[1][-1], table.starts.dtype)
        lengths = np.empty(ends[1][-1], table.lengths.dtype)
        deal_pieces(
            table.offsets, table.starts, table.lengths, *cut,
            ends[0][:-1].copy(), ends[1][:-1].copy(), rows, sizes, starts, lengths,
        )  # fmt: skip
        labels = met[rows].astype(_PIECE)
        place = self._scratch.write(labels, sizes, starts, lengths)
        return _Part(place, *(each.astype(np.uint32) for each in ends))

    def _of_part(self, part: _Part, begin: int, stop: int) -> tuple[IntVector, Sized]:
        """Return numbers of labels and their runs in a slab, out of one part."""
        first = max(int(np.searchsorted(self._edges, begin, "right")) - 1, 0)
        last = int(np.searchsorted(self._edges, stop))
        labels, sizes, starts, lengths = self._read(part, first, last)
        order = np.argsort(labels, kind="stable")  # the pieces of a label in C order
        offsets = np.append(0, np.cumsum(sizes, dtype=np.int64))
        bounds = np.empty((labels.size, 2), np.int64)
        bound_runs(
            order, offsets, starts, begin * self._item, stop * self._item, bounds
        )
        firsts = firsts_of(labels[order])
        kept = bounds[:, 1] - bounds[:, 0]
        sums = np.add.reduceat(kept, firsts) if firsts.size else kept
        numbers = labels[order][firsts].astype(np.int64)
        return numbers, (sums, *copied(bounds, starts, lengths))

    def _read(
        self, part: _Part, first: int, last: int
    ) -> tuple[IntVector, IntVector, IntVector, IntVector]:
        """Return the pieces and the runs of some stretches of a part."""
        pieces = [int(end) for end in part.piece_ends[[first, last, -1]]]
        runs = [int(end) for end in part.run_ends[[first, last, -1]]]
        kinds = [kind.dtype for kind in self._placed.runs.no_runs()]
        found, place = [], part.place
        for dtype, (begin, stop, n) in (
            (_PIECE, pieces), (_PIECE, pieces), (kinds[0], runs), (kinds[1], runs),
        ):  # fmt: skip
            array = np.empty(stop - begin, dtype)
            self._scratch.read(place + begin * dtype.itemsize, array)
            found.append(array)
            place += n * dtype.itemsize
        labels, sizes, starts, lengths = found
        return labels, sizes, starts, lengths


def dealt(
    placed: PlacedRuns, needed: Sequence[tuple[int, int]], check: Callable[[], None]
) -> DealtRuns | None:
    """Deal runs out to what will be asked for; None where a disk has no room for that.

    Parameters
    ----------
    placed : PlacedRuns
        Which labels.
    needed : sequence of (begin, stop)
        Stretches of the first axis.
    check : callable
        Called now and then; raises to stop.
    """
    scratch = placed.runs.scratch(_expected_bytes(placed, needed))
    if scratch is None:
        return None
    runs = DealtRuns(placed, needed, scratch)
    try:
        runs.fill(check)
    except BaseException:
        scratch.close()
        raise
    return runs


def _expected_bytes(placed: PlacedRuns, needed: Sequence[tuple[int, int]]) -> int:
    """Return about how many bytes runs take where they are dealt out."""
    edges = np.unique(np.array(needed, np.int64))
    starts, stops = placed.bboxes[:, 0], placed.bboxes[:, len(placed.shape)]
    n_met = np.searchsorted(edges, stops) - np.searchsorted(edges, starts, "right") + 1
    is_needed = items_in(needed, placed.shape[0])
    n_runs = int(placed.n_by_item()[is_needed].sum())
    n_pieces = min(int(n_met.clip(min=0).sum()), n_runs)
    n_bytes = sum(kind.itemsize for kind in placed.runs.no_runs())
    return n_runs * n_bytes + n_pieces * 2 * _PIECE.itemsize
