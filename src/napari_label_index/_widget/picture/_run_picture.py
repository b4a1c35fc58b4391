"""An array that is drawn from an index when, and where, napari looks at it."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index._widget.picture._outlines import rim_of, surrounded
from napari_label_index._widget.picture._placement import MAX_TEXELS
from napari_label_index._widget.picture._telling import say_nothing, telling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import BoolArray, IntVector, LabelArray
    from napari_label_index._widget.picture._placement import Placement
    from napari_label_index._widget.picture._telling import Tell
    from napari_label_index.index import LabelIndex

Texels = npt.NDArray[np.uint8]

SOLID = 1  # the outline of an object in a slice, and all of it in 3D
FILL = 2  # inside an object, in a slice
RIM = 3  # around it, in a slice: what is below may have the colour of the outline

# Of 2**18 runs each, in the thread that shows the window: half a second.
MAX_READS = 32

_MAX_SMALL_VOXELS = 2_000_000  # at some 15 ns each


class RunPicture:
    """Selected labels as a read-only uint8 array of 0, `SOLID`, `FILL` and `RIM`.

    napari slices it as it does any lazy array: a slice is drawn in 2D, the box in 3D.
    The last drawing is kept, because napari asks for the same one several times.

    Parameters
    ----------
    index : LabelIndex
    rows : (n,) array of int
        Rows of the labels in the index, ascending.
    placement : Placement
        The part of the volume that the array covers.
    is_hollow : bool
        In a slice, leave out the `FILL`.
    """

    dtype = np.dtype(np.uint8)
    too_many = (
        "Too many labels to highlight here: their voxels lie all over the index folder."
        " They are selected."
    )

    def __init__(
        self,
        index: LabelIndex,
        rows: IntVector,
        placement: Placement,
        is_hollow: bool = False,
    ) -> None:
        self.tell: Tell = say_nothing  # why something is not drawn, as a sentence
        self._fill = 0 if is_hollow else FILL
        self._index = index
        self._rows = rows
        # Of all labels they are there already, and may be a gigabyte.
        is_all = len(rows) == len(index)
        self._boxes = index.bboxes if is_all else index.boxes_of(rows)
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
            self._last_key = ""
            with telling(self.tell):
                self._last_drawing = self._draw(keys)
                self._last_key = repr(keys)
        if not self._last_key:  # it could not be read, and is asked for again
            return np.zeros(_shape_of(keys, self.shape), self.dtype)
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
        steps = np.array(self.placement.step)
        first = np.array([axis.start for axis in self.placement.box])
        end = np.array([axis.stop for axis in self.placement.box])
        low = first + steps * np.array(starts)
        high = np.minimum(first + steps * np.array(stops), end)
        return self._texels(low, high, tuple(within))

    def _texels(
        self, low: IntVector, high: IntVector, within: tuple[int | slice, ...]
    ) -> Texels:
        """Draw a box of voxels, of which `within` are the texels wanted."""
        rows = self._readable(self._rows_between(low, high))
        mask = self._mask(rows, low, high)
        for _, texels in self._small_between(rows, low, high):
            mask[texels] = True
        inside = mask[within]
        drawing = inside.view(np.uint8)  # True is SOLID
        if drawing.ndim == 2:
            interior, rim = surrounded(inside) & inside, rim_of(inside)
            drawing[interior] = self._fill
            drawing[rim] = RIM
        return drawing

    def _mask(self, rows: IntVector, low: IntVector, high: IntVector) -> BoolArray:
        """Texels of a box whose first voxel is one of these labels'."""
        box = tuple(map(slice, low.tolist(), high.tolist()))
        return self._index.mask(self._index.labels[rows], box, self.placement.step)

    def _rows_between(self, low: IntVector, high: IntVector) -> IntVector:
        """Rows of the labels whose boxes meet a box: a few, of a slice of many."""
        boxes, rows = self._boxes, self._rows
        ndim = self.ndim
        # Axis by axis, the shortest way first: a slice leaves few for the others.
        for axis in np.argsort((high - low) / np.array(self._index.shape)).tolist():
            met = (boxes[:, axis] < high[axis]) & (boxes[:, ndim + axis] > low[axis])
            if not met.all():
                boxes, rows = boxes[met], rows[met]
        return rows

    def _readable(self, rows: IntVector) -> IntVector:
        """Return these rows, or none where files would be read for seconds."""
        if self._index.runs.n_reads(rows) <= MAX_READS:
            return rows
        self.tell(self.too_many)
        return rows[:0]

    def _small_between(
        self, rows: IntVector, low: IntVector, high: IntVector
    ) -> Iterator[tuple[LabelArray, tuple[IntVector, ...]]]:
        """Labels and texels of what could fall between the voxels of a coarse mask.

        Of more small labels than fit the budget, enough are met by chance.
        """
        step = np.array(self.placement.step)
        if step.max() == 1:
            return
        boxes, counts = self._index.boxes_of(rows), self._index.voxel_counts[rows]
        is_small = counts < 8 * step.prod()
        is_small |= (boxes[:, self.ndim :] - boxes[:, : self.ndim] < step).any(axis=1)
        small = rows[is_small]
        if not 0 < self._index.voxel_counts[small].sum() <= _MAX_SMALL_VOXELS:
            return
        for labels, coords in self._index.iter_coords(self._index.labels[small]):
            voxels = coords.astype(np.int64)
            inside = ((voxels >= low) & (voxels < high)).all(axis=1)
            yield labels[inside], tuple(((voxels[inside] - low) // step).T)


def _shape_of(keys: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of what integers and slices take from an array."""
    taken = zip(keys, shape, strict=True)
    return tuple(len(range(*k.indices(n))) for k, n in taken if isinstance(k, slice))
