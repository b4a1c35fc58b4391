"""`ColorLabels`: a colour image as labels, with the colour of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index.index import LabelImage, LabelIndex, split_labels

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, IntVector, LabelArray, OnProgress

__all__ = ["ColorLabels", "ColorTable"]


@dataclass(frozen=True, slots=True, eq=False)
class ColorTable:
    """Which id a colour became, row by row.

    A colour has several rows after a split, an id several where it was given to
    several colours.

    Attributes
    ----------
    labels : (n_rows,)
        The ids.
    colors : (n_rows, 3) uint8
        Red, green, blue; uint16 where channels have 16 bits.
    voxel_counts : (n_rows,) int64
        Voxels of the colour.
    n_parts : (n_rows,) int64
        Connected parts of them, by faces.
    """

    labels: LabelArray
    colors: LabelArray
    voxel_counts: IntVector
    n_parts: IntVector

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the table as `export_columns` writes it, and a map of ids takes it."""
        red, green, blue = np.ascontiguousarray(self.colors.T)
        return {
            "label": self.labels,
            "red": red,
            "green": green,
            "blue": blue,
            "num_pixels": self.voxel_counts,
            "n_components": self.n_parts,
        }


@dataclass(frozen=True, eq=False)
class ColorLabels:
    """The labels of a colour image; made by `read_color_labels` or `pack_colors`.

    Attributes
    ----------
    index : LabelIndex
        The index of the labels.
    table : ColorTable
        Which id each colour became.
    doubts : tuple of str
        What speaks against the colours as they are, in sentences.
    given_image : LabelImage or None
        The ids as they were read; None after a split.
    """

    index: LabelIndex
    table: ColorTable
    doubts: tuple[str, ...] = ()
    given_image: LabelImage | None = None

    @cached_property
    def label_image(self) -> LabelImage:
        """The ids, one per voxel; after a split it is drawn when first asked for."""
        if self.given_image is not None:
            return self.given_image
        index = self.index
        return LabelImage(
            index.to_label_image(), index.axes, index.spacing, index.origin,
            index.unit, index.source,
        )  # fmt: skip

    @cached_property
    def n_colors(self) -> int:
        """How many colours there are, background left out."""
        return len(np.unique(self.table.colors, axis=0))

    @cached_property
    def n_in_parts(self) -> int:
        """How many colours are in several parts that do not touch."""
        return int(np.count_nonzero(self.table.n_parts > 1))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a user should know before these labels are relied on, in sentences."""
        if not self.n_in_parts:
            return self.doubts
        are = "is" if self.n_in_parts == 1 else "are"
        told = (
            f"{self.n_in_parts:,} of {self.n_colors:,} colours {are} in several parts "
            "that do not touch, so one colour may stand for several objects; a split "
            "gives each part an id of its own"
        )
        return (*self.doubts, told)

    def colors_of_labels(self) -> LabelArray:
        """Return one colour per label of the index, (n_labels, 3), the first it has."""
        _, first = np.unique(self.table.labels, return_index=True)
        return self.table.colors[first]

    def split(
        self,
        connectivity: int = 1,
        *,
        on_progress: OnProgress | None = None,
        cancel: Cancel | None = None,
    ) -> ColorLabels:
        """Return the connected parts of every label as labels 1, 2, and on.

        The table then has a row for each part, with its colour.

        Parameters
        ----------
        connectivity : int
            1 joins voxels that share a face, 2 also an edge, 3 also a corner.
        on_progress, cancel : optional callbacks
            As in `build_index`.
        """
        index, rows = split_labels(
            self.index, connectivity, on_progress=on_progress, cancel=cancel
        )
        table = ColorTable(
            index.labels,
            self.colors_of_labels()[rows],
            index.voxel_counts,
            np.ones(len(index), np.int64),
        )
        return replace(self, index=index, table=table, given_image=None)
