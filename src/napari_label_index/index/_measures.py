"""Voxel counts, bounding boxes and centroids of all labels, from the run table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._parallel import Crew, n_threads_for
from napari_label_index.index._row_ranges import over_rows
from napari_label_index.kernels import measure_runs

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, FloatArray, IntVector
    from napari_label_index.index._runs import RunTable


@dataclass(frozen=True, slots=True)
class Measures:
    """What the runs of each label add up to; row ``i`` is ``labels[i]``."""

    voxel_counts: IntVector  # (n_labels,) int64
    bboxes: IntVector  # (n_labels, 2 * ndim) int64, starts then stops
    centroids: FloatArray  # (n_labels, ndim) in voxels

    @property
    def has_places(self) -> bool:
        """Whether boxes and centroids are in memory."""
        return True

    def find_places(self, cancel: Cancel | None = None) -> None:
        """See to it that they are; `Cancelled` when `cancel` said so."""

    def boxes_of(self, rows: IntVector) -> IntVector:
        """Return the boxes of some rows, (n, 2 * ndim)."""
        return self.bboxes[rows]


def measure(runs: RunTable, shape: tuple[int, ...]) -> Measures:
    """Measure every label of a run table of a volume of this shape."""
    # The kernel wants two axes; a single row gets one before it, and loses it again.
    padded = shape if len(shape) > 1 else (1, *shape)
    ndim = len(padded)
    counts = np.empty(runs.n_labels, np.int64)
    bboxes = np.empty((runs.n_labels, 2 * ndim), np.int64)
    centroids = np.empty((runs.n_labels, ndim), np.float64)
    crew = Crew(n_threads_for(runs.n_runs), runs.n_labels)

    def work(part: RunTable, own: slice, rows: tuple[int, int]) -> None:
        measure_runs(
            part.offsets, part.starts, part.lengths, padded, *rows,
            counts[own], bboxes[own], centroids[own],
        )  # fmt: skip

    over_rows(runs, crew, work)
    if len(shape) == 1:
        bboxes = np.ascontiguousarray(bboxes[:, 1::2])
        centroids = np.ascontiguousarray(centroids[:, 1:])
    for array in (counts, bboxes, centroids):
        array.flags.writeable = False
    return Measures(counts, bboxes, centroids)
