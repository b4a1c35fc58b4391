"""Masks and label images, read again slab by slab and compared voxel by voxel."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import IncompleteVolumeError, UnknownLabelError
from napari_label_index.io.exports._drawing import iter_drawn
from napari_label_index.io.exports._image_files import INSIDE
from napari_label_index.io.exports._verify_content import Content
from napari_label_index.io.exports._verify_report import Differs
from napari_label_index.io.images._tiff_log import log_errors_raised

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from napari_label_index._typing import Box, IntVector

__all__ = ["LabelImageContent", "MaskContent"]


class _ImageContent(Content):
    def check_file(self, path: Path) -> IntVector:
        try:
            with log_errors_raised(path), _opened(path) as image:
                return self._check(path, image)
        except IncompleteVolumeError as error:
            raise Differs(str(error)) from error

    def _check(self, path: Path, image: Any) -> IntVector:
        box = self._box()
        shape = tuple(window.stop - window.start for window in box)
        found = tuple(image.shape)
        # A TIFF may leave out axes of length 1.
        if [n for n in found if n > 1] != [n for n in shape if n > 1]:
            raise Differs(f"{path.name}: it has the shape {found}, not {shape}")
        rows = self._rows_in(image)
        values, background = self._values(rows, image.dtype)
        first = 0
        drawn = iter_drawn(self.index, rows, values, background, box, self.watch.check)
        for slab, n_voxels in drawn:
            self.watch.check()
            stop = first + len(slab)
            block = image[...] if shape[0] == 1 else image[first:stop]
            self._compare(block.reshape(slab.shape), slab, first, box)
            first = stop
            self.n_voxels += n_voxels
        self.n_lines += rows.size
        return rows

    def _box(self) -> Box:
        if "box" in self.layout:
            return tuple(slice(*bounds) for bounds in self.layout["box"])
        return tuple(slice(0, size) for size in self.index.shape)

    def _compare(
        self, found: npt.NDArray[Any], expected: npt.NDArray[Any], first: int, box: Box
    ) -> None:
        is_other = found != expected
        if is_other.any():
            at = np.unravel_index(int(np.argmax(is_other)), is_other.shape)
            place = [int(k) for k in (at[0] + first, *at[1:])]
            shown = tuple(
                k + window.start for k, window in zip(place, box, strict=True)
            )
            raise Differs(
                f"voxel {shown}: it has {found[at]}, the volume {expected[at]}"
            )

    def _chosen(self) -> IntVector | None:
        """Return the rows that the manifest names, None if it does not name all."""
        labels = self.selection.get("labels")
        if labels == "all":
            return np.arange(len(self.index))
        if labels is None or self.selection["is_cut"]:
            return None
        try:
            return self.index.rows_of(labels)
        except UnknownLabelError as error:
            raise Differs(str(error)) from error

    def _rows_in(self, image: Any) -> IntVector:
        raise NotImplementedError

    def _values(
        self, rows: IntVector, dtype: np.dtype[Any]
    ) -> tuple[npt.NDArray[Any], int]:
        raise NotImplementedError


class MaskContent(_ImageContent):
    """Inside is the union of the labels that the manifest names."""

    def _rows_in(self, image: Any) -> IntVector:
        rows = self._chosen()
        if rows is None:
            raise Differs("which labels are in a mask is only in its manifest")
        return rows

    def _values(
        self, rows: IntVector, dtype: np.dtype[Any]
    ) -> tuple[npt.NDArray[Any], int]:
        return np.full(len(self.index), INSIDE, np.uint8), 0


class LabelImageContent(_ImageContent):
    """Every id as it is in the volume."""

    def _rows_in(self, image: Any) -> IntVector:
        rows = self._chosen()
        if rows is not None:
            return rows
        ids: set[int] = set()
        for first in range(image.shape[0]):
            self.watch.check()
            ids.update(np.unique(image[first]).tolist())
        labels = sorted(ids - {self._background()})
        try:
            return self.index.rows_of(labels)
        except UnknownLabelError as error:
            raise Differs(str(error)) from error

    def _background(self) -> int:
        return int(self.layout.get("background", self.index.background))

    def _values(
        self, rows: IntVector, dtype: np.dtype[Any]
    ) -> tuple[npt.NDArray[Any], int]:
        if dtype.kind not in "iu":
            raise Differs(f"its voxels are {dtype}, which are no ids")
        limits = np.iinfo(dtype)
        for label in self.index.labels[rows].tolist():
            if not limits.min <= label <= limits.max:
                raise Differs(f"{dtype} cannot hold label {label}")
        values = np.zeros(len(self.index), dtype)
        values[rows] = self.index.labels[rows].astype(dtype)
        return values, self._background()


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import tifffile
    import zarr

    with tifffile.TiffFile(path) as tif:
        series = tif.series[0]
        if 1 in series.shape[-2:]:
            # tifffile's zarr store fails at some pages of a single row or column.
            yield series.asarray()
            return
        store = series.aszarr()
        try:
            yield zarr.open_array(store, mode="r")
        finally:
            store.close()
