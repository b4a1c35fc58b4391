"""Pairs of rows of run tables, with something counted for each pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.kernels import NO_PAIR, move_pairs

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector


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
