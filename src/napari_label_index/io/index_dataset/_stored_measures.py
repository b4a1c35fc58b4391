"""What a dataset says of each label without its runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._measures import Measures
from napari_label_index.io.index_dataset._damage import reading_dataset
from napari_label_index.io.index_dataset._read_columns import read_columns
from napari_label_index.io.index_dataset._stored_places import StoredPlaces

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import Cancel, FloatArray, IntVector, LabelArray
    from napari_label_index.io._address import Location
    from napari_label_index.io.index_dataset._manifest import DatasetManifest

__all__ = ["StoredMeasures", "read_labels"]


def read_labels(
    root: Location, manifest: DatasetManifest
) -> tuple[LabelArray, IntVector, IntVector]:
    """Return the labels of a dataset, where their runs lie, and the voxels of each.

    Returns
    -------
    labels : (n_labels,)
    offsets : (n_labels + 1,) int64
    voxel_counts : (n_labels,) int64

    Raises
    ------
    CorruptIndexError
        When a file is missing, damaged, or of another index.
    """
    n_labels = manifest.n_labels
    labels = np.empty(n_labels, manifest.label_dtype)
    offsets = np.zeros(n_labels + 1, np.int64)
    voxel_counts = np.empty(n_labels, np.int64)
    into = [labels, offsets[1:], voxel_counts]  # the runs of each, to begin with
    read_columns(root, manifest, "labels", into, _check_runs)
    np.cumsum(offsets, out=offsets)
    with reading_dataset(root):
        if not (labels[1:] > labels[:-1]).all():
            raise ValueError("its labels are not sorted and unique")
        first = 0
        for part in manifest.partitions:
            last = first + part.n_labels - 1
            if (labels[first], labels[last]) != (part.first_label, part.last_label):
                raise ValueError("its labels are not those of its partitions")
            if offsets[last + 1] - offsets[first] != part.n_runs:
                raise ValueError("its runs are not those of its partitions")
            first = last + 1
    return labels, offsets, voxel_counts


def _check_runs(columns: list[npt.NDArray[Any]]) -> None:
    _, n_runs, _ = columns
    if n_runs.min(initial=1) < 1:
        raise ValueError("a label must have a run")


class StoredMeasures(Measures):
    """Measures of a dataset; boxes and centroids are read when first asked for."""

    _places: StoredPlaces

    def __init__(
        self, root: Location, manifest: DatasetManifest, voxel_counts: IntVector
    ) -> None:
        voxel_counts.flags.writeable = False
        object.__setattr__(self, "voxel_counts", voxel_counts)
        object.__setattr__(self, "_places", StoredPlaces(root, manifest))

    @property
    def bboxes(self) -> IntVector:
        """(n_labels, 2 * ndim) int64, starts then stops."""
        return self._places.all()[0]

    @property
    def centroids(self) -> FloatArray:
        """(n_labels, ndim) in voxels."""
        return self._places.all()[1]

    @property
    def has_places(self) -> bool:
        """Whether boxes and centroids were read."""
        return self._places.are_read

    def find_places(self, cancel: Cancel | None = None) -> None:
        """Read boxes and centroids; `Cancelled` when `cancel` said so."""
        self._places.all(cancel)

    def boxes_of(self, rows: IntVector) -> IntVector:
        """Return the boxes of some rows; of a few, from the parts that hold them."""
        return self._places.boxes_of(rows)
