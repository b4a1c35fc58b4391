"""Runs of each label, less the voxels of its surface -> how many parts are left.

A voxel stays if all its face neighbours have its label. Along a row that shortens each
run by its ends. Across rows it leaves what a run has in common with those of the
neighbouring rows, one kind of neighbour after the other; both are swept with a pointer,
and none is searched for.
"""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._components import is_step, join_label
from napari_label_index.kernels._jit import kernel
from napari_label_index.kernels._parts import most_at_once


@kernel
def count_eroded_parts(
    offsets, starts, lengths, shape, steps, boxes, time_axis, first, last, counts
):
    """Fill `counts` with the parts of each label after one erosion by faces.

    Beyond the border of the volume a label is taken to go on.

    Parameters
    ----------
    offsets, starts, lengths : the run table
    shape : tuple of ints, the shape of the volume
    steps : (n_steps, ndim - 1) int64, each from a row of voxels to a neighbouring row
        that comes before it in C order and shares faces with it
    boxes : (n_labels, 2 * ndim) int64 bounding boxes: starts, then stops
    time_axis : int, along which parts are counted apart and the most taken, or -1
    first, last : rows of the table
    counts : (n_labels,) int64, filled
    """
    around = np.concatenate((steps, -steps))
    slacks = np.zeros(steps.shape[0], np.int64)
    for row in range(first, last):
        own = slice(offsets[row], offsets[row + 1])
        left, left_lengths = _erode(
            starts[own], lengths[own], shape, around, boxes[row]
        )
        parts = np.empty(left.size, np.uint32)
        rows_of_runs = np.empty(left.size, np.int64)
        counts[row] = join_label(
            left, left_lengths, shape, steps, slacks, boxes[row], rows_of_runs, parts
        )
        if time_axis >= 0 and counts[row] > 1:
            counts[row] = most_at_once(left, parts, boxes[row], shape, time_axis)


@kernel
def _erode(starts, lengths, shape, steps, box):
    """Return starts and lengths of the runs that are left of one label."""
    ndim = len(shape)
    begins, ends = _shortened(starts, lengths, np.int64(shape[ndim - 1]))
    for number in range(steps.shape[0]):
        step = steps[number]
        shift = np.int64(0)
        may_leave = False
        for axis in range(ndim - 1):
            shift = shift * np.int64(shape[axis]) + step[axis]
            may_leave |= step[axis] < 0 and box[axis] == 0
            may_leave |= step[axis] > 0 and box[ndim + axis] == shape[axis]
        shift *= np.int64(shape[ndim - 1])
        begins, ends = _common(
            begins, ends, starts, lengths, shift, may_leave, step, shape
        )
    return begins, ends - begins


@kernel
def _shortened(starts, lengths, n_columns):
    """Return where runs begin and end without the voxels at their own ends."""
    begins, ends = np.empty(starts.size, np.int64), np.empty(starts.size, np.int64)
    n_left = 0
    for k in range(starts.size):
        begin, length = np.int64(starts[k]), np.int64(lengths[k])
        column = begin % n_columns
        begins[n_left] = begin + (column > 0)
        ends[n_left] = begin + length - (column + length < n_columns)
        n_left += begins[n_left] < ends[n_left]
    return begins[:n_left], ends[:n_left]


@kernel
def _common(begins, ends, starts, lengths, shift, may_leave, step, shape):
    """Return what stretches have in common with the runs of neighbouring rows.

    The runs of one row never reach into another, so flat positions are compared.
    """
    n_columns = np.int64(shape[len(shape) - 1])
    most = begins.size + starts.size  # each begins where a stretch or a run does
    new_begins, new_ends = np.empty(most, np.int64), np.empty(most, np.int64)
    n_new = place = 0
    for k in range(begins.size):
        begin, end = begins[k], ends[k]
        if may_leave and not is_step(begin // n_columns, step, shape):
            new_begins[n_new], new_ends[n_new] = begin, end
            n_new += 1
            continue
        first, last = begin + shift, end + shift
        while (
            place < starts.size
            and np.int64(starts[place]) + np.int64(lengths[place]) <= first
        ):
            place += 1
        met = place
        while met < starts.size and np.int64(starts[met]) < last:
            stop = np.int64(starts[met]) + np.int64(lengths[met])
            new_begins[n_new] = max(begin, np.int64(starts[met]) - shift)
            new_ends[n_new] = min(end, stop - shift)
            n_new += 1
            met += 1
    return new_begins[:n_new], new_ends[:n_new]
