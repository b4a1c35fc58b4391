"""Runs with the numbers of their components -> how many, how large and where these are.

The numbers are those that `join_runs` gives.
"""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel


@kernel
def count_at_once(offsets, starts, parts, boxes, shape, time_axis, first, last, most):
    """Fill `most` with the components that each label has at one time, at most.

    Parameters
    ----------
    offsets, starts : of the run table
    parts : (n_runs,) uint32 component of each run within its label, as `join_runs`
        numbers them; each is at one time
    boxes : (n_labels, 2 * ndim) int64 bounding boxes: starts, then stops
    shape : tuple of ints, the shape of the volume
    time_axis : int, not the last one
    first, last : rows of the table
    most : (n_labels,) int64, filled
    """
    for row in range(first, last):
        own = slice(offsets[row], offsets[row + 1])
        most[row] = most_at_once(starts[own], parts[own], boxes[row], shape, time_axis)


@kernel
def most_at_once(starts, parts, box, shape, time_axis):
    """Return how many components of one label there are at one time, at most."""
    voxels = np.int64(1)  # from one time to the next
    for axis in range(time_axis + 1, len(shape)):
        voxels *= np.int64(shape[axis])
    n_times = np.int64(shape[time_axis])
    first_time = box[time_axis]
    counts = np.zeros(box[len(shape) + time_axis] - first_time, np.int64)
    n_seen = np.int64(0)
    for k in range(parts.size):
        if np.int64(parts[k]) == n_seen:  # the first run of the next component
            n_seen += 1
            counts[np.int64(starts[k]) // voxels % n_times - first_time] += 1
    return counts.max()


@kernel
def measure_parts(offsets, lengths, parts, n_parts, first, last, sizes):
    """Fill `sizes` with the voxels of each label's smallest and largest component.

    Parameters
    ----------
    offsets, lengths : of the run table
    parts : (n_runs,) uint32 component of each run within its label
    n_parts : (n_labels,) int64
    first, last : rows of the table
    sizes : (n_labels, 2) int64, filled
    """
    most = np.int64(0)
    for row in range(first, last):
        most = max(most, n_parts[row])
    voxels = np.zeros(most, np.int64)
    for row in range(first, last):
        voxels[: n_parts[row]] = 0
        for k in range(offsets[row], offsets[row + 1]):
            voxels[parts[k]] += np.int64(lengths[k])
        sizes[row, 0] = voxels[: n_parts[row]].min()
        sizes[row, 1] = voxels[: n_parts[row]].max()


@kernel
def list_parts(offsets, starts, lengths, parts, first_parts, part_starts, part_sizes):
    """List every component of every label: its first position and its voxels.

    Parameters
    ----------
    offsets, starts, lengths : the run table
    parts : (n_runs,) uint32 component of each run within its label
    first_parts : (n_labels,) int64 where the components of each label go
    part_starts : (n_parts,) like `starts`, filled
    part_sizes : (n_parts,) int64 zeros, filled
    """
    for row in range(offsets.size - 1):
        for k in range(offsets[row], offsets[row + 1]):
            part = first_parts[row] + np.int64(parts[k])
            if part_sizes[part] == 0:
                part_starts[part] = starts[k]
            part_sizes[part] += np.int64(lengths[k])
