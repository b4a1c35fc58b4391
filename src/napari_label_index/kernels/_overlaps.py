"""Runs of one window of two volumes, row by row -> which labels lie on each other."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel
from napari_label_index.kernels._pairs import add_to_pair


@kernel
def count_overlaps(ends, columns, stops, owners, others, row, pairs, voxels, n_pairs):
    """Add up the voxels that labels of two volumes share, from row `row` on.

    Stops early before a row that might overfill the table, so that the caller can
    grow it and go on.

    Parameters
    ----------
    ends, columns, stops, owners : runs of a window of one volume, row by row
    others : the same four of the other volume
    pairs : (2**k,) uint64 hash table: row of the one table times 2**32, and row of
        the other; `NO_PAIR` where empty
    voxels : (2**k, 1) int64 voxels shared by the pair
    n_pairs : how many pairs the table holds

    Returns
    -------
    row, n_pairs : the next row to do, and how many pairs there are now
    """
    other_ends, other_columns, other_stops, other_owners = others
    while row < ends.size - 1:
        k, other = ends[row], other_ends[row]
        most_new = ends[row + 1] - k + other_ends[row + 1] - other
        if 2 * (n_pairs + most_new) > pairs.size:
            return row, n_pairs
        while k < ends[row + 1] and other < other_ends[row + 1]:
            overlap = min(np.int64(stops[k]), np.int64(other_stops[other])) - max(
                np.int64(columns[k]), np.int64(other_columns[other])
            )
            if overlap > 0:
                n_pairs += add_to_pair(
                    pairs, voxels, owners[k], other_owners[other], 0, overlap
                )
            if stops[k] < other_stops[other]:
                k += 1
            else:
                other += 1
        row += 1
    return row, n_pairs
