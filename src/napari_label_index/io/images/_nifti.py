"""A NIfTI file as a label image, through nibabel.

NIfTI counts its axes from the one that changes fastest: x, y, z, time. Here they are
turned round, so that the axes are (t,) z, y, x and the voxels are in C order. Voxels
are not turned or mirrored into the scanner's directions: an index is about the array.
"""

from __future__ import annotations

import gzip
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index import LabelImage
from napari_label_index.io._memory import check_budget
from napari_label_index.io.images._extra import library_for
from napari_label_index.io.images._fill import fill
from napari_label_index.io.images._units import unit_of

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._options import ReadOptions
    from napari_label_index.io.images._place import Place

__all__ = ["read_nifti"]

_CHECKED_BYTES = 1 << 22  # behind the voxels: the checksum comes at the end
_AXES = ("x", "y", "z", "t", "c")


def read_nifti(place: Place, options: ReadOptions) -> LabelImage:
    """Read a NIfTI-1 or NIfTI-2 file, compressed or not."""
    path = place.path
    nibabel = library_for(path, "nibabel")
    image = nibabel.load(path, mmap=False)
    stored = np.dtype(image.header.get_data_dtype())
    if stored.kind not in "biuf":
        raise UnsupportedLabelsError(
            f"{path}: a label image must hold integers, got {stored}"
        )
    shape = _without_ones(tuple(int(size) for size in image.shape))
    scaled = not _is_plain(image)
    check_budget(
        path, shape, np.dtype(np.float64) if scaled else stored, options.max_bytes
    )
    options.stop_if_cancelled()
    data = _voxels(path, image, shape, stored, options)
    n = len(shape)
    spacing = tuple(float(size) for size in image.header.get_zooms()[:n])
    origin, notes = _origin(image.affine, n)
    return LabelImage(
        data,
        axes=_AXES[:n][::-1],
        spacing=tuple(size if size > 0 else 1.0 for size in spacing[::-1]),
        origin=origin[::-1],
        unit=unit_of(image.header.get_xyzt_units()[0]),
        source=str(path),
        notes=notes,
    )


def _voxels(
    path: Path,
    image: Any,
    shape: tuple[int, ...],
    stored: np.dtype[Any],
    options: ReadOptions,
) -> LabelArray:
    """Read the voxels, slowest axis first, and check the sum that gzip keeps.

    nibabel leaves off once it has enough bytes, so that it never sees a gzip file's
    checksum.
    """
    data: LabelArray = np.empty(shape[::-1], stored)
    is_gzip = path.name.lower().endswith(".gz")
    with gzip.open(path) if is_gzip else path.open("rb") as file:
        file.seek(image.dataobj.offset)
        cut = f"{path}: cut short: {shape} {stored}"
        fill(data, partial(_read_some, file), options, cut)
        file.read(_CHECKED_BYTES)
    if _is_plain(image):
        return data
    return data * np.float64(image.dataobj.slope) + np.float64(image.dataobj.inter)


def _read_some(file: Any, n_bytes: int) -> bytes:
    try:
        return bytes(file.read(n_bytes))
    except EOFError:  # a gzip file that ends too early
        return b""


def _is_plain(image: Any) -> bool:
    """Return whether values are stored as they are, not scaled."""
    slope, inter = image.dataobj.slope, image.dataobj.inter
    return bool(slope == 1 and inter == 0)


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape without axes of length 1 after the third."""
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def _origin(affine: Any, ndim: int) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Return where the first voxel is, if the axes are those of the scanner."""
    zeros = (0.0,) * ndim
    if affine is None or not np.isfinite(affine).all():
        return zeros, ()
    turned = affine[:3, :3] - np.diag(np.diag(affine[:3, :3]))
    if np.abs(turned).max() > 1e-6 or np.diag(affine)[:3].min() <= 0:
        told = (
            "stored turned or mirrored against the scanner's axes; coordinates are "
            "those of the array, from its first voxel",
        )
        return zeros, told
    shift = tuple(float(value) for value in affine[:3, 3])
    return (*shift, *zeros)[:ndim], ()
