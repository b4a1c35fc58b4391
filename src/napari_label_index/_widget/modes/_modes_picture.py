"""Many labels in their colours, drawn from an index when napari looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index._widget.picture._outlines import surrounded
from napari_label_index._widget.picture._run_picture import RunPicture, Texels

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector
    from napari_label_index._widget.picture._placement import Placement
    from napari_label_index.index import LabelIndex


class ColorPicture(RunPicture):
    """Labels as a read-only uint8 array of their codes, 0 where there are none.

    Parameters
    ----------
    index : LabelIndex
    rows : (n,) array of int
        Rows of the labels in the index, ascending.
    placement : Placement
        The part of the volume that the array covers.
    codes : (n_labels,) array of uint8
        For each label of the index. A label with code 0 is not seen.
    is_outlined : bool
        In a slice, draw the outline of each label alone.
    """

    too_many = (
        "Too many labels to show here: their voxels lie all over the index folder."
        " Fewer can be isolated."
    )

    def __init__(
        self,
        index: LabelIndex,
        rows: IntVector,
        placement: Placement,
        codes: Texels,
        is_outlined: bool = False,
    ) -> None:
        super().__init__(index, rows, placement)
        self._codes = codes
        self._is_outlined = is_outlined

    def _texels(
        self, low: IntVector, high: IntVector, within: tuple[int | slice, ...]
    ) -> Texels:
        rows = self._readable(self._rows_between(low, high))
        is_slice = sum(isinstance(part, slice) for part in within) == 2
        if not (is_slice and self._is_outlined):
            return self._painted(rows, self._codes[rows], low, high)[within]
        # Neighbours may have one colour: outlines are told apart by the rows.
        numbers = np.arange(1, len(rows) + 1, dtype=np.uint32)
        painted = self._painted(rows, numbers, low, high)[within]
        codes = np.append(np.uint8(0), self._codes[rows])[painted]
        codes[surrounded(painted)] = 0
        return codes

    def _painted(
        self, rows: IntVector, values: npt.NDArray[Any], low: IntVector, high: IntVector
    ) -> npt.NDArray[Any]:
        """Texels of a box with the value of their label."""
        box = tuple(map(slice, low.tolist(), high.tolist()))
        labels = self._index.labels[rows]
        painted = self._index.paint(labels, values, box, self.placement.step)
        for small, texels in self._small_between(rows, low, high):
            painted[texels] = values[np.searchsorted(labels, small)]
        return painted
