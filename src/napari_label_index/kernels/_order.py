"""Rows in the order of a column: a stable radix sort."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel

DIGIT_BITS = 11  # 2048 counters stay in the cache; 64 bits are 6 digits

_BITS = np.uint64(DIGIT_BITS)
_MASK = np.uint64((1 << DIGIT_BITS) - 1)
_ZERO, _ONE = np.uint64(0), np.uint64(1)


@kernel
def sort_rows(keys, rows, other_keys, other_rows, counts):
    """Sort rows by their keys; equal keys keep their order.

    Digits that all keys share are passed over, so small numbers take fewer passes.

    Parameters
    ----------
    keys, rows : (n,) uint64 and unsigned, moved together
    other_keys, other_rows : (n,) as those, room for the next pass
    counts : (n_digits, 2**DIGIT_BITS) uint64, zeros

    Returns
    -------
    int : number of passes; after an odd one the result is in the other arrays
    """
    n_keys = np.uint64(keys.size)
    n_digits = np.uint64(counts.shape[0])
    for k in range(n_keys):
        for digit in range(n_digits):
            counts[digit, (keys[k] >> (_BITS * digit)) & _MASK] += _ONE
    n_passes = 0
    for digit in range(n_digits):
        shift = _BITS * digit
        places = counts[digit]
        if places[(keys[0] >> shift) & _MASK] == n_keys:
            continue
        next_place = _ZERO
        for value in range(places.size):
            count = places[value]
            places[value] = next_place
            next_place += count
        for k in range(n_keys):
            value = (keys[k] >> shift) & _MASK
            place = places[value]
            places[value] = place + _ONE
            other_keys[place] = keys[k]
            other_rows[place] = rows[k]
        keys, other_keys = other_keys, keys
        rows, other_rows = other_rows, rows
        n_passes += 1
    return n_passes
