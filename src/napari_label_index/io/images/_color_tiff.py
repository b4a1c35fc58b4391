"""Colour TIFFs as ids: page by page, or part by part where nothing is compressed."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index import LabelImage
from napari_label_index.io._foreign import reading
from napari_label_index.io._pool import run_all
from napari_label_index.io.images._color_files import (
    PackedImage,
    new_packed,
    refuse_grey,
)
from napari_label_index.io.images._color_packer import Color, ColorPacker
from napari_label_index.io.images._slices import not_alike, not_one_slice
from napari_label_index.io.images._tiff import is_one_block, open_series
from napari_label_index.io.images._tiff_data import read_bytes
from napari_label_index.io.images._tiff_metadata import axes_of, spacing_of

if TYPE_CHECKING:
    import tifffile

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._options import ReadOptions
    from napari_label_index.io.images._place import Place

__all__ = ["pack_tiff", "pack_tiffs"]

_PART_VOXELS = 1 << 22

# Names as tifffile gives them; colours do not survive the compressions.
_OTHER_COLORS = {"SEPARATED", "CIELAB", "ICCLAB", "ITULAB", "LOGLUV", "CFA"}
_LOSSY = {"OJPEG", "JPEG", "ALT_JPEG", "JPEG_LOSSY", "JPEG_2000_LOSSY", "WEBP"}


def pack_tiff(
    place: Place, background: Color | None, options: ReadOptions
) -> PackedImage:
    """Read one colour TIFF."""
    path = place.path
    with open_series(path, place.member) as (tif, series):
        axes = _axes(path, series)
        shape = _without_channels(series.shape, axes)
        dtype = np.dtype(series.dtype).newbyteorder("=")
        packer = ColorPacker(str(path), shape, dtype, background)
        ids = new_packed(packer, options)
        options.stop_if_cancelled()
        if is_one_block(series):
            _pack_block(series, axes, packer, ids, options)
        else:
            _pack_pages(tif, series, axes, packer, ids, options)
        names = axes_of(series, ids.ndim)
        if "z" not in names:  # channels of colours are slices that nobody named
            names = tuple("z" if name == "c" else name for name in names)
        spacing, unit = spacing_of(tif, names)
        notes = _notes(series)
    image = LabelImage(ids, axes=names, spacing=spacing, unit=unit, source=str(path))
    return PackedImage(image, packer.bits, notes=notes)


def pack_tiffs(
    path: Path, files: list[Path], background: Color | None, options: ReadOptions
) -> PackedImage:
    """Read colour TIFFs of one slice each, stacked along a new first axis."""
    with reading(files[0]), open_series(files[0]) as (_, series):
        axes = _axes(files[0], series)
        page_shape, dtype = tuple(series.shape), np.dtype(series.dtype)
        plane = _without_channels(page_shape, axes)
        notes = _notes(series)
    if len(plane) != 2:
        raise not_one_slice(files[0], page_shape)
    native = dtype.newbyteorder("=")
    packer = ColorPacker(str(path), (len(files), *plane), native, background)
    ids = new_packed(packer, options)

    def read(number: int) -> None:
        file = files[number]
        with reading(file), open_series(file) as (_, series):
            if tuple(series.shape) != page_shape or series.dtype != dtype:
                raise not_alike(
                    file, f"{page_shape} {dtype}", f"{series.shape} {series.dtype}"
                )
            pixels = series.asarray(maxworkers=1).reshape(page_shape)
        packer.pack(_last(pixels, axes), number * ids[0].size, ids[number])

    steps = range(len(files))
    run_all(read, steps, len(files), options.on_progress, options.cancel)
    image = LabelImage(ids, axes=("z", "y", "x"), source=str(path))
    return PackedImage(image, packer.bits, notes=notes)


def _axes(path: Path, series: tifffile.TiffPageSeries) -> str:
    """Return the axes of an image, with S for its channels."""
    axes = str(series.axes)
    if "S" not in axes and len(axes) > 2 and series.shape[-1] in (3, 4):
        # Written from an array (z, y, x, 3) that nobody said to be of colours.
        axes = axes[:-1] + "S"
    n_channels = dict(zip(axes, series.shape, strict=True)).get("S", 1)
    if n_channels not in (3, 4):
        raise refuse_grey(path, n_channels)
    name = getattr(series.keyframe.photometric, "name", "")
    if name in _OTHER_COLORS:
        raise UnsupportedLabelsError(
            f"{path}: its colours are {name}, not red, green and blue; save it as RGB"
        )
    return axes


def _without_channels(shape: tuple[int, ...], axes: str) -> tuple[int, ...]:
    return tuple(int(n) for n, axis in zip(shape, axes, strict=True) if axis != "S")


def _last(pixels: LabelArray, axes: str) -> LabelArray:
    return np.moveaxis(pixels, axes.index("S") - len(axes), -1)


def _pack_block(
    series: tifffile.TiffPageSeries,
    axes: str,
    packer: ColorPacker,
    ids: LabelArray,
    options: ReadOptions,
) -> None:
    """Pack voxels that lie uncompressed in one piece."""
    holder = series.keyframe.parent  # an OME set may have its voxels in another file
    stored = packer.dtype.newbyteorder(holder.byteorder)
    place = axes.index("S")
    n_channels = series.shape[place]
    inner = math.prod(series.shape[place + 1 :])  # voxels before the next channel
    flat = ids.reshape(-1)
    step = inner if inner > 1 else _PART_VOXELS

    def pack(start: int) -> None:
        part = flat[start : start + step]
        pixels: LabelArray = np.empty(part.size * n_channels, stored)
        offset = series.dataoffset + start * n_channels * stored.itemsize
        read_bytes(Path(holder.filehandle.path), offset, pixels)
        if inner > 1:
            packer.pack(pixels.reshape(n_channels, -1).T, start, part)
        else:
            packer.pack(pixels.reshape(-1, n_channels), start, part)

    starts = range(0, flat.size, step)
    run_all(pack, starts, len(starts), options.on_progress, options.cancel)


def _pack_pages(
    tif: tifffile.TiffFile,
    series: tifffile.TiffPageSeries,
    axes: str,
    packer: ColorPacker,
    ids: LabelArray,
    options: ReadOptions,
) -> None:
    """Decode page by page; several threads, one lock for the file."""
    pages: list[Any] = list(series)
    page_ndim = len(series.keyframe.shape)
    page_axes = axes[-page_ndim:]
    if series.is_multifile or series.transform is not None or "S" not in page_axes:
        pixels = series.asarray(maxworkers=1).reshape(series.shape)
        packer.pack(_last(pixels, axes), 0, ids)
        return
    planes = ids.reshape(len(pages), -1)
    tif.filehandle.set_lock(True)
    inner_threads = None if len(pages) == 1 else 1

    def decode(number: int) -> None:
        pixels = pages[number].asarray(maxworkers=inner_threads)
        packer.pack(_last(pixels, page_axes), number * planes.shape[1], planes[number])

    steps = range(len(pages))
    run_all(decode, steps, len(pages), options.on_progress, options.cancel)


def _notes(series: tifffile.TiffPageSeries) -> tuple[str, ...]:
    name = getattr(series.keyframe.compression, "name", "")
    if name not in _LOSSY:
        return ()
    return (
        f"stored with a compression that changes colours ({name}), so one object may "
        "have many; save it anew without, from before it was compressed",
    )
