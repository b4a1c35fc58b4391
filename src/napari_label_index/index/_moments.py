"""Shape of every label from its second moments, as scikit-image defines it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._parallel import Crew, n_threads_for
from napari_label_index.index._row_ranges import over_rows
from napari_label_index.kernels import sum_second_moments

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, FloatArray
    from napari_label_index.index._runs import RunTable


def covariances(
    runs: RunTable,
    shape: tuple[int, ...],
    centroids: FloatArray,
    cancel: Cancel | None = None,
) -> FloatArray:
    """Return the covariance of each label's voxel centres, (n_labels, ndim, ndim)."""
    ndim = len(shape)
    result = np.empty((runs.n_labels, ndim, ndim))
    crew = Crew(n_threads_for(runs.n_runs), runs.n_labels, None, cancel)

    def work(part: RunTable, own: slice, rows: tuple[int, int]) -> None:
        sum_second_moments(
            part.offsets, part.starts, part.lengths, shape, centroids[own],
            *rows, result[own],
        )  # fmt: skip

    over_rows(runs, crew, work)
    return result


def inertia_eigvals(covariance: FloatArray, spacing: tuple[float, ...]) -> FloatArray:
    """Return the principal moments of inertia, (n_labels, ndim), largest first.

    The inertia tensor is the trace of the covariance on the diagonal, less the
    covariance; in 2D its eigenvalues are those of the covariance. In world units.
    """
    scaled = covariance * np.outer(spacing, spacing)
    trace = np.trace(scaled, axis1=1, axis2=2)[:, np.newaxis]
    variances = np.linalg.eigvalsh(scaled)  # ascending
    ndim = covariance.shape[1]
    moments = trace - variances if ndim > 1 else variances
    # Rounding may leave a moment of a flat object a hair below zero.
    return np.maximum(moments, 0.0)


def axis_lengths(eigvals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the longest and shortest axis of the ellipsoid with these moments.

    That is the ellipse (2D) or ellipsoid (3D) of the same normalised second moments.
    """
    if eigvals.shape[1] == 2:
        lengths = 4.0 * np.sqrt(eigvals)
        return lengths[:, 0], lengths[:, 1]
    first, second, third = eigvals.T
    longest = np.sqrt(np.maximum(10.0 * (first + second - third), 0.0))
    shortest = np.sqrt(np.maximum(10.0 * (second + third - first), 0.0))
    return longest, shortest
