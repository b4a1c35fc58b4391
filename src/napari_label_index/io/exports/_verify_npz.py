"""Coordinates of an NPZ, read block by block."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib import format as npy

from napari_label_index.io.exports._npz import read_array
from napari_label_index.io.exports._verify_report import Differs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["iter_npz"]

_BLOCK_ROWS = 1 << 18


def iter_npz(
    path: Path, names: Sequence[str], dtype: np.dtype[Any]
) -> Iterator[list[npt.NDArray[Any]]]:
    """Yield labels (n,) and then a column per axis, as `iter_columns` does.

    Raises
    ------
    Differs
        When the members are not those of coordinates of this type.
    """
    with zipfile.ZipFile(path) as archive:
        if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
            raise Differs(f"{path.name}: a member is compressed; an export's never is")
        labels = read_array(archive, "labels")
        offsets = read_array(archive, "offsets")
        with archive.open("axes.npy") as member:
            axes = npy.read_array(member, allow_pickle=False).tolist()
        if axes != list(names):
            raise Differs(f"{path.name}: its axes are {axes}, not {list(names)}")
        with archive.open("coords.npy") as member:
            npy.read_magic(member)
            shape, is_fortran, found = npy.read_array_header_1_0(member)
            if found != dtype or is_fortran or shape != (offsets[-1], len(names)):
                raise Differs(f"{path.name}: coords is {found} of shape {shape}")
            for first in range(0, shape[0], _BLOCK_ROWS):
                stop = min(first + _BLOCK_ROWS, shape[0])
                n_bytes = (stop - first) * shape[1] * dtype.itemsize
                block = np.frombuffer(member.read(n_bytes), dtype)
                block = block.reshape(stop - first, shape[1])
                places = np.arange(first, stop)
                owners = np.searchsorted(offsets, places, "right") - 1
                yield [labels[owners], *block.T]
            if member.read(1):  # only a read at the end compares the checksum
                raise Differs(f"{path.name}: coords is longer than it says")
