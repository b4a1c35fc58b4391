"""Which reader of colours a file or folder needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import tifffile

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.io._foreign import reading
from napari_label_index.io.images._color_files import (
    PackedImage,
    pack_array,
    pack_pngs,
)
from napari_label_index.io.images._color_tiff import pack_tiff, pack_tiffs
from napari_label_index.io.images._formats import format_of
from napari_label_index.io.images._place import Place
from napari_label_index.io.images._png import (
    PNG_SIGNATURE,
    read_png_header,
    read_png_palette,
    same_palettes,
)
from napari_label_index.io.images._slices import PNG_SUFFIXES, list_slices
from napari_label_index.io.images._tiff import open_series

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._color_packer import Color
    from napari_label_index.io.images._options import ReadOptions

__all__ = ["pack_path"]


def pack_path(
    path: str | os.PathLike[str], background: Color | None, options: ReadOptions
) -> PackedImage:
    """Read any file or folder in colours, with ids for them."""
    place = Place.of(path)
    options.stop_if_cancelled()
    with reading(place.path):
        chosen = format_of(place)
        if chosen.name in ("folder", "png", "tiff"):
            files = list_slices(place.path) if chosen.name == "folder" else [place.path]
            palette = _common_palette(files, place.member)
            if palette is None:
                return _pack_files(place, files, background, options)
            image = chosen.read(place, options)
            return PackedImage(image, 8 * palette.dtype.itemsize, palette)
        image = chosen.read(place, replace(options, is_lazy=True))
        return pack_array(image.data, background, options, image, str(place.path))


def _pack_files(
    place: Place, files: list[Path], background: Color | None, options: ReadOptions
) -> PackedImage:
    if _is_png(files[0]):
        return pack_pngs(place.path, files, background, options)
    if place.path != files[0]:
        return pack_tiffs(place.path, files, background, options)
    return pack_tiff(place, background, options)


def _common_palette(files: list[Path], member: str) -> LabelArray | None:
    """Return the palette of all files, None where they have none or several."""
    palette = _palette(files[0], member)
    if palette is None:
        return None
    for file in files[1:]:
        other = _palette(file)
        if other is None or not same_palettes(palette, other):
            return None
        palette = max(palette, other, key=len)
    return palette


def _palette(path: Path, member: str = "") -> LabelArray | None:
    """Return the (n, 3) colours of a palette image, None for others."""
    with reading(path):
        if _is_png(path):
            data = path.read_bytes()
            if read_png_header(path, data).has_palette:
                return read_png_palette(path, data)
            return None
        with open_series(path, member) as (_, series):
            keyframe = series.keyframe
            if keyframe.photometric != tifffile.PHOTOMETRIC.PALETTE:
                return None
            if keyframe.colormap is None:
                raise UnsupportedLabelsError(f"{path}: its palette is missing")
            return _narrow(np.asarray(keyframe.colormap).T)


def _narrow(palette: LabelArray) -> LabelArray:
    """Return a palette of 16 bits in 8, where these are written twice or shifted."""
    high = (palette >> 8).astype(np.uint8)
    doubled = high.astype(np.uint16) * 257
    is_shifted = not (palette & 255).any()
    return high if is_shifted or (doubled == palette).all() else palette


def _is_png(path: Path) -> bool:
    if path.suffix.lower() in PNG_SUFFIXES:
        return True
    with path.open("rb") as file:
        return file.read(len(PNG_SIGNATURE)) == PNG_SIGNATURE
