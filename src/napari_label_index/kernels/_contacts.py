"""Runs of a window, row by row -> which labels touch, and by how many faces.

Every pair of neighbouring rows is met with two pointers, and each stretch in which two
runs of different labels lie side by side adds its length to their contact.
"""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel
from napari_label_index.kernels._pairs import add_to_pair


@kernel
def count_contacts(
    shape, time_axis, first_row, row, last_row, ends, columns, stops, owners,
    pairs, faces, n_pairs,
):  # fmt: skip
    """Add up the faces that labels share, for the rows ``row:last_row`` of the volume.

    Stops early before a row that might overfill the table, so that the caller can
    grow it and go on.

    Parameters
    ----------
    shape : tuple of ints, the shape of the volume
    time_axis : int, across which nothing touches, or -1
    first_row : the row of the volume that the window begins with
    ends, columns, stops, owners : runs of the window by row, left to right
    pairs : (2**k,) uint64 hash table: the smaller row of the run table times 2**32,
        and the larger one; `NO_PAIR` where empty
    faces : (2**k, ndim) int64 faces shared by the pair, by the axis across them
    n_pairs : how many pairs the table holds

    Returns
    -------
    row, n_pairs : the next row to do, and how many pairs there are now
    """
    ndim = len(shape)
    while row < last_row:
        local = row - first_row
        n_here = ends[local + 1] - ends[local]
        if 2 * (n_pairs + 2 * ndim * (n_here + 1) + _runs_beside(
            shape, row, first_row, ends
        )) > pairs.size:  # fmt: skip
            return row, n_pairs
        for k in range(ends[local] + 1, ends[local + 1]):
            if stops[k - 1] == columns[k]:
                n_pairs += add_to_pair(
                    pairs,
                    faces,
                    min(owners[k - 1], owners[k]),
                    max(owners[k - 1], owners[k]),
                    ndim - 1,
                    1,
                )
        rest = row
        stride = np.int64(1)
        for back in range(ndim - 1):
            axis = ndim - 2 - back
            size = np.int64(shape[axis])
            if rest % size > 0 and axis != time_axis:
                n_pairs += _meet_rows(
                    ends, columns, stops, owners, local, local - stride,
                    axis, pairs, faces,
                )  # fmt: skip
            rest //= size
            stride *= size
        row += 1
    return row, n_pairs


@kernel
def _runs_beside(shape, row, first_row, ends):
    """Count the runs of the rows before this one on each axis."""
    total = np.int64(0)
    rest = row
    stride = np.int64(1)
    for back in range(len(shape) - 1):
        size = np.int64(shape[len(shape) - 2 - back])
        local = row - stride - first_row
        if rest % size > 0 and local >= 0:
            total += ends[local + 1] - ends[local]
        rest //= size
        stride *= size
    return total


@kernel
def _meet_rows(ends, columns, stops, owners, row, other_row, axis, pairs, faces):
    """Add the faces between two rows side by side; return how many pairs are new."""
    n_new = np.int64(0)
    k, other = ends[row], ends[other_row]
    while k < ends[row + 1] and other < ends[other_row + 1]:
        overlap = min(np.int64(stops[k]), np.int64(stops[other])) - max(
            np.int64(columns[k]), np.int64(columns[other])
        )
        if overlap > 0 and owners[k] != owners[other]:
            low = min(owners[k], owners[other])
            high = max(owners[k], owners[other])
            n_new += add_to_pair(pairs, faces, low, high, axis, overlap)
        if stops[k] < stops[other]:
            k += 1
        else:
            other += 1
    return n_new
