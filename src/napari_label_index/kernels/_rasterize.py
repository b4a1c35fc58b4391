"""Runs -> voxels: masks of chosen labels, and whole label images."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel


@kernel
def write_labels(labels, offsets, starts, lengths, first, last, positions):
    """Write the labels of rows ``first:last`` into the flat array `positions`."""
    for row in range(first, last):
        label = labels[row]
        for k in range(offsets[row], offsets[row + 1]):
            start = np.uint64(starts[k])
            for step in range(np.uint64(lengths[k])):
                positions[start + step] = label


@kernel
def _first_run_from(starts, low, high, position):
    """Index of the first run in ``low:high`` that starts at `position` or later."""
    while low < high:
        middle = (low + high) // 2
        if np.uint64(starts[middle]) < position:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def draw_runs(rows, offsets, starts, lengths, shape, begin, end, step, mask):
    """Set the voxels of chosen labels in a window of the volume.

    Parameters
    ----------
    rows : (n_chosen,) rows of the run table
    offsets, starts, lengths : the run table
    shape, begin, end, step : tuples of ints, one per axis: the volume, and the
        window ``begin:end:step`` of it
    mask : flat uint8 array of the window in C order, set to 1 where a voxel is met
    """
    ndim = len(shape)
    n_columns = np.uint64(shape[ndim - 1])
    low_column, high_column = np.int64(begin[ndim - 1]), np.int64(end[ndim - 1])
    column_step = np.int64(step[ndim - 1])
    width = (high_column - low_column + column_step - 1) // column_step
    first_position = np.uint64(0)
    last_position = np.uint64(0)
    for axis in range(ndim):
        size = np.uint64(shape[axis])
        low = np.uint64(begin[axis]) if axis < ndim - 1 else np.uint64(0)
        high = np.uint64(end[axis] - 1) if axis < ndim - 1 else size - np.uint64(1)
        first_position = first_position * size + low
        last_position = last_position * size + high
    for chosen in range(rows.size):
        stop = offsets[rows[chosen] + 1]
        k = _first_run_from(starts, offsets[rows[chosen]], stop, first_position)
        while k < stop and np.uint64(starts[k]) <= last_position:
            start = np.uint64(starts[k])
            row = start // n_columns
            target = _row_in_window(row, shape, begin, end, step)
            if target >= 0:
                column = np.int64(start - row * n_columns)
                low = max(column, low_column) - low_column
                high = min(column + np.int64(lengths[k]), high_column) - low_column
                low = (low + column_step - 1) // column_step
                high = (high + column_step - 1) // column_step
                for place in range(low, high):
                    mask[target * width + place] = 1
            k += 1


@kernel
def _row_in_window(row, shape, begin, end, step):
    """Return which row of the window a row of the volume is, or -1."""
    target = np.int64(0)
    factor = np.int64(1)
    rest = row
    for back in range(len(shape) - 1):
        axis = len(shape) - 2 - back
        size = np.uint64(shape[axis])
        above = rest // size
        coordinate = np.int64(rest - above * size)
        rest = above
        inside = coordinate - np.int64(begin[axis])
        if inside < 0 or coordinate >= end[axis] or inside % step[axis] != 0:
            return np.int64(-1)
        target += factor * (inside // step[axis])
        factor *= (end[axis] - begin[axis] + step[axis] - 1) // step[axis]
    return target
