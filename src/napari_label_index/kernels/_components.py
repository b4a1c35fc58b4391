"""Runs of each label -> its connected components: union-find over runs.

Two runs of a label are joined where rows that are neighbours hold them side by side.
Every pair of neighbouring rows is met by sweeping the label's runs with two pointers,
one for the row at hand and one for the neighbour, so that no run is searched for.
(He, Chao and Suzuki, "A run-based two-scan labeling algorithm", IEEE Transactions on
Image Processing 17, 2008, is the origin of joining runs in place of voxels.)
"""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel
from napari_label_index.kernels._union_find import unite


@kernel
def join_runs(
    offsets, starts, lengths, shape, steps, slacks, boxes, first, last, parts, n_parts
):
    """Number the connected components of the labels in rows ``first:last``.

    Parameters
    ----------
    offsets, starts, lengths : the run table
    shape : tuple of ints, the shape of the volume
    steps : (n_steps, ndim - 1) int64, each from a row of voxels to a neighbouring row
        that comes before it in C order
    slacks : (n_steps,) int64, 1 where columns of the two rows may be one apart
    boxes : (n_labels, 2 * ndim) int64 bounding boxes: starts, then stops
    first, last : rows of the table
    parts : (n_runs,) uint32, filled: the component of each run within its label, from
        0 in the order of their first runs
    n_parts : (n_labels,) int64, filled
    """
    most = np.int64(0)
    for row in range(first, last):
        most = max(most, offsets[row + 1] - offsets[row])
    rows_of_runs = np.empty(most, np.int64)
    for row in range(first, last):
        own = slice(offsets[row], offsets[row + 1])
        n_parts[row] = join_label(
            starts[own],
            lengths[own],
            shape,
            steps,
            slacks,
            boxes[row],
            rows_of_runs,
            parts[own],
        )


@kernel
def join_label(starts, lengths, shape, steps, slacks, box, rows_of_runs, parents):
    """Number the components of one label in `parents`; return how many there are.

    The arguments are those of `join_runs`, of this label alone; `rows_of_runs` is room
    for an int64 of each run.
    """
    n_columns = np.int64(shape[len(shape) - 1])
    for k in range(parents.size):
        rows_of_runs[k] = np.int64(starts[k]) // n_columns
        parents[k] = k
    for number in range(steps.shape[0]):
        _join_neighbours(
            starts,
            lengths,
            shape,
            steps[number],
            slacks[number],
            _may_wrap(steps[number], box, shape),
            rows_of_runs,
            parents,
        )
    return _number_parts(parents)


@kernel
def _join_neighbours(starts, lengths, shape, step, slack, may_wrap, rows, parents):
    """Join the runs of one label that touch across one kind of row neighbours."""
    n_columns = np.int64(shape[len(shape) - 1])
    delta = np.int64(0)
    for axis in range(len(shape) - 1):
        delta = delta * np.int64(shape[axis]) + step[axis]
    other = 0
    for k in range(starts.size):
        target = rows[k] + delta
        low = np.int64(starts[k]) - rows[k] * n_columns - slack
        high = low + np.int64(lengths[k]) + 2 * slack
        row_start = target * n_columns
        while rows[other] < target or (
            rows[other] == target
            and np.int64(starts[other]) + np.int64(lengths[other]) - row_start <= low
        ):
            other += 1
        if rows[other] != target or (may_wrap and not is_step(rows[k], step, shape)):
            continue
        met = other
        while rows[met] == target and np.int64(starts[met]) - row_start < high:
            unite(parents, k, met)
            met += 1


@kernel
def _may_wrap(step, box, shape):
    """Whether a step could leave the volume and seem to enter it on the far side."""
    ndim = len(shape)
    for axis in range(1, ndim - 1):
        if step[axis] != 0 and box[axis] == 0 and box[ndim + axis] == shape[axis]:
            return True
    return False


@kernel
def is_step(row, step, shape):
    """Whether a step from a row of voxels stays inside the volume."""
    rest = row
    for back in range(len(shape) - 1):
        axis = len(shape) - 2 - back
        size = np.int64(shape[axis])
        moved = rest % size + step[axis]
        if moved < 0 or moved >= size:
            return False
        rest //= size
    return True


@kernel
def _number_parts(parents):
    """Replace each parent by the number of its part; count the parts.

    A parent comes before its children, so it has its number when they need it.
    """
    n_parts = np.int64(0)
    for k in range(parents.size):
        if parents[k] == k:
            parents[k] = n_parts
            n_parts += 1
        else:
            parents[k] = parents[parents[k]]
    return n_parts
