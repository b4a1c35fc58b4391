"""Rows of voxels -> runs.

A run is a maximal stretch of one label within a row. The scan compares neighbours
into one byte per voxel (a loop that vectorises), folds 64 such bytes into one word,
and walks its set bits, so that no branch depends on the value of a voxel.
"""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._bits import count_trailing_zeros
from napari_label_index.kernels._jit import kernel

# 8 bytes of 0 or 1 times this, shifted down by 56, are 8 bits in the same order.
_GATHER_BITS = np.uint64(0x0102040810204080)
_TOP_BYTE = np.uint64(56)
_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_EIGHT = np.uint64(8)
_WORD = np.uint64(64)


@kernel
def _find_changes(row, is_change, words, changes):
    """Fill `changes` with the columns where a run or a gap begins; count them."""
    row_length = row.size
    is_change[0] = 1
    for column in range(1, row_length):
        is_change[column] = row[column] != row[column - 1]
    n_changes = _ZERO
    for word in range(words.size // 8):
        bits = _ZERO
        for byte in range(8):
            byte_bits = (words[8 * word + byte] * _GATHER_BITS) >> _TOP_BYTE
            bits |= byte_bits << (_EIGHT * np.uint64(byte))
        first = np.uint64(word) * _WORD
        while bits:
            changes[n_changes] = first + count_trailing_zeros(bits)
            n_changes += _ONE
            bits &= bits - _ONE
    return n_changes


@kernel
def scan_rows(
    rows,
    first_position,
    background,
    has_background,
    is_change,
    changes,
    labels,
    starts,
    lengths,
):
    """Write the runs of C-order `rows` and return how many they are.

    Parameters
    ----------
    rows : (n_rows, row_length) unsigned array
    first_position : flat position of ``rows[0, 0]`` in the volume
    background : the label left out, of the dtype of `rows`
    has_background : False to keep every run
    is_change : (row_length rounded up to 64) uint8 array of zeros
    changes : (row_length rounded up to 64, and one more) uint32 array
    labels, starts, lengths : (at least rows.size) arrays, filled
    """
    words = is_change.view(np.uint64)
    row_length = np.uint64(rows.shape[1])
    position = np.uint64(first_position)
    n_runs = _ZERO
    for r in range(rows.shape[0]):
        row = rows[r]
        n_changes = _find_changes(row, is_change, words, changes)
        changes[n_changes] = row_length
        for k in range(n_changes):
            start = np.uint64(changes[k])
            label = row[start]
            labels[n_runs] = label
            starts[n_runs] = position + start
            lengths[n_runs] = np.uint64(changes[k + _ONE]) - start
            n_runs += np.uint64((label != background) | (not has_background))
        position += row_length
    return n_runs
