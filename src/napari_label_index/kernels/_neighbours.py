"""Runs of a window of rows -> which labels touch, and by how many faces.

The runs of a window are first sorted by column, then dealt out to their rows. Then
every pair of neighbouring rows is met with two pointers, and each stretch in which two
runs of different labels lie side by side adds its length to their contact. Contacts
are kept in a hash table of label pairs, sized by the pairs met.
"""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._find import first_run_from
from napari_label_index.kernels._jit import kernel

NO_PAIR = np.uint64(0xFFFFFFFFFFFFFFFF)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@kernel
def bound_runs(rows_of_table, offsets, starts, first, last, bounds):
    """Fill `bounds`, (n, 2), with the runs of labels at positions ``first:last``."""
    for number in range(rows_of_table.size):
        row = rows_of_table[number]
        begin, end = offsets[row], offsets[row + 1]
        bounds[number, 0] = first_run_from(starts, begin, end, np.uint64(first))
        bounds[number, 1] = first_run_from(starts, begin, end, np.uint64(last))


@kernel
def gather_runs(
    rows_of_table, bounds, starts, lengths, n_columns, first_row,
    rows, columns, stops, owners,
):  # fmt: skip
    """List the runs of a window, label by label.

    Parameters
    ----------
    rows_of_table : (n,) rows of the run table that have runs in the window
    bounds : (n, 2) int64 the stretch of their runs that is in the window
    starts, lengths : of the run table
    n_columns, first_row : of the volume, and the first row of the window
    rows, columns, stops, owners : (n_runs,) filled: the row of the window, the first
        column, one past the last, and the row of the table
    """
    filled = 0
    for number in range(rows_of_table.size):
        for k in range(bounds[number, 0], bounds[number, 1]):
            row = np.int64(starts[k]) // n_columns
            column = np.int64(starts[k]) - row * n_columns
            rows[filled] = row - first_row
            columns[filled] = column
            stops[filled] = column + np.int64(lengths[k])
            owners[filled] = rows_of_table[number]
            filled += 1


@kernel
def deal_runs_to_rows(order, rows, columns, stops, owners, ends, dealt):
    """Deal runs out to their rows, in this order, which is that of their columns.

    Parameters
    ----------
    order : (n_runs,)
    rows, columns, stops, owners : (n_runs,) as above
    ends : (n_rows + 1,) int64, filled: runs of row r are ``ends[r]:ends[r + 1]``
    dealt : tuple of arrays like `columns`, `stops` and `owners`, filled
    """
    ends[:] = 0
    for k in range(rows.size):
        ends[rows[k] + 1] += 1
    for row in range(ends.size - 1):
        ends[row + 1] += ends[row]
    cursors = ends[:-1].copy()
    for k in order:
        place = cursors[rows[k]]
        cursors[rows[k]] += 1
        dealt[0][place] = columns[k]
        dealt[1][place] = stops[k]
        dealt[2][place] = owners[k]


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
                n_pairs += _add_to_pair(
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
            n_new += _add_to_pair(pairs, faces, low, high, axis, overlap)
        if stops[k] < stops[other]:
            k += 1
        else:
            other += 1
    return n_new


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
                n_pairs += _add_to_pair(
                    pairs, voxels, owners[k], other_owners[other], 0, overlap
                )
            if stops[k] < other_stops[other]:
                k += 1
            else:
                other += 1
        row += 1
    return row, n_pairs


@kernel
def _add_to_pair(pairs, counts, first, second, which, n):
    """Add `n` to a count of a pair of rows; return 1 if the pair is a new one."""
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
