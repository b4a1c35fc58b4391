"""One array of an ``.npz`` file as a label image; never a pickle."""

from __future__ import annotations

import math
import zipfile
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import IncompleteVolumeError, UnreadableImageError
from napari_label_index.index import LabelImage
from napari_label_index.io._memory import check_budget
from napari_label_index.io.images._fill import fill
from napari_label_index.io.images._npy import read_npy_header

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._options import ReadOptions
    from napari_label_index.io.images._place import Place

__all__ = ["ZIP_SIGNATURE", "read_npz"]

ZIP_SIGNATURE = b"PK\x03\x04"

_MAX_MEMBERS = 100_000


def read_npz(place: Place, options: ReadOptions) -> LabelImage:
    """Read the array that is named, or the only one that can be a label image."""
    with zipfile.ZipFile(place.path) as archive:
        name = _chosen(place, archive)
        source = f"{place.path}::{name.removesuffix('.npy')}"
        with archive.open(name) as member:
            shape, is_fortran, dtype, offset = read_npy_header(source, member)
            member.seek(offset)
            need = offset + math.prod(shape) * dtype.itemsize
            if need != (found := archive.getinfo(name).file_size):
                raise IncompleteVolumeError(
                    f"{source}: damaged: {shape} {dtype} need {need} bytes, found "
                    f"{found}; copy it again"
                )
            check_budget(source, shape, dtype, options.max_bytes)
            stored_shape = shape[::-1] if is_fortran else shape
            data: LabelArray = np.empty(stored_shape, dtype)
            fill(data, member.read, options, f"{source}: cut short: {shape} {dtype}")
            member.read(1)  # its checksum is looked at when the end is reached
    return LabelImage(data.T if is_fortran else data, source=source)


def _chosen(place: Place, archive: zipfile.ZipFile) -> str:
    infos = archive.infolist()
    if len(infos) > _MAX_MEMBERS:
        raise UnreadableImageError(f"{place.path}: has {len(infos):,} members")
    names = [info.filename for info in infos if info.filename.endswith(".npy")]
    wanted = place.member.removesuffix(".npy")
    if wanted:
        if f"{wanted}.npy" in names:
            return f"{wanted}.npy"
    elif len(names) == 1:
        return names[0]
    shown = ", ".join(name.removesuffix(".npy")[:40] for name in names[:20])
    told = f"there is no array {wanted!r} in it" if wanted else "name one of its arrays"
    if not names:
        raise UnreadableImageError(f"{place.path}: a zip file without arrays")
    example = f"{place.path.name}::{names[0].removesuffix('.npy')[:40]}"
    raise UnreadableImageError(
        f"{place.path}: {told}, as in {example}; it has {shown}"
        + (" and more" if len(names) > 20 else "")
    )
