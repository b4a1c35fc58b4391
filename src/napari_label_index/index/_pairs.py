"""Pairs of rows or labels, with something counted for each pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.kernels import NO_PAIR, move_pairs

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector, LabelArray


class PairTable:
    """A growing hash table of pairs of rows, filled by kernels.

    Parameters
    ----------
    n_counts : int
        How many numbers are kept for each pair.
    """

    def __init__(self, n_counts: int) -> None:
        self.n_pairs = 0
        self.pairs = np.full(2**12, NO_PAIR, np.uint64)
        self.counts = np.zeros((2**12, n_counts), np.int64)

    def grow(self) -> None:
        """Make room for twice as many pairs."""
        pairs = np.full(2 * self.pairs.size, NO_PAIR, np.uint64)
        counts = np.zeros((pairs.size, self.counts.shape[1]), np.int64)
        move_pairs(self.pairs, self.counts, pairs, counts)
        self.pairs, self.counts = pairs, counts

    def filled(self) -> tuple[IntVector, IntVector]:
        """Return the pairs met, and what was counted."""
        is_pair = self.pairs != NO_PAIR
        return self.pairs[is_pair], self.counts[is_pair]


def add_up_pairs(
    found: list[tuple[IntVector, IntVector]], n_counts: int
) -> tuple[IntVector, IntVector, IntVector]:
    """Add up the tables of several windows.

    Returns
    -------
    first, second : (n_pairs,) int64, sorted by `first`, then by `second`
    counts : (n_pairs, n_counts) int64
    """
    pairs = np.concatenate([np.empty(0, np.uint64), *(part[0] for part in found)])
    counts = np.concatenate([np.empty((0, n_counts), np.int64), *(p[1] for p in found)])
    order = np.argsort(pairs, kind="stable")
    pairs, counts = pairs[order], counts[order]
    begins = np.flatnonzero(np.diff(pairs, prepend=pairs[:1] + np.uint64(1)))
    unique = pairs[begins]
    totals = np.add.reduceat(counts, begins, axis=0) if pairs.size else counts
    first = (unique >> np.uint64(32)).astype(np.int64)
    second = (unique & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return first, second, totals


def order_of_pairs(first: LabelArray, second: LabelArray) -> IntVector:
    """Return the order by first and second id, (n_pairs,); equal pairs are in any.

    Two ids side by side in one integer are sorted six times as fast as by two keys.
    """
    if not first.size:
        return np.empty(0, np.int64)
    low = min(int(first.min()), int(second.min()))
    high = max(int(first.max()), int(second.max()))
    if high - low >= 1 << 32:
        return np.lexsort((second, first))
    wide = np.uint64 if first.dtype == np.uint64 else np.int64
    major, minor = (
        (ids.astype(wide) - wide(low)).astype(np.uint64) for ids in (first, second)
    )
    return np.argsort((major << np.uint64(32)) | minor)
