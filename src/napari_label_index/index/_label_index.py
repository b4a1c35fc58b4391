"""`LabelIndex`: every voxel of every label, and what the runs tell of each label."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index import _expand, _window
from napari_label_index.index._columns import Column, columns_of
from napari_label_index.index._compare import Comparison, compare
from napari_label_index.index._connectivity import Connectivity
from napari_label_index.index._facts import is_known
from napari_label_index.index._intensity import measure_intensities
from napari_label_index.index._lookup import can_hold
from napari_label_index.index._report import missing_ids, report
from napari_label_index.index._update import updated
from napari_label_index.index.query._query import Query, select_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    import numpy.typing as npt

    from napari_label_index._typing import (
        Box,
        Cancel,
        FloatArray,
        LabelArray,
        OnProgress,
    )
    from napari_label_index.index._label_image import LabelImage
    from napari_label_index.index._runs import RunTable
    from napari_label_index.index.query._query_tree import Sets

BASE_COLUMNS = ("label", "t", "num_pixels", "bbox", "centroid")


@dataclass(frozen=True, eq=False, repr=False)
class LabelIndex(Connectivity):
    """Every voxel of every label of a volume; made by `build_index`.

    It is a read-only mapping from label to a tuple of index arrays, one per axis, as
    ``np.nonzero(label_image == label)`` gives them, so that
    ``label_image[index[label]]`` are the voxels of that label.

    Coordinates come in C order, always: the build places runs in that order at no
    cost, so there is no faster, looser order to ask for. What is asked for a label that
    no voxel has raises `UnknownLabelError`.

    Attributes
    ----------
    runs : RunTable
        The four arrays that everything comes from.
    shape, dtype, background
        Of the volume; the dtype is an integer type for one of floats.
    axes, spacing, origin, unit, source
        As in `LabelImage`. Along an axis named ``t`` voxels are no neighbours.
    times : TimeKeys or None
        What `labels` are made with in an index by time; see `by_time`.
    is_partial : bool
        Whether it was opened for some labels and the volume has more.
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
        rows = f"n_labels={self.n_ids}"
        if self.is_by_time:
            rows += f", by time: n_rows={len(self)}"
        return (
            f"LabelIndex(shape={self.shape}, dtype={self.dtype}, "
            f"{rows}, n_voxels={self.n_voxels}, n_runs={self.n_runs}, "
            f"{self.nbytes / 1e6:.1f} MB)"
        )

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

    def knows(self, name: str) -> bool:
        """Whether a column can be read without a pass over the runs."""
        return all(is_known(self, needed) for needed in self.columns[name].needs)

    def table(self, names: Iterable[str] | None = None) -> dict[str, npt.NDArray[Any]]:
        """Return one row per label, as a dict of columns with scikit-image's names.

        Parameters
        ----------
        names : iterable of str, optional
            Names from `columns`. If left out: ``label``, ``num_pixels``, ``bbox-0`` to
            ``bbox-(2 * ndim - 1)`` (starts, then stops) and ``centroid-0`` and on, in
            voxels, in axis order; in an index by time, ``t`` after ``label``.
        """
        if names is None:
            names = [k for k in self.columns if k.split("-")[0] in BASE_COLUMNS]
        return {name: self.column(name) for name in names}

    def select(
        self,
        query: str | Query,
        extra_columns: Mapping[str, npt.ArrayLike] | None = None,
        sets: Sets | None = None,
    ) -> LabelArray:
        """Return the labels that a line of text asks for, sorted, or as it says.

        Ids, comparisons on any of `columns`, ``touches``, ``in``, ``and``, ``or``,
        ``not`` and ``sort by``, as in ``"num_pixels >= 50 and not touches_border"``.

        Parameters
        ----------
        query : str or Query
            Empty selects all labels.
        extra_columns : mapping of str to (n_labels,) array, optional
            More columns to ask for, in the order of `labels`.
        sets : mapping of str to ids, optional
            Named sets, for ``in "my set"``; ids that are no label are passed over.

        Raises
        ------
        QuerySyntaxError
            If the text cannot be understood; it says where, and what was expected.
        UnknownColumnError, UnknownSetError
            If it asks for a column or a set that does not exist.
        """
        return select_labels(self, query, extra_columns, sets)

    # -- checks against something ----------------------------------------------

    def missing_ids(self) -> list[tuple[int, int]]:
        """Return the gaps in 1 to the largest label, as (first, last) of each gap."""
        return missing_ids(self.distinct_ids)

    def report(self, *, cancel: Cancel | None = None) -> dict[str, int]:
        """Return how many labels are odd in each way: one table for the whole volume.

        In several parts, at the border, with holes, and so on; all of it from the
        runs. What it computes stays with the index, as columns; `cancel` stops it.
        """
        return report(self, cancel)

    def compare(
        self,
        reference: LabelIndex,
        *,
        on_progress: OnProgress | None = None,
        cancel: Cancel | None = None,
    ) -> Comparison:
        """Compare with the labels of another image of the same volume.

        Parameters
        ----------
        reference : LabelIndex
            The index of the other image.
        on_progress, cancel : optional callbacks
            As in `build_index`.

        Returns
        -------
        Comparison
            Its `table` has a row per label.

        Raises
        ------
        UnsupportedLabelsError
            If the two do not have the same shape, or if one is an index by time.
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

    # -- after an edit ---------------------------------------------------------

    def update(self, label_image: Any, box: Box) -> LabelIndex:
        """Return the index of the volume after voxels within a box have changed.

        Parameters
        ----------
        label_image : LabelImage or array-like
            The volume as it is now. It is read in the rows that the box meets.
        box : tuple of slices
            One per axis; outside, nothing may have changed.

        Raises
        ------
        UnsupportedLabelsError
            If it has another shape, or another type of ids, than what was indexed.
        """
        return updated(self, label_image, box)

    # -- all of it -------------------------------------------------------------

    def to_label_image(self, box: Box | None = None) -> LabelArray:
        """Return the volume again: the run table is a lossless copy of the labels.

        Voxels are of the index's `dtype`: for a volume of floats, an integer type.

        Parameters
        ----------
        box : tuple of slices, optional
            Only this part of the volume.
        """
        if self.is_by_time:
            return self.by_label().to_label_image(box)
        if box is None:
            return _expand.label_image(
                self.runs, self.shape, self.labels, self.dtype, self.background
            )
        box = _window.clipped(box, self.shape)
        labels = self.labels[_window.rows_meeting(self.bboxes, box, self.shape)]
        if self.background == 0:
            # As unsigned numbers: half as many kernels to compile.
            values = labels.view(f"u{labels.itemsize}")
            return self.paint(labels, values, box).view(labels.dtype)
        # 0 may be a label here, so they are drawn by number, and looked up.
        numbers = self.paint(labels, np.arange(1, labels.size + 1, dtype="u4"), box)
        background = self.background if can_hold(labels.dtype, self.background) else 0
        unlabelled = np.array([background], labels.dtype)
        image: LabelArray = np.concatenate([unlabelled, labels])[numbers]
        return image

    def save(
        self, path: str | PathLike[str], *, source: str | PathLike[str] | None = None
    ) -> None:
        """Save the index to a file; `open_index` reads it again.

        Parameters
        ----------
        path : path-like
            A name that ends in ``.parquet``, best in ``.labelindex.parquet``.
        source : path-like, optional
            The file or folder that was indexed, to notice later that it has changed.

        Raises
        ------
        UnsupportedFormatError
            If the name has another ending.
        WriteFailedError
            If it could not be written, or holds some labels only.
        """
        from napari_label_index.io import save_index

        save_index(self, path, source=source)
