"""Runs of each label -> its holes: cavities that no path of faces leads out of.

A gap is a stretch of voxels between two runs of a label in one row; only gaps can be
part of a hole, so that a label without gaps, as most have, costs one look at its runs.
Gaps side by side are joined as in the components of runs; a gap beside voxels that lie
outside of its neighbour row's first and last voxel of the label is open.
"""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel
from napari_label_index.kernels._union_find import root, unite


@kernel
def count_holes(
    offsets, starts, lengths, shape, time_axis, first, last, n_holes, hole_voxels
):
    """Count the holes of the labels in rows ``first:last``, and the voxels in them.

    Parameters
    ----------
    offsets, starts, lengths : the run table
    shape : tuple of ints, the shape of the volume
    time_axis : int, along which nothing leads out, or -1
    first, last : rows of the table
    n_holes, hole_voxels : (n_labels,) int64, filled
    """
    n_columns = np.int64(shape[len(shape) - 1])
    for row in range(first, last):
        own = slice(offsets[row], offsets[row + 1])
        n_gaps = _count_gaps(starts[own], n_columns)
        n_holes[row] = 0
        hole_voxels[row] = 0
        if n_gaps > 0:
            gaps = np.empty((n_gaps, 3), np.int64)
            parents = _join_gaps(starts[own], lengths[own], shape, time_axis, gaps)
            for k in range(1, n_gaps + 1):
                hole = root(parents, np.uint32(k))
                if hole != 0:
                    n_holes[row] += np.int64(hole == k)
                    hole_voxels[row] += gaps[k - 1, 2] - gaps[k - 1, 1]


@kernel
def list_hole_gaps(starts, lengths, shape, time_axis):
    """List the gaps of one label, and which of them are in holes.

    Parameters
    ----------
    starts, lengths : runs of the label
    shape, time_axis : as for `count_holes`

    Returns
    -------
    gaps : (n_gaps, 3) int64 row of the volume, first column, and end
    holes : (n_gaps,) int64 number of the first gap of its hole, from 1; 0 if open
    """
    n_gaps = _count_gaps(starts, np.int64(shape[len(shape) - 1]))
    gaps = np.empty((n_gaps, 3), np.int64)
    holes = np.zeros(n_gaps, np.int64)
    if n_gaps > 0:
        parents = _join_gaps(starts, lengths, shape, time_axis, gaps)
        for k in range(1, n_gaps + 1):
            holes[k - 1] = root(parents, np.uint32(k))
    return gaps, holes


@kernel
def _count_gaps(starts, n_columns):
    """Count the runs that follow another run in the same row."""
    n_gaps = 0
    for k in range(1, starts.size):
        same_row = (
            np.int64(starts[k]) // n_columns == np.int64(starts[k - 1]) // n_columns
        )
        n_gaps += np.int64(same_row)
    return n_gaps


@kernel
def _join_gaps(starts, lengths, shape, time_axis, gaps):
    """Fill `gaps` and return the parent of each; gap k is node k + 1, outside is 0."""
    ndim = len(shape)
    n_columns = np.int64(shape[ndim - 1])
    rows, hulls, first_gaps = _list_rows(starts, lengths, n_columns, gaps)
    parents = np.arange(gaps.shape[0] + 1).astype(np.uint32)
    for g in range(gaps.shape[0]):
        row = gaps[g, 0]
        rest = row
        stride = np.int64(1)
        for back in range(ndim - 1):
            axis = ndim - 2 - back
            size = np.int64(shape[axis])
            if axis != time_axis:
                for side in (-1, 1):
                    beside = row + side * stride
                    met = np.searchsorted(rows, beside)
                    is_inside = 0 <= rest % size + side < size
                    if not is_inside or met == rows.size or rows[met] != beside:
                        unite(parents, 0, g + 1)
                    else:
                        own_gaps = gaps[first_gaps[met] : first_gaps[met + 1]]
                        _meet_row(
                            parents, g, gaps, hulls[met], own_gaps, first_gaps[met]
                        )
            rest //= size
            stride *= size
    return parents


@kernel
def _meet_row(parents, g, gaps, hull, others, first_other):
    """Join a gap to the gaps, and to the outside, of a row beside it."""
    start, stop = gaps[g, 1], gaps[g, 2]
    if start < hull[0] or stop > hull[1]:
        unite(parents, 0, g + 1)
    for k in range(others.shape[0]):
        if others[k, 1] < stop and start < others[k, 2]:
            unite(parents, first_other + k + 1, g + 1)


@kernel
def _list_rows(starts, lengths, n_columns, gaps):
    """List the rows that hold runs: number, first and end column, first gap."""
    rows = np.empty(starts.size, np.int64)
    hulls = np.empty((starts.size, 2), np.int64)
    first_gaps = np.zeros(starts.size + 1, np.int64)
    n_rows = 0
    n_gaps = 0
    for k in range(starts.size):
        row = np.int64(starts[k]) // n_columns
        column = np.int64(starts[k]) - row * n_columns
        if n_rows == 0 or rows[n_rows - 1] != row:
            rows[n_rows] = row
            hulls[n_rows, 0] = column
            first_gaps[n_rows] = n_gaps
            n_rows += 1
        else:
            gaps[n_gaps, 0] = row
            gaps[n_gaps, 1] = hulls[n_rows - 1, 1]
            gaps[n_gaps, 2] = column
            n_gaps += 1
        hulls[n_rows - 1, 1] = column + np.int64(lengths[k])
    first_gaps[n_rows] = n_gaps
    return rows[:n_rows], hulls[:n_rows], first_gaps[: n_rows + 1]
