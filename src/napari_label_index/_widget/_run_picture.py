"""An array that is drawn from an index when, and where, napari looks at it."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index._widget._placement import MAX_TEXELS

if TYPE_CHECKING:
    from napari_label_index._typing import BoolArray, IntVector
    from napari_label_index._widget._placement import Placement
    from napari_label_index.index import LabelIndex

Texels = npt.NDArray[np.uint8]

SOLID = 1  # the outline of an object in a slice, and all of it in 3D
FILL = 2  # inside an object, in a slice

_MAX_SMALL_VOXELS = 2_000_000  # at some 15 ns each


class RunPicture:
    """Selected labels as a read-only uint8 array of 0, `SOLID` and `FILL`.

    napari slices it as it does any lazy array: a slice is drawn in 2D, the box in 3D.
    The last drawing is kept, because napari asks for the same one several times.

    Parameters
    ----------
    index : LabelIndex
    rows : (n,) array of int
        Rows of the labels in the index, ascending.
    placement : Placement
        The part of the volume that the array covers.
    """

    dtype = np.dtype(np.uint8)

    def __init__(
        self, index: LabelIndex, rows: IntVector, placement: Placement
    ) -> None:
        self._index = index
        self._rows = rows
        self._boxes = index.bboxes[rows]
        self.placement = placement
        self.shape = placement.shape
        self.ndim = len(self.shape)
        self._last_key = ""
        self._last_drawing = np.zeros(0, np.uint8)

    def __getitem__(self, key: Any) -> Texels:
        """Draw the part that `key`, integers and slices, asks for."""
        keys = key if isinstance(key, tuple) else (key,)
        keys = (*keys, *[slice(None)] * (self.ndim - len(keys)))
        shown = [
            n for n, k in zip(self.shape, keys, strict=True) if isinstance(k, slice)
        ]
        if len(shown) > 2 and math.prod(shown) > MAX_TEXELS[3]:
            # Placed for slices, and asked for a volume. napari draws in 3D before it
            # tells anyone else, and takes this until a picture for 3D replaces us.
            return np.zeros((1,) * len(shown), self.dtype)
        if repr(keys) != self._last_key:
            self._last_drawing = self._draw(keys)
            self._last_key = repr(keys)
        return self._last_drawing

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        return self._draw((slice(None),) * self.ndim).astype(dtype or self.dtype)

    def _draw(self, keys: tuple[Any, ...]) -> Texels:
        starts, stops = [], []
        within: list[int | slice] = []
        for k, size in zip(keys, self.shape, strict=True):
            if isinstance(k, slice):
                start, stop, step = k.indices(size)
                within.append(slice(None, None, step))
            else:
                start = range(size)[operator.index(k)]
                stop = start + 1
                within.append(0)
            starts.append(start)
            stops.append(stop)
        inside = self._mask(starts, stops)[tuple(within)]
        drawing = inside.view(np.uint8)  # True is SOLID
        if drawing.ndim == 2:
            drawing[_interior(inside)] = FILL
        return drawing

    def _mask(self, starts: list[int], stops: list[int]) -> BoolArray:
        """Which texels of a part hold a voxel of the labels."""
        step = np.array(self.placement.step)
        first = np.array([axis.start for axis in self.placement.box])
        end = np.array([axis.stop for axis in self.placement.box])
        low = first + step * np.array(starts)
        high = np.minimum(first + step * np.array(stops), end)
        rows = self._rows_between(low, high)
        box = tuple(map(slice, low.tolist(), high.tolist()))
        labels = self._index.labels[rows]
        mask = self._index.mask(labels, box, tuple(step.tolist()))
        if step.max() > 1:
            self._add_small(rows, low, high, mask)
        return mask

    def _rows_between(self, low: IntVector, high: IntVector) -> IntVector:
        """Rows of the labels whose boxes meet a box: a few, of a slice of many."""
        starts, stops = np.split(self._boxes, 2, axis=1)
        return self._rows[((starts < high) & (stops > low)).all(axis=1)]

    def _add_small(
        self, rows: IntVector, low: IntVector, high: IntVector, mask: BoolArray
    ) -> None:
        """Add what could fall between the voxels that a coarse mask looks at.

        Of more small labels than fit the budget, enough are met by chance.
        """
        step = np.array(self.placement.step)
        boxes, counts = self._index.bboxes[rows], self._index.voxel_counts[rows]
        is_small = counts < 8 * step.prod()
        is_small |= (boxes[:, self.ndim :] - boxes[:, : self.ndim] < step).any(axis=1)
        small = rows[is_small]
        if not 0 < self._index.voxel_counts[small].sum() <= _MAX_SMALL_VOXELS:
            return
        for _, coords in self._index.iter_coords(self._index.labels[small]):
            voxels = coords.astype(np.int64)
            inside = ((voxels >= low) & (voxels < high)).all(axis=1)
            mask[tuple(((voxels[inside] - low) // step).T)] = True


def _interior(inside: BoolArray) -> BoolArray:
    """Texels whose four neighbours are inside as well; beyond the edge is outside."""
    interior = np.zeros_like(inside)
    middle = interior[1:-1, 1:-1]
    np.logical_and(inside[:-2, 1:-1], inside[2:, 1:-1], out=middle)
    middle &= inside[1:-1, :-2]
    middle &= inside[1:-1, 2:]
    middle &= inside[1:-1, 1:-1]
    return interior
