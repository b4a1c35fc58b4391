"""A folder of single-slice files as one volume, each decoded into its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index import LabelImage
from napari_label_index.io._foreign import reading
from napari_label_index.io._memory import check_budget
from napari_label_index.io._pool import run_all
from napari_label_index.io.images._png import (
    HEADER_BYTES,
    decode_png,
    read_png_header,
    read_png_palette,
    refuse_png_colors,
    same_palettes,
)
from napari_label_index.io.images._slices import (
    PNG_SUFFIXES,
    list_slices,
    not_alike,
    not_one_slice,
)
from napari_label_index.io.images._tiff import open_series, refuse_tiff_colors

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._options import ReadOptions
    from napari_label_index.io.images._place import Place

__all__ = ["read_folder"]


def read_folder(place: Place, options: ReadOptions) -> LabelImage:
    """Read the slices of a folder along a new first axis; progress is in slices."""
    folder = place.path
    with reading(folder):
        files = list_slices(folder)
    is_png = files[0].suffix.lower() in PNG_SUFFIXES
    with reading(files[0]):
        shape, dtype = (_probe_png if is_png else _probe_tiff)(files[0])
    check_budget(folder, (len(files), *shape), dtype, options.max_bytes)
    data: LabelArray = np.empty((len(files), *shape), dtype)
    read_slice = _read_png_slice if is_png else _read_tiff_slice
    if is_png:
        _refuse_own_palettes(files)

    def read(number: int) -> None:
        with reading(files[number]):
            read_slice(files[number], data[number])

    steps = range(len(files))
    run_all(read, steps, len(files), options.on_progress, options.cancel)
    return LabelImage(data, axes=("z", "y", "x"), source=str(folder))


def _refuse_own_palettes(files: list[Path]) -> None:
    """Refuse slices in which a number means another colour than in the first one."""
    palette = None
    for path in files:
        with reading(path), path.open("rb") as file:
            data = file.read(HEADER_BYTES)
            if not read_png_header(path, data).has_palette:
                return
            other = read_png_palette(path, data + file.read())
        if palette is not None and not same_palettes(palette, other):
            raise UnsupportedLabelsError(
                f"{path}: has a palette of its own, so its numbers do not mean what "
                "they mean in the slices before; if colours are the objects, read the "
                "folder with read_color_labels or label-index colors"
            )
        palette = other


def _probe_png(path: Path) -> tuple[tuple[int, ...], np.dtype[Any]]:
    with path.open("rb") as file:
        header = read_png_header(path, file.read(HEADER_BYTES))
    refuse_png_colors(path, header)
    return header.shape, header.dtype


def _probe_tiff(path: Path) -> tuple[tuple[int, ...], np.dtype[Any]]:
    with open_series(path) as (_, series):
        refuse_tiff_colors(path, series)
        shape = _slice_shape(path, series)
        return shape, np.dtype(series.dtype).newbyteorder("=")


def _read_png_slice(path: Path, out: LabelArray) -> None:
    data = path.read_bytes()
    header = read_png_header(path, data)
    refuse_png_colors(path, header)
    _check_alike(path, header.shape, header.dtype, out)
    decode_png(path, data, out)


def _read_tiff_slice(path: Path, out: LabelArray) -> None:
    with open_series(path) as (_, series):
        refuse_tiff_colors(path, series)
        _check_alike(path, _slice_shape(path, series), np.dtype(series.dtype), out)
        series[0].asarray(out=out, maxworkers=1)


def _slice_shape(path: Path, series: Any) -> tuple[int, ...]:
    shape = tuple(n for n in series.shape if n != 1)
    page_shape = tuple(series.keyframe.shape)
    if len(series) != 1 or len(page_shape) != 2 or len(shape) > 2:
        raise not_one_slice(path, series.shape)
    return page_shape


def _check_alike(
    path: Path, shape: tuple[int, ...], dtype: np.dtype[Any], out: LabelArray
) -> None:
    if shape != out.shape or dtype != out.dtype:
        raise not_alike(path, f"{out.shape} {out.dtype}", f"{shape} {dtype}")
