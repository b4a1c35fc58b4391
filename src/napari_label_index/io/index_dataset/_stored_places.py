"""Bounding boxes and centroids of a dataset, which stay in their files for a while."""

from __future__ import annotations

from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.io.index_dataset._damage import reading_dataset
from napari_label_index.io.index_dataset._label_files import GROUP_ROWS
from napari_label_index.io.index_dataset._layout import part_path
from napari_label_index.io.index_dataset._read_columns import (
    read_columns,
    read_part_rows,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import Cancel, FloatArray, IntVector
    from napari_label_index.io._address import Location
    from napari_label_index.io.index_dataset._manifest import DatasetManifest

__all__ = ["StoredPlaces"]

_FEW_READS = 4  # of 10 to 20 ms each


class StoredPlaces:
    """Where each label of a dataset is, for threads to ask for.

    Parameters
    ----------
    root, manifest
        The dataset.
    """

    def __init__(self, root: Location, manifest: DatasetManifest) -> None:
        self._root = root
        self._manifest = manifest
        self._lock = Lock()
        self._read: tuple[IntVector, FloatArray] | None = None

    @property
    def are_read(self) -> bool:
        """Whether those of all labels are in memory."""
        return self._read is not None

    def all(self, cancel: Cancel | None = None) -> tuple[IntVector, FloatArray]:
        """Return boxes, (n_labels, 2 * ndim), and centroids, (n_labels, ndim).

        They are read once; a second thread waits for the first.

        Raises
        ------
        CorruptIndexError
            When a file is missing, damaged, or of another index.
        Cancelled
            When `cancel` said so.
        """
        with self._lock:
            if self._read is None:
                self._read = self._read_all(cancel)
            return self._read

    def boxes_of(self, rows: IntVector) -> IntVector:
        """Return the boxes of some rows, (n, 2 * ndim) int64; errors as from `all`."""
        if self._read is None:
            order = np.argsort(rows, kind="stable")
            reads = self._reads_for(rows[order])
            if len(reads) <= _FEW_READS:
                found = np.empty((rows.size, 2 * len(self._manifest.shape)), np.int64)
                for own, number, within in reads:
                    found[order[own]] = self._boxes_in(number, within)
                return found
        boxes, _ = self.all()
        return boxes[rows]

    def _read_all(self, cancel: Cancel | None) -> tuple[IntVector, FloatArray]:
        shape, n_labels = self._manifest.shape, self._manifest.n_labels
        boxes = np.empty((n_labels, 2 * len(shape)), np.int64)
        centroids = np.empty((n_labels, len(shape)), np.float64)
        into = [*boxes.T, *centroids.T]
        read_columns(
            self._root, self._manifest, "places", into, self._check_boxes, cancel
        )
        for array in (boxes, centroids):
            array.flags.writeable = False
        return boxes, centroids

    def _reads_for(self, rows: IntVector) -> list[tuple[slice, int, IntVector]]:
        """Return which of some sorted rows lie together in a row group, and where.

        That is the partition, and their rows there.
        """
        sizes = [part.n_labels for part in self._manifest.partitions]
        firsts = np.cumsum([0, *sizes])
        parts = np.searchsorted(firsts, rows, "right") - 1
        within = rows - firsts[parts]
        groups = within // GROUP_ROWS
        is_first = np.diff(parts, prepend=-1) != 0
        is_first |= np.diff(groups, prepend=-1) != 0
        bounds = [*np.flatnonzero(is_first).tolist(), rows.size]
        pieces = [slice(*pair) for pair in pairwise(bounds)]
        return [(piece, int(parts[piece][0]), within[piece]) for piece in pieces]

    def _boxes_in(self, number: int, rows: IntVector) -> IntVector:
        """Return the boxes of some sorted rows of a partition."""
        first, stop = int(rows[0]), int(rows[-1]) + 1
        columns = read_part_rows(
            self._root, self._manifest, "places", number, first, stop
        )
        with reading_dataset(part_path(self._root, "places", number)):
            self._check_boxes(columns)
        bounds = columns[: 2 * len(self._manifest.shape)]
        return np.stack([bound[rows - first] for bound in bounds], axis=1)

    def _check_boxes(self, columns: list[npt.NDArray[Any]]) -> None:
        # Of columns as they are stored, which are small and lie in one piece.
        shape = self._manifest.shape
        for axis, size in enumerate(shape):
            starts, stops = columns[axis], columns[len(shape) + axis]
            if (starts >= stops).any() or (stops > size).any():
                raise ValueError("a bounding box must lie inside the volume")
