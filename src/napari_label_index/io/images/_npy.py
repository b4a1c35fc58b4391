"""An ``.npy`` file as a label image, mapped into memory; never a pickle."""

from __future__ import annotations

import io
import math
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import (
    IncompleteVolumeError,
    UnreadableImageError,
    UnsupportedLabelsError,
)
from napari_label_index.index import LabelImage

if TYPE_CHECKING:
    from napari_label_index.io.images._options import ReadOptions
    from napari_label_index.io.images._place import Place

__all__ = ["NPY_SIGNATURE", "read_npy", "read_npy_header"]

NPY_SIGNATURE = b"\x93NUMPY"

_MOST_HEADER_BYTES = 1 << 14


def read_npy(place: Place, options: ReadOptions) -> LabelImage:
    """Map an ``.npy`` file; its byte order and memory order stay as they are."""
    path = place.path
    with path.open("rb") as file:
        shape, is_fortran, dtype, offset = read_npy_header(str(path), file)
    need, size = offset + math.prod(shape) * dtype.itemsize, path.stat().st_size
    if size < need:
        raise IncompleteVolumeError(
            f"{path}: cut short: {shape} {dtype} need {need} bytes, found {size}; "
            "copy it again"
        )
    if need == offset:  # nothing cannot be mapped
        return LabelImage(np.empty(shape, dtype), source=str(path))
    order = "F" if is_fortran else "C"
    data: Any = np.memmap(path, dtype, "r", offset, shape, order)  # type: ignore[call-overload]
    if options.on_progress is not None:
        options.on_progress(1, 1)
    return LabelImage(data, source=str(path))


def read_npy_header(
    source: str, file: IO[bytes]
) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """Return shape, Fortran order, dtype and where the voxels begin.

    What is no array of numbers is refused. A header can declare a length of 4 GiB, so
    only its beginning is read.
    """
    start = io.BytesIO(file.read(_MOST_HEADER_BYTES))
    shape, is_fortran, dtype = _parse_header(source, start)
    if dtype.hasobject:
        raise UnsupportedLabelsError(
            f"{source}: holds pickled Python objects, which can run code when they are "
            "read; save it anew as an array of numbers"
        )
    if dtype.kind not in "biuf":
        raise UnsupportedLabelsError(
            f"{source}: a label image must hold integers, got {dtype}"
        )
    if any(size < 0 for size in shape):
        raise UnreadableImageError(f"{source}: damaged: its shape is {shape}")
    return tuple(int(size) for size in shape), is_fortran, dtype, start.tell()


def _parse_header(
    source: str, file: io.BytesIO
) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise UnreadableImageError(
            f"{source}: is of version {version} of the npy format, which is not known; "
            "save it anew"
        )
    read = (
        np.lib.format.read_array_header_1_0
        if version == (1, 0)
        else np.lib.format.read_array_header_2_0
    )
    try:
        shape, is_fortran, dtype = read(file)
    except Exception as error:  # it is parsed as Python, and fails in as many ways
        raise UnreadableImageError(
            f"{source}: its header is damaged; copy it again"
        ) from error
    return shape, bool(is_fortran), np.dtype(dtype)
