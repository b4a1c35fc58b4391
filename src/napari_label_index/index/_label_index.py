"""`LabelIndex`: every voxel of every label, and what the runs tell of each label."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from napari_label_index.index import _expand
from napari_label_index.index._columns import Column, columns_of
from napari_label_index.index._compare import Comparison, compare
from napari_label_index.index._components import Components, find_components, split
from napari_label_index.index._intensity import measure_intensities
from napari_label_index.index._neighbours import Contacts, find_contacts
from napari_label_index.index._report import missing_ids, report
from napari_label_index.index._voxel_lookup import VoxelLookup
from napari_label_index.index.query._query import Query, select_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping
    from os import PathLike

    import numpy as np
    import numpy.typing as npt

    from napari_label_index._typing import (
        Cancel,
        FloatArray,
        IntVector,
        LabelArray,
        OnProgress,
    )
    from napari_label_index.index._label_image import LabelImage
    from napari_label_index.index._runs import RunTable

BASE_COLUMNS = ("label", "num_pixels", "bbox", "centroid")


@dataclass(frozen=True, eq=False, repr=False)
class LabelIndex(VoxelLookup):
    """Every voxel of every label of a volume; made by `build_index`.

    It is a read-only mapping from label to a tuple of index arrays, one per axis, as
    ``np.nonzero(label_image == label)`` gives them, so that
    ``label_image[index[label]]`` are the voxels of that label.

    Coordinates come in C order, always: the build places runs in that order at no
    cost, so there is no faster, looser order to ask for.
    """

    @classmethod
    def of(
        cls, runs: RunTable, image: LabelImage, dtype: np.dtype[Any], background: int
    ) -> LabelIndex:
        """Return the index of an image from its runs, measured."""
        index = cls(
            runs, image.shape, dtype, background,
            image.axes, image.spacing, image.origin, image.unit, image.source,
        )  # fmt: skip
        _ = index._measures
        return index

    def __repr__(self) -> str:
        return (
            f"LabelIndex(shape={self.shape}, dtype={self.dtype}, "
            f"n_labels={len(self)}, n_voxels={self.n_voxels}, n_runs={self.n_runs}, "
            f"{self.nbytes / 1e6:.1f} MB)"
        )

    @property
    def time_axis(self) -> int | None:
        """The axis named ``t``, across which voxels are no neighbours, or None."""
        return self.axes.index("t") if "t" in self.axes else None

    # -- the table -------------------------------------------------------------

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Every column that there is, by name; none is computed before it is used."""
        return columns_of(self)

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return one column, (n_labels,), in the order of `labels`.

        Raises
        ------
        KeyError
            If there is no such column; `columns` has them all.
        """
        column = self.columns[name]
        values: npt.NDArray[Any] = self.remember(name, lambda: column.compute(self))
        return values

    @cached_property
    def _computed(self) -> dict[Hashable, Any]:
        return {}

    def remember(self, what: Hashable, compute: Callable[[], Any]) -> Any:
        """Return what was computed before under this name, or compute it now."""
        if what not in self._computed:
            self._computed[what] = compute()
        return self._computed[what]

    def table(self, names: Iterable[str] | None = None) -> dict[str, npt.NDArray[Any]]:
        """Return one row per label, as a dict of columns with scikit-image's names.

        Parameters
        ----------
        names : iterable of str, optional
            Names from `columns`. If left out: ``label``, ``num_pixels``, ``bbox-0`` to
            ``bbox-(2 * ndim - 1)`` (starts, then stops) and ``centroid-0`` and on, in
            voxels, in axis order.
        """
        if names is None:
            names = [k for k in self.columns if k.split("-")[0] in BASE_COLUMNS]
        return {name: self.column(name) for name in names}

    def select(
        self,
        query: str | Query,
        extra_columns: Mapping[str, npt.ArrayLike] | None = None,
    ) -> LabelArray:
        """Return the labels that a line of text asks for, sorted, or as it says.

        Ids, comparisons on any of `columns`, ``touches``, ``and``, ``or``, ``not``
        and ``sort by``, as in ``"num_pixels >= 50 and not touches_border"``.

        Parameters
        ----------
        query : str or Query
            Empty selects all labels.
        extra_columns : mapping of str to (n_labels,) array, optional
            More columns to ask for, in the order of `labels`.

        Raises
        ------
        QuerySyntaxError
            If the text cannot be understood; it says where, and what was expected.
        UnknownColumnError
            If it asks for a column that does not exist.
        """
        return select_labels(self, query, extra_columns)

    # -- components and neighbours ---------------------------------------------

    def components(
        self,
        connectivity: int = 1,
        *,
        on_progress: OnProgress | None = None,
        cancel: Cancel | None = None,
    ) -> Components:
        """Count the connected components of every label, from the runs alone.

        Parameters
        ----------
        connectivity : int
            1 joins voxels that share a face, 2 also an edge, 3 also a corner (6, 18
            and 26 neighbours in 3D); as in scikit-image. Times are kept apart.
        on_progress, cancel : optional callbacks
            As in `build_index`.
        """
        found: Components = self.remember(
            ("components", connectivity),
            lambda: find_components(
                self.runs, self.shape, self.bboxes, connectivity, self.time_axis,
                on_progress, cancel,
            )[0],
        )  # fmt: skip
        return found

    def parts(self, label: int, connectivity: int = 1) -> LabelIndex:
        """Return the connected components of one label, as labels 1, 2, and on.

        They are numbered in the order of their first voxels.
        """
        row = self.row_of(label)
        runs = split(
            self.runs, self.shape, self.bboxes, row, connectivity, self.time_axis
        )
        return LabelIndex(
            runs, self.shape, runs.labels.dtype, 0,
            self.axes, self.spacing, self.origin, self.unit, self.source,
        )  # fmt: skip

    def contacts(
        self, *, on_progress: OnProgress | None = None, cancel: Cancel | None = None
    ) -> Contacts:
        """Return every pair of labels that share voxel faces, and how many."""
        found: Contacts = self.remember(
            "contacts",
            lambda: find_contacts(
                self.runs, self.shape, self.bboxes, self.time_axis, on_progress, cancel
            ),
        )
        return found

    def neighbours(self, label: int) -> tuple[LabelArray, IntVector]:
        """Return the labels that touch a label, sorted, and the faces shared.

        Returns
        -------
        labels : (n,)
        faces : (n, ndim) int64 shared voxel faces, by the axis across them
        """
        rows, faces = self.contacts().of_row(self.row_of(label))
        return self.labels[rows], faces

    # -- checks against something ----------------------------------------------

    def missing_ids(self) -> list[tuple[int, int]]:
        """Return the gaps in 1 to the largest label, as (first, last) of each gap."""
        return missing_ids(self.labels)

    def report(self) -> dict[str, int]:
        """Return how many labels are odd in each way: one table for the whole volume.

        In several parts, at the border, with holes, and so on; all of it from the
        runs. What it computes stays with the index, as columns.
        """
        return report(self)

    def compare(
        self,
        reference: LabelIndex,
        *,
        on_progress: OnProgress | None = None,
        cancel: Cancel | None = None,
    ) -> Comparison:
        """Compare with the labels of another image of the same volume.

        Raises
        ------
        UnsupportedLabelsError
            If the two do not have the same shape.
        """
        return compare(self, reference, on_progress, cancel)

    def intensities(
        self,
        image: Any,
        *,
        on_progress: OnProgress | None = None,
        cancel: Cancel | None = None,
    ) -> dict[str, FloatArray]:
        """Measure another image of the same shape under every label.

        Parameters
        ----------
        image : array-like of numbers
            Read once, block by block.
        on_progress, cancel : optional callbacks
            As in `build_index`.

        Returns
        -------
        dict of (n_labels,) float64
            ``intensity_mean``, ``intensity_min``, ``intensity_max`` and
            ``intensity_sum``.

        Raises
        ------
        UnsupportedLabelsError
            If the image has another shape, or does not hold numbers.
        """
        return measure_intensities(self, image, on_progress, cancel)

    # -- all of it -------------------------------------------------------------

    def to_label_image(self) -> LabelArray:
        """Return the volume again: the run table is a lossless copy of the labels.

        Voxels are of the index's `dtype`: for a volume of floats, an integer type.
        """
        return _expand.label_image(self.runs, self.shape, self.dtype, self.background)

    def save(self, path: str | PathLike[str]) -> None:
        """Save the index to a file; `open_index` reads it again."""
        from napari_label_index.io import save_index

        save_index(self, path)
