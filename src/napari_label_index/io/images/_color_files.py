"""Colour images as ids: files and arrays, slab by slab, never whole as colours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index import LabelImage
from napari_label_index.index._label_image import default_axes
from napari_label_index.index._read_block import read_block
from napari_label_index.io._foreign import reading
from napari_label_index.io._memory import check_budget
from napari_label_index.io._pool import run_all
from napari_label_index.io.images._color_packer import Color, ColorPacker
from napari_label_index.io.images._png import (
    HEADER_BYTES,
    PngHeader,
    decode_png,
    decode_png_colors,
    read_png_header,
    read_png_palette,
)
from napari_label_index.io.images._slices import not_alike

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._options import ReadOptions

__all__ = ["PackedImage", "new_packed", "pack_array", "pack_pngs", "refuse_grey"]

_SLAB_BYTES = 1 << 24


@dataclass(frozen=True, slots=True, eq=False)
class PackedImage:
    """A label image whose ids are colours, or rows of a palette."""

    image: LabelImage
    bits: int  # of a channel
    palette: LabelArray | None = None  # (n, 3), where ids are its rows
    notes: tuple[str, ...] = ()


def new_packed(packer: ColorPacker, options: ReadOptions) -> LabelArray:
    """Return an empty volume for ids, if there is room for it."""
    check_budget(packer.source, packer.shape, packer.label_dtype, options.max_bytes)
    return np.empty(packer.shape, packer.label_dtype)


def refuse_grey(path: Path, n_channels: int = 1) -> UnsupportedLabelsError:
    """Return the error for a file whose voxels are not three or four numbers."""
    if n_channels > 1:
        return UnsupportedLabelsError(
            f"{path}: no colour image: it has {n_channels} values per voxel, not 3 "
            "(red, green, blue) or 4 (alpha too); save it anew in colour"
        )
    return UnsupportedLabelsError(
        f"{path}: no colour image: it has one number per voxel, which is its label; "
        "read it with read_label_image, or use it as it is"
    )


def pack_pngs(
    path: Path, files: list[Path], background: Color | None, options: ReadOptions
) -> PackedImage:
    """Read colour PNGs of one size; several are stacked along a new first axis.

    Of palette images the colours are taken: each slice may have its own palette.
    """
    first = _probe(files[0])
    if not first.n_channels and not first.has_palette:
        raise refuse_grey(files[0], 2 if first.has_grey_alpha else 1)
    stack = (len(files),) if path != files[0] else ()
    packer = ColorPacker(str(path), (*stack, *first.shape), first.dtype, background)
    ids = new_packed(packer, options)
    planes = ids.reshape(len(files), *first.shape)

    def read(number: int) -> None:
        file = files[number]
        with reading(file):
            data = file.read_bytes()
            _check_alike(file, read_png_header(file, data), first)
            pixels = _pixels(file, data, first)
            packer.pack(pixels, number * planes[0].size, planes[number])

    steps = range(len(files))
    run_all(read, steps, len(files), options.on_progress, options.cancel)
    axes = ("z", "y", "x")[3 - ids.ndim :]
    return PackedImage(LabelImage(ids, axes=axes, source=str(path)), packer.bits)


def pack_array(
    array: Any,
    background: Color | None,
    options: ReadOptions,
    like: LabelImage | None = None,
    source: str = "the array",
) -> PackedImage:
    """Pack an array whose last axis is red, green, blue (and alpha).

    It can be of NumPy, dask, zarr or anything else that can be sliced, and is read
    along its first axis. `like` has the axes and voxel size, of channels too or not.
    """
    shape = tuple(int(size) for size in array.shape)
    if len(shape) < 3 or shape[-1] not in (3, 4):
        raise UnsupportedLabelsError(
            f"{source}: colours need a last axis of 3 (red, green, blue) or 4 (alpha "
            f"too), got shape {shape}; move the channels to the end"
        )
    dtype = np.dtype(array.dtype).newbyteorder("=")
    packer = ColorPacker(source, shape[:-1], dtype, background)
    ids = new_packed(packer, options)
    item = math.prod(shape[1:-1])
    thickness = _thickness(array, item * shape[-1] * dtype.itemsize)

    def pack(start: int) -> None:
        slab = read_block(array, (slice(start, min(start + thickness, shape[0])),))
        packer.pack(slab, start * item, ids[start : start + thickness])

    if ids.size:
        starts = range(0, shape[0], thickness)
        run_all(pack, starts, len(starts), options.on_progress, options.cancel)
    if like is None:
        return PackedImage(LabelImage(ids, source=source), packer.bits)
    n = ids.ndim
    image = LabelImage(
        ids, _axes_without_channels(like, n), like.spacing[:n], like.origin[:n],
        like.unit, like.source,
    )  # fmt: skip
    return PackedImage(image, packer.bits)


def _axes_without_channels(like: LabelImage, ndim: int) -> tuple[str, ...]:
    """Return the names of the first `ndim` axes; what follows them are channels."""
    if like.ndim == ndim:
        return like.axes
    if like.axes == default_axes(like.ndim):
        # Nobody named them: z, y, x and channels are not t, z, y and x.
        return default_axes(ndim)
    if "c" in like.axes[:ndim]:
        raise UnsupportedLabelsError(
            f"{like.source}: its axes are {', '.join(like.axes)}, and colours are read "
            "along the last one; move the channels, c, to the end"
        )
    return like.axes[:ndim]


def _pixels(path: Path, data: bytes, header: PngHeader) -> LabelArray:
    """Return the colours of a PNG, those of a palette looked up."""
    if not header.has_palette:
        return decode_png_colors(path, data)
    rows = np.empty(header.shape, header.dtype)
    decode_png(path, data, rows)
    palette = np.zeros((256, 3), np.uint8)
    known = read_png_palette(path, data)[:256]
    palette[: len(known)] = known
    return palette[rows]


def _thickness(array: Any, item_bytes: int) -> int:
    """Return how much of the first axis to read at a time: of chunks, whole ones."""
    thickness = max(1, _SLAB_BYTES // max(1, item_bytes))
    chunks = getattr(array, "chunks", None)
    if not chunks:
        return thickness
    # zarr has one size for all, dask lists them.
    depth = chunks[0] if isinstance(chunks[0], int) else max(chunks[0])
    return max(1, -(-thickness // depth) * depth) if depth else thickness


def _probe(path: Path) -> PngHeader:
    with reading(path), path.open("rb") as file:
        return read_png_header(path, file.read(HEADER_BYTES))


def _check_alike(path: Path, header: PngHeader, first: PngHeader) -> None:
    if _told(header) != _told(first):
        raise not_alike(path, _told(first), _told(header))


def _told(header: PngHeader) -> str:
    kind = "a palette" if header.has_palette else f"{header.n_channels} channels"
    return f"{header.shape} {header.dtype} of {kind}"
