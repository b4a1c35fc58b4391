"""One TIFF file as a label image: plain, BigTIFF, ImageJ, OME or tifffile's own."""

from __future__ import annotations

import math
from contextlib import contextmanager
from operator import add
from pathlib import Path
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
from napari_label_index.io.images._tiff_chain import check_chain
from napari_label_index.io.images._tiff_data import read_one_block, read_pages
from napari_label_index.io.images._tiff_log import log_errors_raised
from napari_label_index.io.images._tiff_metadata import axes_of, check_xml, spacing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._options import ReadOptions
    from napari_label_index.io.images._place import Place

__all__ = [
    "is_one_block",
    "open_series",
    "read_tiff",
    "refuse_tiff_colors",
]


def read_tiff(place: Place, options: ReadOptions) -> LabelImage:
    """Read one TIFF; progress is in pages, or in parts of 16 MiB."""
    path = place.path
    with open_series(path, place.member) as (tif, series):
        refuse_tiff_colors(path, series)
        shape = _voxel_shape(series)
        dtype = np.dtype(series.dtype).newbyteorder("=")
        check_budget(path, shape, dtype, options.max_bytes)
        options.stop_if_cancelled()
        data: LabelArray = np.empty(shape, dtype)
        if is_one_block(series):
            # The voxels of an OME set may be in another file than its metadata.
            holder = series.keyframe.parent
            is_swapped = not np.dtype(f"{holder.byteorder}i2").isnative
            file = Path(holder.filehandle.path)
            read_one_block(file, series.dataoffset, is_swapped, data, options)
        elif series.is_multifile or series.transform is not None:
            data[...] = series.asarray(maxworkers=1).reshape(shape)
        else:
            read_pages(tif, series, data, options)
        axes = axes_of(series, data.ndim)
        spacing, unit = spacing_of(tif, axes)
    return LabelImage(data, axes=axes, spacing=spacing, unit=unit, source=str(path))


@contextmanager
def open_series(
    path: Path, member: str = ""
) -> Iterator[tuple[tifffile.TiffFile, tifffile.TiffPageSeries]]:
    """Open a TIFF and give its one image, known to be whole."""
    check_chain(path)
    with log_errors_raised(path), tifffile.TiffFile(path) as tif:
        check_xml(path, tif)
        series = _chosen_series(path, tif, member)
        _check_whole(path, series)
        yield tif, series


def _chosen_series(
    path: Path, tif: tifffile.TiffFile, member: str
) -> tifffile.TiffPageSeries:
    """Return the image that is named by its number, or the only one."""
    # Thumbnails and pyramid levels are not slices.
    full = [s for s in tif.series if not s.keyframe.is_reduced] or list(tif.series)
    if not full:
        raise UnreadableImageError(
            f"{path}: has no image in it; save it anew as TIFF or PNG"
        )
    found = ", ".join(f"{s.shape} {s.dtype}" for s in full[:4])
    if member:
        if not member.isdecimal() or int(member) >= len(full):
            raise UnreadableImageError(
                f"{path}: there is no image {member!r} in it; found {found}; name one "
                "by its number from 0"
            )
        return full[int(member)]
    if len(full) > 1:
        raise IncompleteVolumeError(
            f"{path}: all pages must have one size and dtype, found {len(full)} kinds "
            f"({found}); save the label image alone, or name one as in {path.name}::0"
        )
    return full[0]


def _voxel_shape(series: tifffile.TiffPageSeries) -> tuple[int, ...]:
    """Return the shape of an image without the axis of its channels."""
    sizes = zip(series.shape, series.axes, strict=True)
    return tuple(int(n) for n, axis in sizes if axis != "S")


def refuse_tiff_colors(path: Path, series: tifffile.TiffPageSeries) -> None:
    """Raise `UnsupportedLabelsError` unless each voxel of a TIFF is one number."""
    n_samples = dict(zip(series.axes, series.shape, strict=True)).get("S", 1)
    if n_samples <= 1:
        return
    as_colors = (
        "if each object has a colour of its own, read it with read_color_labels or "
        "label-index colors"
    )
    if not series.axes.endswith("S"):  # tifffile takes three slices for it, unasked
        raise UnsupportedLabelsError(
            f"{path}: a colour image, not a label image: its {n_samples} planes are "
            "said to be the channels of one picture; if they are slices, save them "
            "anew as greyscale, in tifffile with photometric='minisblack'; "
            f"{as_colors}"
        )
    raise UnsupportedLabelsError(
        f"{path}: a colour image, not a label image: it has {n_samples} values per "
        f"voxel; {as_colors}, else save it with one whole number per voxel (greyscale)"
    )


def is_one_block(series: tifffile.TiffPageSeries) -> bool:
    """Return whether the voxels lie in the file uncompressed and in one piece."""
    return (
        series.dataoffset is not None
        and not series.is_multifile
        and series.transform is None
    )


def _check_whole(path: Path, series: tifffile.TiffPageSeries) -> None:
    """Refuse a file that declares more than it holds; zeros would look like labels."""
    _refuse_elsewhere(path, [series.keyframe])
    if is_one_block(series):
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
    _refuse_elsewhere(path, pages)
    return pages


def _refuse_elsewhere(path: Path, pages: list[Any]) -> None:
    """Refuse pages in other folders: a file could ask for any file then."""
    folder = path.resolve().parent
    for holder in {page.parent.filehandle.path for page in pages}:
        elsewhere = Path(holder).resolve()
        if elsewhere.parent != folder:
            raise UnreadableImageError(
                f"{path}: some of its pages are said to be in {elsewhere}; only files "
                "beside it are read, so put them there"
            )
