"""A hash table of pairs of rows of run tables, with counts for each pair.

It is sized by the pairs met. A pair is one number: the first row times 2**32, and the
second one. Fibonacci hashing, as in `_encode.py`.
"""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel

NO_PAIR = np.uint64(0xFFFFFFFFFFFFFFFF)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@kernel
def add_to_pair(pairs, counts, first, second, which, n):
    """Add `n` to a count of a pair of rows; return 1 if the pair is a new one.

    Parameters
    ----------
    pairs : (2**k,) uint64, `NO_PAIR` where empty; one place at least is
    counts : (2**k, n_counts) int64, zeros where there is no pair
    first, second : the rows
    which, n : which of the counts, and what to add to it
    """
    pair = (np.uint64(first) << np.uint64(32)) | np.uint64(second)
    last = np.uint64(pairs.size) - np.uint64(1)
    slot = (pair * _GOLDEN) >> np.uint64(20) & last
    while pairs[slot] != pair:
        if pairs[slot] == NO_PAIR:
            pairs[slot] = pair
            counts[slot, which] = n
            return 1
        slot = (slot + np.uint64(1)) & last
    counts[slot, which] += n
    return 0


@kernel
def move_pairs(pairs, counts, new_pairs, new_counts):
    """Enter all pairs of a table into an empty, larger one."""
    last = np.uint64(new_pairs.size) - np.uint64(1)
    for old in range(pairs.size):
        if pairs[old] == NO_PAIR:
            continue
        slot = (pairs[old] * _GOLDEN) >> np.uint64(20) & last
        while new_pairs[slot] != NO_PAIR:
            slot = (slot + np.uint64(1)) & last
        new_pairs[slot] = pairs[old]
        for which in range(counts.shape[1]):
            new_counts[slot, which] = counts[old, which]
