"""A NRRD file as a label image, through pynrrd.

NRRD counts its axes from the one that changes fastest: x, y, z. Here they are turned
round, so that the axes are z, y, x and the voxels are in C order.
"""

from __future__ import annotations

import bz2
import zlib
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnreadableImageError, UnsupportedLabelsError
from napari_label_index.index import LabelImage
from napari_label_index.io._memory import check_budget
from napari_label_index.io.images._extra import library_for
from napari_label_index.io.images._fill import fill
from napari_label_index.io.images._units import unit_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._options import ReadOptions
    from napari_label_index.io.images._place import Place

__all__ = ["NRRD_SIGNATURE", "read_nrrd"]

NRRD_SIGNATURE = b"NRRD000"

# The names that the format knows for each type; ``_t`` at the end is left out.
_TYPES = {
    **dict.fromkeys(("signed char", "int8"), "int8"),
    **dict.fromkeys(("uchar", "unsigned char", "uint8"), "uint8"),
    **dict.fromkeys(("short", "short int", "signed short", "int16"), "int16"),
    **dict.fromkeys(("ushort", "unsigned short", "uint16"), "uint16"),
    **dict.fromkeys(("int", "signed int", "int32"), "int32"),
    **dict.fromkeys(("uint", "unsigned int", "uint32"), "uint32"),
    **dict.fromkeys(("longlong", "long long", "int64"), "int64"),
    **dict.fromkeys(("ulonglong", "unsigned long long", "uint64"), "uint64"),
    **dict.fromkeys(("float", "float32"), "float32"),
    **dict.fromkeys(("double", "float64"), "float64"),
}
_GZIP, _BZIP2 = ("gzip", "gz"), ("bzip2", "bz2")
_PART_BYTES = 1 << 20


def read_nrrd(place: Place, options: ReadOptions) -> LabelImage:
    """Read a NRRD file, or the header of one whose voxels lie in a file beside it."""
    path = place.path
    nrrd = library_for(path, "nrrd")
    with path.open("rb") as file:
        header = nrrd.read_header(file)
        # The sizes of the header run from the fastest axis to the slowest.
        shape = tuple(int(size) for size in header["sizes"])[::-1]
        dtype = _dtype(path, header)
        check_budget(path, shape, dtype, options.max_bytes)
        data: LabelArray = np.empty(shape, dtype)
        beside = _file_beside(path, header)
        if beside is None:
            _voxels(path, file, header, data, options)
        else:
            with beside.open("rb") as other:
                _voxels(beside, other, header, data, options)
    spacing, origin = _placed(header, len(shape))
    return LabelImage(
        data, spacing=spacing, origin=origin, unit=_unit(header), source=str(path)
    )


def _dtype(path: Path, header: Any) -> np.dtype[Any]:
    name = str(header["type"]).lower().removesuffix("_t")
    kind = _TYPES.get(name, name)
    if kind not in _TYPES.values():
        raise UnsupportedLabelsError(
            f"{path}: a label image must hold integers, got {name[:40]!r}"
        )
    order = ">" if str(header.get("endian", "little")).lower() == "big" else "<"
    return np.dtype(f"{order}{np.dtype(kind).str[1:]}")


def _file_beside(path: Path, header: Any) -> Path | None:
    """Return the file that has the voxels; a header names none in another folder."""
    name = header.get("data file", header.get("datafile"))
    if name is None:
        return None
    if PurePosixPath(name).name != name or "\\" in name or name in ("LIST", ".."):
        raise UnreadableImageError(
            f"{path}: its voxels are in {name!r}; only one file beside it is read, so "
            "put it there and name it in the header, or save it anew as one file"
        )
    if path.with_name(name).is_symlink():
        raise UnreadableImageError(f"{path}: {name} is a link; copy the file itself")
    return path.with_name(name)


def _voxels(
    path: Path,
    file: IO[bytes],
    header: Any,
    data: LabelArray,
    options: ReadOptions,
) -> None:
    """Read exactly as many bytes as the header declares."""
    for skip in ("line skip", "lineskip", "byte skip", "byteskip"):
        if header.get(skip, 0):
            raise UnreadableImageError(
                f"{path}: has a {skip}, which is not read; save it anew"
            )
    encoding = str(header["encoding"]).lower()
    if encoding == "raw":
        read: Callable[[int], bytes | bytearray] = file.read
    elif encoding in _GZIP:
        read = partial(_inflated, zlib.decompressobj(zlib.MAX_WBITS | 16), file)
    elif encoding in _BZIP2:
        read = partial(_inflated, bz2.BZ2Decompressor(), file)
    else:
        raise UnreadableImageError(
            f"{path}: its encoding {encoding[:40]!r} is not read; save it as raw or "
            "gzip"
        )
    fill(data, read, options, f"{path}: cut short: {data.shape} {data.dtype}")


def _inflated(decoder: Any, file: IO[bytes], n_bytes: int) -> bytes:
    """Decompress the next bytes, however many the file would give; none at the end."""
    while not decoder.eof:
        waiting = getattr(decoder, "unconsumed_tail", b"")
        if not waiting and getattr(decoder, "needs_input", True):
            waiting = file.read(_PART_BYTES)
            if not waiting:
                break
        content: bytes = decoder.decompress(waiting, n_bytes)
        if content:
            return content
    return b""


def _placed(header: Any, ndim: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return spacing and origin, slowest axis first; both empty where not known."""
    directions = header.get("space directions")
    if directions is not None and np.shape(directions) == (ndim, ndim):
        steps = np.asarray(directions, np.float64)
        spacing = np.sqrt((steps * steps).sum(axis=1))
        is_straight = np.array_equal(np.diag(np.diag(steps)), steps)
        if not np.isfinite(spacing).all() or spacing.min() <= 0:
            return (), ()
        origin = np.asarray(header.get("space origin", np.zeros(ndim)), np.float64)
        if not is_straight or np.diag(steps).min() <= 0 or not _fits(origin, ndim):
            origin = np.zeros(ndim)
        return tuple(spacing[::-1].tolist()), tuple(origin[::-1].tolist())
    spacings = np.asarray(header.get("spacings", ()), np.float64)
    if not _fits(spacings, ndim) or spacings.min() <= 0:
        return (), ()
    return tuple(spacings[::-1].tolist()), ()


def _fits(values: Any, ndim: int) -> bool:
    return values.shape == (ndim,) and bool(np.isfinite(values).all())


def _unit(header: Any) -> str:
    units = header.get("space units", header.get("units", ()))
    found = {unit_of(str(unit)) for unit in units if str(unit)}
    return found.pop() if len(found) == 1 else ""
