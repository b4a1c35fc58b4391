"""Runs -> voxels: masks of chosen labels, and whole label images."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._find import first_run_from
from napari_label_index.kernels._jit import kernel


@kernel
def write_labels(ids, offsets, starts, lengths, first, last, voxels):
    """Write the ids of rows ``first:last`` of a run table into a flat volume.

    Parameters
    ----------
    ids : (n_labels,) what to write for each row
    offsets, starts, lengths : of the run table
    first, last : rows of the table
    voxels : (n_voxels,) in C order, written where there are runs
    """
    for row in range(first, last):
        label = ids[row]
        for k in range(offsets[row], offsets[row + 1]):
            start = np.uint64(starts[k])
            for step in range(np.uint64(lengths[k])):
                voxels[start + step] = label


@kernel
def draw_runs(rows, values, offsets, starts, lengths, shape, begin, end, step, picture):
    """Give the voxels of chosen labels a value, in a window of the volume.

    Parameters
    ----------
    rows : (n_chosen,) rows of the run table
    values : (n_chosen,) what to write for each
    offsets, starts, lengths : the run table
    shape, begin, end, step : tuples of ints, one per axis: the volume, and the
        window ``begin:end:step`` of it
    picture : flat array of the window in C order, written where a voxel is met
    """
    ndim = len(shape)
    n_columns = np.uint64(shape[ndim - 1])
    low_column, high_column = np.int64(begin[ndim - 1]), np.int64(end[ndim - 1])
    column_step = np.int64(step[ndim - 1])
    places = _places_on_axes(shape, begin, end, step)
    first_position = np.uint64(0)
    last_position = np.uint64(0)
    for axis in range(ndim):
        size = np.uint64(shape[axis])
        low = np.uint64(begin[axis]) if axis < ndim - 1 else np.uint64(0)
        high = np.uint64(end[axis] - 1) if axis < ndim - 1 else size - np.uint64(1)
        first_position = first_position * size + low
        last_position = last_position * size + high
    for chosen in range(rows.size):
        value = values[chosen]
        stop = offsets[rows[chosen] + 1]
        k = first_run_from(starts, offsets[rows[chosen]], stop, first_position)
        while k < stop and np.uint64(starts[k]) <= last_position:
            start = np.uint64(starts[k])
            row = start // n_columns
            target = _place_of_row(row, shape, places)
            if target < 0:
                # A coarse picture passes over most runs: one comparison for each.
                drawn_next = np.uint64(~target) * n_columns
                k += 1
                while k < stop and np.uint64(starts[k]) < drawn_next:
                    k += 1
                continue
            column = np.int64(start - row * n_columns)
            low = max(column, low_column) - low_column
            high = min(column + np.int64(lengths[k]), high_column) - low_column
            low = (low + column_step - 1) // column_step
            high = (high + column_step - 1) // column_step
            for place in range(low, high):
                picture[target + place] = value
            k += 1


@kernel
def _places_on_axes(shape, begin, end, step):
    """Tabulate for each coordinate on each leading axis where in the picture it goes.

    That is an offset into the flat picture, to be added up over the axes; for one that
    is not drawn, ``~n`` for the next coordinate `n` that is. Divisions are what a
    coarse picture would spend its time on.
    """
    last = len(shape) - 1
    n_places = 0
    for axis in range(last):
        n_places += shape[axis]
    places = np.empty(n_places, np.int64)
    factor = np.int64((end[last] - begin[last] + step[last] - 1) // step[last])
    first = n_places
    for back in range(last):
        axis = last - 1 - back
        first -= shape[axis]
        following = np.int64(shape[axis])
        for inside in range(shape[axis] - 1 - begin[axis], -1 - begin[axis], -1):
            drawn = 0 <= inside < end[axis] - begin[axis] and inside % step[axis] == 0
            if drawn:
                following = np.int64(inside + begin[axis])
            place = factor * (inside // step[axis]) if drawn else ~following
            places[first + begin[axis] + inside] = place
        factor *= (end[axis] - begin[axis] + step[axis] - 1) // step[axis]
    return places


@kernel
def _place_of_row(row, shape, places):
    """Return where in the flat picture a row of the volume starts.

    If it is not drawn, ``~n`` for the next row `n` that may be.
    """
    target, next_row, n_inner = np.int64(0), np.int64(-1), np.uint64(1)
    rest = np.uint64(row)
    first = np.uint64(places.size)
    for back in range(len(shape) - 1):
        axis = len(shape) - 2 - back
        size = np.uint64(shape[axis])
        first -= size
        above = rest // size if axis > 0 else np.uint64(0)
        place = places[first + rest - above * size]
        if place < 0:
            next_row = np.int64((above * size + np.uint64(~place)) * n_inner)
        target += place
        n_inner *= size
        rest = above
    return target if next_row < 0 else ~next_row
