"""Runs grouped by label -> second moments of the voxel coordinates."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel


@kernel
def sum_second_moments(
    offsets, starts, lengths, shape, centroids, first, last, covariances
):
    """Fill the covariance of the voxel centres of the labels in rows ``first:last``.

    A run adds the sums of its columns in closed form, about the centroid, so that
    nothing cancels in large volumes.

    Parameters
    ----------
    offsets, starts, lengths : the run table
    shape : tuple of ints, the shape of the volume
    centroids : (n_labels, ndim) float64
    first, last : rows of the table
    covariances : (n_labels, ndim, ndim) float64, filled
    """
    ndim = len(shape)
    n_columns = np.int64(shape[ndim - 1])
    away = np.empty(ndim, np.float64)
    for row in range(first, last):
        total = 0.0
        covariance = covariances[row]
        covariance[:, :] = 0.0
        for k in range(offsets[row], offsets[row + 1]):
            start, length = np.int64(starts[k]), float(lengths[k])
            rest = start // n_columns
            middle = float(start - rest * n_columns) + 0.5 * (length - 1.0)
            away[ndim - 1] = middle - centroids[row, ndim - 1]
            for back in range(ndim - 1):
                axis = ndim - 2 - back
                size = np.int64(shape[axis])
                away[axis] = float(rest % size) - centroids[row, axis]
                rest //= size
            for a in range(ndim):
                for b in range(a + 1):
                    covariance[a, b] += length * away[a] * away[b]
            covariance[ndim - 1, ndim - 1] += length * (length * length - 1.0) / 12.0
            total += length
        for a in range(ndim):
            for b in range(a + 1):
                covariance[a, b] /= total
                covariance[b, a] = covariance[a, b]
