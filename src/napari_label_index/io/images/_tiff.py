"""One TIFF file as a label image: plain, BigTIFF, ImageJ, OME or tifffile's own."""

from __future__ import annotations

import math
from contextlib import contextmanager
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np
import tifffile

from napari_label_index.errors import (
    IncompleteVolumeError,
    UnreadableImageError,
    UnsupportedLabelsError,
)
from napari_label_index.index import LabelImage
from napari_label_index.io._memory import check_budget
from napari_label_index.io._pool import raise_if_cancelled
from napari_label_index.io.images._tiff_chain import check_chain
from napari_label_index.io.images._tiff_data import read_block, read_pages
from napari_label_index.io.images._tiff_log import log_errors_raised
from napari_label_index.io.images._tiff_metadata import axes_of, check_xml, spacing_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from napari_label_index._typing import Cancel, LabelArray, OnProgress

__all__ = ["open_series", "read_tiff"]


def read_tiff(
    path: Path,
    *,
    on_progress: OnProgress | None,
    cancel: Cancel | None,
    max_bytes: int | None,
) -> LabelImage:
    """Read one TIFF; progress is in pages, or in parts of 16 MiB."""
    with open_series(path) as (tif, series):
        shape = tuple(
            n for n, a in zip(series.shape, series.axes, strict=True) if a != "S"
        )
        dtype = np.dtype(series.dtype).newbyteorder("=")
        check_budget(path, shape, dtype, max_bytes)
        raise_if_cancelled(cancel)
        data: LabelArray = np.empty(shape, dtype)
        if _is_one_block(series):
            is_swapped = not np.dtype(f"{tif.byteorder}i2").isnative
            read_block(path, series.dataoffset, is_swapped, data, on_progress, cancel)
        elif series.is_multifile or series.transform is not None:
            data[...] = series.asarray(maxworkers=1).reshape(shape)
        else:
            read_pages(tif, series, data, on_progress, cancel)
        axes = axes_of(series, data.ndim)
        spacing, unit = spacing_of(tif, axes)
    return LabelImage(data, axes=axes, spacing=spacing, unit=unit, source=str(path))


@contextmanager
def open_series(
    path: Path,
) -> Iterator[tuple[tifffile.TiffFile, tifffile.TiffPageSeries]]:
    """Open a TIFF and give its one image, known to be whole and not in colour."""
    check_chain(path)
    with log_errors_raised(path), tifffile.TiffFile(path) as tif:
        check_xml(path, tif)
        series = _only_series(path, tif)
        _check_whole(path, series)
        _refuse_colour(path, series)
        yield tif, series


def _only_series(path: Path, tif: tifffile.TiffFile) -> tifffile.TiffPageSeries:
    # Thumbnails and pyramid levels are not slices.
    full = [s for s in tif.series if not s.keyframe.is_reduced] or list(tif.series)
    if not full:
        raise UnreadableImageError(
            f"{path}: has no image in it; save it anew as TIFF or PNG"
        )
    if len(full) > 1:
        found = ", ".join(f"{s.shape} {s.dtype}" for s in full[:4])
        raise IncompleteVolumeError(
            f"{path}: all pages must have one size and dtype, found {len(full)} kinds "
            f"({found}); save the label image alone"
        )
    return full[0]


def _refuse_colour(path: Path, series: tifffile.TiffPageSeries) -> None:
    n_samples = dict(zip(series.axes, series.shape, strict=True)).get("S", 1)
    if n_samples > 1:
        raise UnsupportedLabelsError(
            f"{path}: a colour image, not a label image: it has {n_samples} values per "
            "voxel; save it with one whole number per voxel (greyscale)"
        )


def _is_one_block(series: tifffile.TiffPageSeries) -> bool:
    return (
        series.dataoffset is not None
        and not series.is_multifile
        and series.transform is None
    )


def _check_whole(path: Path, series: tifffile.TiffPageSeries) -> None:
    """Refuse a file that declares more than it holds; zeros would look like labels."""
    if _is_one_block(series):
        size = series.keyframe.parent.filehandle.size
        need = series.dataoffset + series.nbytes
        if need > size:
            raise IncompleteVolumeError(
                f"{path}: cut short: {series.shape} {series.dtype} need {need} bytes, "
                f"found {size}; copy it again"
            )
        return
    pages = _pages_of(path, series)
    expected = math.prod(series.shape) // max(1, math.prod(series.keyframe.shape))
    if len(pages) != expected:
        raise IncompleteVolumeError(
            f"{path}: expected {expected} pages, found {len(pages)}; copy it again"
        )
    for number, page in enumerate(pages, 1):
        end = max(map(add, page.dataoffsets, page.databytecounts), default=0)
        if end > page.parent.filehandle.size:
            raise IncompleteVolumeError(
                f"{path}: cut short: page {number} of {expected} ends at byte "
                f"{end}, found {page.parent.filehandle.size}; copy it again"
            )


def _pages_of(path: Path, series: tifffile.TiffPageSeries) -> list[Any]:
    try:
        pages = list(series)
    except IndexError:
        pages = [None]
    if None in pages:
        n_found = len(pages) - pages.count(None)
        raise IncompleteVolumeError(
            f"{path}: declares {len(series)} pages, found {n_found}; copy it again, "
            "with the files that belong to it"
        )
    return pages
