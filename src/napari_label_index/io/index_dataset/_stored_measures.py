"""Counts, boxes and centroids of a dataset: the large ones are read when needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._measures import Measures
from napari_label_index.index._parallel import Crew
from napari_label_index.io._byte_source import n_readers
from napari_label_index.io.index_dataset._damage import reading_dataset
from napari_label_index.io.index_dataset._layout import part_path
from napari_label_index.io.index_dataset._read_columns import (
    read_columns,
    read_part_labels,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import FloatArray, IntVector, LabelArray
    from napari_label_index.io._address import Location
    from napari_label_index.io.index_dataset._manifest import DatasetManifest

__all__ = ["StoredMeasures", "read_labels"]

_ROWS = 1 << 14


def read_labels(
    root: Location, manifest: DatasetManifest
) -> tuple[LabelArray, IntVector, IntVector]:
    """Return the labels of a dataset, and the runs and voxels of each.

    Raises
    ------
    CorruptIndexError
        When a file is missing, damaged, or of another index.
    """
    labels, n_runs, n_voxels = read_columns(root, manifest, "labels")
    with reading_dataset(root):
        if labels.size != manifest.n_labels or not (labels[1:] > labels[:-1]).all():
            raise ValueError("its labels are not sorted and unique")
        ends = np.cumsum([part.n_labels for part in manifest.partitions])
        for part, end in zip(manifest.partitions, ends.tolist(), strict=True):
            own = slice(end - part.n_labels, end)
            if (labels[own][0], labels[own][-1]) != (part.first_label, part.last_label):
                raise ValueError("its labels are not those of its partitions")
            if n_runs[own].min() < 1 or n_runs[own].sum() != part.n_runs:
                raise ValueError("its runs are not those of its partitions")
    return labels, n_runs, n_voxels


class StoredMeasures(Measures):
    """Measures of a dataset; boxes and centroids are read when first asked for."""

    _places: _Places

    def __init__(
        self, root: Location, manifest: DatasetManifest, voxel_counts: IntVector
    ) -> None:
        voxel_counts.flags.writeable = False
        object.__setattr__(self, "voxel_counts", voxel_counts)
        object.__setattr__(self, "_places", _Places(root, manifest))

    @property
    def bboxes(self) -> IntVector:
        """(n_labels, 2 * ndim) int64, starts then stops."""
        return self._places.bboxes

    @property
    def centroids(self) -> FloatArray:
        """(n_labels, ndim) in voxels."""
        return self._places.centroids


class _Places:
    def __init__(self, root: Location, manifest: DatasetManifest) -> None:
        self._root = root
        self._manifest = manifest

    @property
    def bboxes(self) -> IntVector:
        return self._both[0]

    @property
    def centroids(self) -> FloatArray:
        return self._both[1]

    @cached_property
    def _both(self) -> tuple[IntVector, FloatArray]:
        manifest = self._manifest
        ndim, n_labels = len(manifest.shape), manifest.n_labels
        bboxes = np.empty((n_labels, 2 * ndim), np.int64)
        centroids = np.empty((n_labels, ndim), np.float64)
        ends = np.cumsum([part.n_labels for part in manifest.partitions])

        def read(number: int) -> None:
            columns = read_part_labels(self._root, manifest, "places", number)
            with reading_dataset(part_path(self._root, "places", number)):
                _check_boxes(columns, manifest.shape)
            end = int(ends[number])
            own = slice(end - manifest.partitions[number].n_labels, end)
            _put(columns[: 2 * ndim], bboxes[own])
            _put(columns[2 * ndim :], centroids[own])

        numbers = range(len(manifest.partitions))
        Crew(n_readers(self._root), len(numbers)).map(read, numbers)
        for array in (bboxes, centroids):
            array.flags.writeable = False
        return bboxes, centroids


def _put(columns: list[npt.NDArray[Any]], into: npt.NDArray[Any]) -> None:
    """Put columns beside each other, some rows at a time, which stay in the cache."""
    for first in range(0, len(into), _ROWS):
        rows = slice(first, first + _ROWS)
        for place, column in enumerate(columns):
            into[rows, place] = column[rows]


def _check_boxes(columns: list[npt.NDArray[Any]], shape: tuple[int, ...]) -> None:
    # Of columns as they are stored, which are small and lie in one piece.
    for axis, size in enumerate(shape):
        starts, stops = columns[axis], columns[len(shape) + axis]
        if (starts >= stops).any() or (stops > size).any():
            raise ValueError("a bounding box must lie inside the volume")
