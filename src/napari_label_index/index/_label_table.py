"""A volume and its labels, each with a row in `labels` and in all that is measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from napari_label_index.errors import UnknownLabelError
from napari_label_index.index._lookup import find_row, find_rows, no_such_label
from napari_label_index.index._measures import Measures, measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    from napari_label_index._typing import FloatArray, IntVector, LabelArray
    from napari_label_index.index._runs import RunTable


@dataclass(frozen=True, eq=False, repr=False)
class LabelTable:
    """The part of a `LabelIndex` that says what there is; see there."""

    runs: RunTable
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    background: int = 0
    axes: tuple[str, ...] = ()
    spacing: tuple[float, ...] = ()
    origin: tuple[float, ...] = ()
    unit: str = ""
    source: str = ""
    is_partial: bool = False  # opened for some labels: the volume has more

    # -- what there is ---------------------------------------------------------

    @property
    def ndim(self) -> int:
        """Number of axes of the volume."""
        return len(self.shape)

    @property
    def labels(self) -> LabelArray:
        """(n_labels,) sorted ids, background left out, in the volume's own type."""
        return self.runs.labels

    @property
    def n_runs(self) -> int:
        """Number of runs of all labels."""
        return self.runs.n_runs

    @cached_property
    def n_voxels(self) -> int:
        """Voxels of all labels together."""
        return int(self.voxel_counts.sum())

    @property
    def nbytes(self) -> int:
        """Bytes that the run table holds."""
        return self.runs.nbytes

    @cached_property
    def _measures(self) -> Measures:
        return self.runs.known_measures() or measure(self.runs, self.shape)

    @property
    def voxel_counts(self) -> IntVector:
        """(n_labels,) int64 voxels of each label."""
        return self._measures.voxel_counts

    @property
    def bboxes(self) -> IntVector:
        """(n_labels, 2 * ndim) int64 bounding boxes: starts, then stops."""
        return self._measures.bboxes

    @property
    def centroids(self) -> FloatArray:
        """(n_labels, ndim) float64 mean coordinates, in voxels."""
        return self._measures.centroids

    @property
    def has_places(self) -> bool:
        """Whether boxes and centroids of all labels are in memory.

        An index in a folder reads them when they are first asked for.
        """
        return self._measures.has_places

    def boxes_of(self, rows: IntVector) -> IntVector:
        """Return the bounding boxes of some rows, (n, 2 * ndim) int64.

        As ``bboxes[rows]``, but of a few labels in a folder no others are read.
        """
        return self._measures.boxes_of(rows)

    def row_of(self, label: int) -> int:
        """Return the row of a label in `labels` and every column.

        Raises
        ------
        UnknownLabelError
            If no voxel has this label.
        """
        row = find_row(self.labels, label)
        if row is None:
            raise UnknownLabelError(no_such_label(self.labels, label))
        return row

    def rows_of(self, labels: Iterable[int] | LabelArray) -> IntVector:
        """Return the rows of several labels, (n,) int64, in the order given.

        Raises
        ------
        UnknownLabelError
            If one of them has no voxel; the first such is named.
        """
        return find_rows(self.labels, labels)
