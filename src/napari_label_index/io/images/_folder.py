"""A folder of single-slice files as one volume, each decoded into its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import IncompleteVolumeError
from napari_label_index.index import LabelImage
from napari_label_index.io._foreign import reading
from napari_label_index.io._memory import check_budget
from napari_label_index.io._pool import run_all
from napari_label_index.io.images._png import HEADER_BYTES, decode_png, read_png_header
from napari_label_index.io.images._slices import PNG_SUFFIXES, list_slices
from napari_label_index.io.images._tiff import open_series

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import Cancel, LabelArray, OnProgress

__all__ = ["read_folder"]


def read_folder(
    folder: Path,
    *,
    on_progress: OnProgress | None,
    cancel: Cancel | None,
    max_bytes: int | None,
) -> LabelImage:
    """Read the slices of a folder along a new first axis; progress is in slices."""
    with reading(folder):
        files = list_slices(folder)
    is_png = files[0].suffix.lower() in PNG_SUFFIXES
    with reading(files[0]):
        shape, dtype = (_probe_png if is_png else _probe_tiff)(files[0])
    check_budget(folder, (len(files), *shape), dtype, max_bytes)
    data: LabelArray = np.empty((len(files), *shape), dtype)
    read_slice = _read_png_slice if is_png else _read_tiff_slice

    def read(number: int) -> None:
        with reading(files[number]):
            read_slice(files[number], data[number])

    run_all(read, range(len(files)), len(files), on_progress, cancel)
    return LabelImage(data, axes=("z", "y", "x"), source=str(folder))


def _probe_png(path: Path) -> tuple[tuple[int, ...], np.dtype[Any]]:
    with path.open("rb") as file:
        header = read_png_header(path, file.read(HEADER_BYTES))
    return header.shape, header.dtype


def _probe_tiff(path: Path) -> tuple[tuple[int, ...], np.dtype[Any]]:
    with open_series(path) as (_, series):
        shape = _slice_shape(path, series)
        return shape, np.dtype(series.dtype).newbyteorder("=")


def _read_png_slice(path: Path, out: LabelArray) -> None:
    data = path.read_bytes()
    header = read_png_header(path, data)
    _check_alike(path, header.shape, header.dtype, out)
    decode_png(path, data, out)


def _read_tiff_slice(path: Path, out: LabelArray) -> None:
    with open_series(path) as (_, series):
        _check_alike(path, _slice_shape(path, series), np.dtype(series.dtype), out)
        series[0].asarray(out=out, maxworkers=1)


def _slice_shape(path: Path, series: Any) -> tuple[int, ...]:
    shape = tuple(n for n in series.shape if n != 1)
    page_shape = tuple(series.keyframe.shape)
    if len(series) != 1 or len(page_shape) != 2 or len(shape) > 2:
        raise IncompleteVolumeError(
            f"{path}: each file of a folder must hold one slice, found {series.shape}; "
            "open this file by itself, or take it out of the folder"
        )
    return page_shape


def _check_alike(
    path: Path, shape: tuple[int, ...], dtype: np.dtype[Any], out: LabelArray
) -> None:
    if shape != out.shape or dtype != out.dtype:
        raise IncompleteVolumeError(
            f"{path}: all slices must be alike: expected {out.shape} {out.dtype} as in "
            f"the first one, found {shape} {dtype}; replace it or take it out"
        )
