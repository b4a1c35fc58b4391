"""Runs -> flat positions, or coordinates on every axis."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel


@kernel
def _unravel_row(row, shape, coordinates):
    """Write the coordinates of a row of voxels on all axes but the last."""
    rest = row
    for back in range(len(shape) - 1):
        axis = len(shape) - 2 - back
        size = np.uint64(shape[axis])
        above = rest // size
        coordinates[axis] = rest - above * size
        rest = above


@kernel
def expand_positions(starts, lengths, positions):
    """Fill `positions` with the flat C-order position of every voxel of the runs."""
    filled = np.uint64(0)
    for k in range(starts.size):
        start = np.uint64(starts[k])
        for step in range(np.uint64(lengths[k])):
            positions[filled + step] = start + step
        filled += np.uint64(lengths[k])


@kernel
def expand_coords(starts, lengths, shape, coords):
    """Fill `coords`, (n_voxels, ndim), with the coordinates of every voxel.

    `shape` is a tuple of ints, so that the loops over axes are unrolled.
    """
    ndim = len(shape)
    n_columns = np.uint64(shape[ndim - 1])
    leading = np.zeros(ndim, coords.dtype)
    filled = np.uint64(0)
    for k in range(starts.size):
        start = np.uint64(starts[k])
        row = start // n_columns
        column = start - row * n_columns
        _unravel_row(row, shape, leading)
        for step in range(np.uint64(lengths[k])):
            for axis in range(ndim - 1):
                coords[filled + step, axis] = leading[axis]
            coords[filled + step, ndim - 1] = column + step
        filled += np.uint64(lengths[k])


@kernel
def fill_coords_block(
    rows, offsets, starts, lengths, shape, cursor, block_rows, coords
):
    """Go on listing coordinates of chosen labels until the block is full.

    Parameters
    ----------
    rows : (n_chosen,) rows of the run table, in the order wanted
    offsets, starts, lengths : the run table
    shape : tuple of ints
    cursor : (3,) int64: which of `rows`, which of its runs, which voxel of the run;
        moved on, so that the next call goes on there
    block_rows : (n,) int64, filled with the row of the table of each voxel
    coords : (n, ndim), filled

    Returns
    -------
    filled : how many voxels were written; less than n only at the end
    """
    ndim = len(shape)
    n_columns = np.uint64(shape[ndim - 1])
    leading = np.zeros(ndim, coords.dtype)
    size = coords.shape[0]
    filled = np.int64(0)
    while cursor[0] < rows.size:
        row_of_label = rows[cursor[0]]
        n_runs = offsets[row_of_label + 1] - offsets[row_of_label]
        while cursor[1] < n_runs:
            if filled == size:
                return filled
            k = offsets[row_of_label] + cursor[1]
            start = np.uint64(starts[k])
            row = start // n_columns
            column = start - row * n_columns + np.uint64(cursor[2])
            _unravel_row(row, shape, leading)
            n_steps = min(np.int64(lengths[k]) - cursor[2], size - filled)
            for step in range(n_steps):
                for axis in range(ndim - 1):
                    coords[filled + step, axis] = leading[axis]
                coords[filled + step, ndim - 1] = column + np.uint64(step)
                block_rows[filled + step] = row_of_label
            filled += n_steps
            cursor[2] += n_steps
            if cursor[2] == np.int64(lengths[k]):
                cursor[1] += 1
                cursor[2] = 0
        cursor[0] += 1
        cursor[1] = 0
    return filled
