"""Runs grouped by label -> voxel counts, bounding boxes, centroids."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel


@kernel
def measure_runs(
    offsets, starts, lengths, shape, first, last, counts, boxes, centroids
):
    """Measure the labels in rows ``first:last`` of a run table.

    Parameters
    ----------
    offsets, starts, lengths : the run table
    shape : tuple of ints, the shape of the volume, at least 2 axes
    first, last : rows of the table
    counts : (n_labels,) int64, filled
    boxes : (n_labels, 2 * ndim) int64, filled with starts, then stops
    centroids : (n_labels, ndim) float64, filled
    """
    ndim = len(shape)
    for row in range(first, last):
        for axis in range(ndim):
            boxes[row, axis] = shape[axis]
            boxes[row, ndim + axis] = 0
            centroids[row, axis] = 0.0
        own = slice(offsets[row], offsets[row + 1])
        counts[row] = _measure_label(
            starts[own], lengths[own], shape, boxes[row], centroids[row]
        )


@kernel
def _measure_label(starts, lengths, shape, box, centroid):
    """Fill the box and centroid of the label that has these runs; count its voxels.

    Runs come in C order. So the axes before the last two are looked at once a plane,
    and divisions, the slowest part, are needed only where a run is neither in the
    row of the run before nor in the row below it.
    """
    ndim = len(shape)
    n_rows, n_columns = np.int64(shape[ndim - 2]), np.int64(shape[ndim - 1])
    low_row, high_row, low_column, high_column = n_rows, -1, n_columns, 0
    row_sum, column_sum = 0.0, 0.0
    total, in_plane = np.int64(0), np.int64(0)
    plane, row, row_start = _locate(np.int64(starts[0]), n_rows, n_columns)
    for k in range(starts.size):
        start, length = np.int64(starts[k]), np.int64(lengths[k])
        if start >= row_start + n_columns:
            if start < row_start + 2 * n_columns and row + 1 < n_rows:
                row += 1
                row_start += n_columns
            else:
                next_plane, row, row_start = _locate(start, n_rows, n_columns)
                if next_plane != plane:
                    _add_plane(plane, in_plane, shape, box, centroid)
                    total += in_plane
                    plane, in_plane = next_plane, np.int64(0)
        column = start - row_start
        in_plane += length
        low_row, high_row = min(low_row, row), max(high_row, row)
        low_column = min(low_column, column)
        high_column = max(high_column, column + length)
        row_sum += float(length) * float(row)
        column_sum += float(length) * (float(column) + 0.5 * float(length - 1))
    _add_plane(plane, in_plane, shape, box, centroid)
    total += in_plane
    box[ndim - 2], box[2 * ndim - 2] = low_row, high_row + 1
    box[ndim - 1], box[2 * ndim - 1] = low_column, high_column
    centroid[ndim - 2], centroid[ndim - 1] = row_sum, column_sum
    for axis in range(ndim):
        centroid[axis] /= total
    return total


@kernel
def _locate(position, n_rows, n_columns):
    """Return plane, row within the plane, and position of the row's first voxel."""
    all_rows = position // n_columns
    plane = all_rows // n_rows
    return plane, all_rows - plane * n_rows, all_rows * n_columns


@kernel
def _add_plane(plane, n_voxels, shape, box, centroid):
    """Take `n_voxels` in one plane into the box and sums of the axes before it."""
    ndim = len(shape)
    rest = plane
    for back in range(ndim - 2):
        axis = ndim - 3 - back
        size = np.int64(shape[axis])
        coordinate = rest % size
        rest //= size
        box[axis] = min(box[axis], coordinate)
        box[ndim + axis] = max(box[ndim + axis], coordinate + 1)
        centroid[axis] += float(n_voxels) * float(coordinate)
