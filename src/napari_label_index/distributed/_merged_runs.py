"""The runs that all blocks have of a range of labels -> run tables, in order.

A few million runs are put together at a time. A label with more comes in several
tables, cut at positions that depend on its runs alone, so that no label is too large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index import RunTable
from napari_label_index.index._runs import bounded_stretches
from napari_label_index.index._sorted_sets import distinct
from napari_label_index.kernels import longest_unordered, merge_pieces, place_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from napari_label_index._typing import IntVector, LabelArray

__all__ = ["merged_runs"]

WINDOW_RUNS = 1 << 21

# What a block has of the labels is copied up to this size, so that its file need not
# stay mapped; more stays where it is, since one label may have most runs of a volume.
_COPIED_RUNS = 1 << 12


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one block has of the labels."""

    rows: IntVector  # (n,) their rows among all labels
    offsets: IntVector  # (n + 1,) into `starts` and `lengths`
    starts: IntVector
    lengths: IntVector

    def cut(self, begin: int, stop: int) -> tuple[IntVector, IntVector, slice] | None:
        """Return rows, offsets and runs of the labels from row `begin` to `stop`."""
        first, last = np.searchsorted(self.rows, [begin, stop])
        if first == last:
            return None
        offsets = self.offsets[first : last + 1]
        return self.rows[first:last] - begin, offsets, slice(offsets[0], offsets[-1])


def merged_runs(
    blocks: Sequence[RunTable], first: int, last: int
) -> Iterator[tuple[RunTable, bool]]:
    """Give the runs of the labels from `first` to `last`, in the order of the labels.

    Parameters
    ----------
    blocks : sequence of RunTable
        In the order of their first voxels.
    first, last : int
        Ends of the range, which are in it.

    Yields
    ------
    runs : RunTable
    goes_on : bool
        Whether the next table has more runs of the label, which is then the only one.
    """
    labels, pieces = _pieces(blocks, first, last)
    counts = np.zeros(labels.size, np.int64)
    for piece in pieces:
        counts[piece.rows] += np.diff(piece.offsets)
    for own in bounded_stretches(counts, WINDOW_RUNS):
        if counts[own].sum() > WINDOW_RUNS:
            yield from _large_label(labels[own], pieces, own.start)
        else:
            yield _table(labels[own], counts[own], pieces, own.start), False


def _pieces(
    blocks: Sequence[RunTable], first: int, last: int
) -> tuple[LabelArray, list[_Piece]]:
    found = []
    for block in blocks:
        dtype = block.labels.dtype.type
        begin = int(np.searchsorted(block.labels, dtype(first)))
        stop = int(np.searchsorted(block.labels, dtype(last), "right"))
        if begin < stop:
            found.append((block.labels[begin:stop].copy(), _piece(block, begin, stop)))
    labels = distinct(np.concatenate([own for own, _ in found]))
    return labels, [_Piece(np.searchsorted(labels, own), *rest) for own, rest in found]


def _piece(
    block: RunTable, begin: int, stop: int
) -> tuple[IntVector, IntVector, IntVector]:
    """Return offsets, starts and lengths of the labels of some rows of a block."""
    offsets = np.array(block.offsets[begin : stop + 1])
    own = slice(offsets[0], offsets[-1])
    starts, lengths = block.starts[own], block.lengths[own]
    if starts.size <= _COPIED_RUNS:
        starts, lengths = starts.copy(), lengths.copy()
    return offsets - offsets[0], starts, lengths


def _table(
    labels: LabelArray, counts: IntVector, pieces: list[_Piece], begin: int
) -> RunTable:
    offsets = np.zeros(labels.size + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    starts = np.empty(offsets[-1], pieces[0].starts.dtype)
    lengths = np.empty(offsets[-1], pieces[0].lengths.dtype)
    cursors = offsets[:-1].copy()
    for piece in pieces:
        cut = piece.cut(begin, begin + labels.size)
        if cut is not None:
            rows, own_offsets, own = cut
            place_pieces(
                rows, own_offsets,
                _plain(piece.starts[own]), _plain(piece.lengths[own]),
                cursors, starts, lengths,
            )  # fmt: skip
    return _in_order(labels, offsets, starts, lengths)


def _large_label(
    label: LabelArray, pieces: list[_Piece], row: int
) -> Iterator[tuple[RunTable, bool]]:
    """Give the runs of one label in several tables."""
    own = []
    for piece in pieces:
        cut = piece.cut(row, row + 1)
        if cut is not None:
            own.append((piece.starts[cut[2]], piece.lengths[cut[2]]))
    places = [0] * len(own)
    left = sum(starts.size for starts, _ in own)
    while left:
        stops = _places_of_window([starts for starts, _ in own], places)
        parts = [slice(*pair) for pair in zip(places, stops, strict=True)]
        starts = np.concatenate([own[k][0][part] for k, part in enumerate(parts)])
        lengths = np.concatenate([own[k][1][part] for k, part in enumerate(parts)])
        offsets = np.array([0, starts.size], np.int64)
        left -= starts.size
        yield _in_order(label.copy(), offsets, starts, lengths), left > 0
        places = stops


def _places_of_window(pieces: list[IntVector], begins: list[int]) -> list[int]:
    """Return how far each piece goes up to the position before which a window fits.

    It is found by bisection; the number of runs before a position is that of all
    blocks together, however these were cut.
    """
    before = sum(begins)

    def places_at(position: int) -> list[int]:
        return [
            int(np.searchsorted(starts, starts.dtype.type(position)))
            for starts in pieces
        ]

    if sum(starts.size for starts in pieces) - before <= WINDOW_RUNS:
        return [starts.size for starts in pieces]
    low, high = 0, max(int(starts[-1]) for starts in pieces) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if sum(places_at(middle)) - before <= WINDOW_RUNS:
            low = middle
        else:
            high = middle
    return places_at(low)


def _in_order(
    labels: LabelArray, offsets: IntVector, starts: IntVector, lengths: IntVector
) -> RunTable:
    room = longest_unordered(offsets, starts)
    if room:
        merge_pieces(
            offsets, starts, lengths,
            np.empty(room, starts.dtype), np.empty(room, lengths.dtype),
        )  # fmt: skip
    return RunTable(labels, offsets, starts, lengths)


def _plain(array: Any) -> Any:
    """Return a mapped array as kernels take it."""
    return array.view(np.ndarray)
