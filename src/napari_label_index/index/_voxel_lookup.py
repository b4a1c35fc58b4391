"""Voxels looked up by label, and labels looked up by place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index.index import _expand, _window
from napari_label_index.index._label_table import LabelTable
from napari_label_index.index._lookup import find_row

if TYPE_CHECKING:
    from napari_label_index._typing import (
        BoolArray,
        Box,
        IntVector,
        LabelArray,
    )

IndexArrays = tuple[npt.NDArray[np.int64], ...]


@dataclass(frozen=True, eq=False, repr=False)
class VoxelLookup(LabelTable, Mapping[int, IndexArrays]):
    """The part of a `LabelIndex` that looks up voxels; see there."""

    # -- the mapping -----------------------------------------------------------

    def __len__(self) -> int:
        return self.runs.n_labels

    def __iter__(self) -> Iterator[int]:
        return iter(self.labels.tolist())

    def __contains__(self, label: object) -> bool:
        return find_row(self.labels, label) is not None

    def __getitem__(self, label: int) -> IndexArrays:
        """Return one index array per axis, int64, in C order.

        Raises
        ------
        UnknownLabelError
            If no voxel has this label.
        """
        n_voxels, starts, lengths = self._runs_of(label)
        return _expand.index_arrays(starts, lengths, n_voxels, self.shape)

    def _runs_of(self, label: int) -> tuple[int, IntVector, IntVector]:
        row = self.row_of(label)
        return int(self.voxel_counts[row]), *self.runs.of_row(row)

    # -- voxels ----------------------------------------------------------------

    def positions(self, label: int) -> npt.NDArray[np.int64]:
        """Return the flat C-order position of each voxel of a label, ascending."""
        n_voxels, starts, lengths = self._runs_of(label)
        return _expand.positions(starts, lengths, n_voxels)

    def coords(self, label: int) -> IntVector:
        """Return the coordinates of a label's voxels, (n, ndim), in C order.

        They have the smallest unsigned type that can hold any coordinate.
        """
        n_voxels, starts, lengths = self._runs_of(label)
        return _expand.coords(starts, lengths, n_voxels, self.shape)

    def all_coords(self) -> tuple[IntVector, IntVector]:
        """Return the coordinates of all labels in one array.

        Returns
        -------
        coords : (n_voxels, ndim) smallest unsigned type that fits
            Label by label in the order of `labels`, and in C order within each.
        offsets : (n_labels + 1,) int64
            The voxels of ``labels[i]`` are ``coords[offsets[i]:offsets[i + 1]]``.
        """
        return _expand.all_coords(self.runs, self.voxel_counts, self.shape)

    def iter_coords(
        self,
        labels: Iterable[int] | LabelArray | None = None,
        max_voxels: int = 1 << 20,
    ) -> Iterator[tuple[LabelArray, IntVector]]:
        """List coordinates of chosen labels block by block, in bounded memory.

        Parameters
        ----------
        labels : iterable of int, optional
            In the order wanted; all labels if left out.
        max_voxels : int
            Voxels in a block; a label with more goes on in the next one.

        Yields
        ------
        label : (n,)
            The label of each voxel.
        coords : (n, ndim)
            Its coordinates, as `coords` gives them.
        """
        rows = np.arange(len(self)) if labels is None else self.rows_of(labels)
        total = int(self.voxel_counts[rows].sum())
        return _expand.iter_coords(
            self.runs, rows, self.shape, max(1, min(max_voxels, total))
        )

    # -- boxes and masks -------------------------------------------------------

    def bbox(self, label: int) -> Box:
        """Return the bounding box of a label as one slice per axis."""
        (box,) = self.boxes_of(np.array([self.row_of(label)]))
        return _window.box_of(box)

    def union_bbox(self, labels: Iterable[int] | LabelArray) -> Box:
        """Return the smallest box around all these labels, of which one is needed."""
        boxes = self.boxes_of(self.rows_of(labels))
        if not len(boxes):
            raise ValueError("there is no box around no labels; name one, or a box")
        starts = boxes[:, : self.ndim].min(axis=0)
        stops = boxes[:, self.ndim :].max(axis=0)
        return _window.box_of(np.concatenate([starts, stops]))

    def mask(
        self,
        labels: int | Iterable[int] | LabelArray,
        box: Box | None = None,
        step: int | tuple[int, ...] = 1,
    ) -> BoolArray:
        """Return which voxels of a box belong to some labels, drawn from their runs.

        A bool array of the shape of ``label_image[box][::step, ...]``.

        Parameters
        ----------
        labels : int or iterable of int
            The labels to draw.
        box : tuple of slices, optional
            One without a step for each axis; if left out, the smallest box around
            these labels.
        step : int or tuple of int
            Take every `step`-th voxel of the box along each axis.
        """
        chosen = [labels] if isinstance(labels, (int, np.integer)) else labels
        rows = self.rows_of(chosen)
        return self._draw(rows, np.ones(rows.size, np.uint8), box, step).view(np.bool_)

    def paint(
        self,
        labels: Iterable[int] | LabelArray,
        values: npt.ArrayLike,
        box: Box | None = None,
        step: int | tuple[int, ...] = 1,
    ) -> npt.NDArray[Any]:
        """Return a picture of a box in which each label has a value of its own.

        An array of the shape of ``label_image[box][::step, ...]``.

        Parameters
        ----------
        labels : iterable of int
            The labels to draw.
        values : (n,) array
            A value for each of them. All else is 0, in the dtype of this array.
        box, step
            As for `mask`.
        """
        rows, values = self.rows_of(labels), np.array(values)
        if values.shape != rows.shape:
            raise ValueError(f"{rows.size} labels need a value each, got {values.size}")
        return self._draw(rows, values, box, step)

    def _draw(
        self,
        rows: IntVector,
        values: npt.NDArray[Any],
        box: Box | None,
        step: int | tuple[int, ...],
    ) -> npt.NDArray[Any]:
        if box is None:
            box = self.union_bbox(self.labels[rows])
        return _window.draw(self.runs, rows, values, self.shape, box, step)

    def label_at(self, position: Iterable[int]) -> int:
        """Return the label of the voxel at ``(z, y, x)``, from the runs alone.

        Anything outside the volume is background.
        """
        place = tuple(int(coordinate) for coordinate in position)
        row = _window.row_at(self.runs, self.bboxes, self.shape, place)
        return self.background if row is None else int(self.labels[row])

    def largest_section(self, label: int, axes: tuple[int, ...]) -> tuple[int, ...]:
        """Return where a label has most voxels, along some axes.

        Parameters
        ----------
        label : int
            The label to look at.
        axes : tuple of int
            Axes to fix, such as those that a viewer does not display.

        Returns
        -------
        tuple of int
            One coordinate for each of `axes`: the first of the largest sections.
        """
        _, starts, lengths = self._runs_of(label)
        return _window.largest_section(
            starts, lengths, self.bbox(label), self.shape, axes
        )
