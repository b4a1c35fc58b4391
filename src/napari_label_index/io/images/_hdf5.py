"""A data set of an HDF5 file as a label image, through h5py."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnreadableImageError, UnsupportedLabelsError
from napari_label_index.index import LabelImage
from napari_label_index.io._memory import check_budget
from napari_label_index.io.images._extra import library_for

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._options import ReadOptions
    from napari_label_index.io.images._place import Place

__all__ = ["HDF5_SIGNATURE", "read_hdf5"]

HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"

_PART_BYTES = 1 << 24
_MOST_SHOWN, _MOST_OBJECTS = 20, 10_000


def read_hdf5(place: Place, options: ReadOptions) -> LabelImage:
    """Read the data set that is named, or the only one that can be a label image."""
    path = place.path
    h5py = library_for(path, "h5py")
    with h5py.File(path, "r", locking=False) as file:
        dataset = _chosen(place, h5py, file)
        source = f"{path}::{dataset.name}"
        _refuse_elsewhere(path, h5py, dataset)
        dtype = np.dtype(dataset.dtype).newbyteorder("=")
        if dtype.kind not in "biuf" or dataset.shape is None:
            raise UnsupportedLabelsError(
                f"{source}: a label image must hold integers, got {dataset.dtype}"
            )
        check_budget(source, dataset.shape, dtype, options.max_bytes)
        if dataset.chunks is not None:  # a chunk is decoded whole
            check_budget(source, dataset.chunks, dtype, options.max_bytes)
        data = _voxels(dataset, dtype, options)
        axes, spacing = _axes(dataset), _spacing(dataset)
    return _with_axes(data, axes, spacing, source)


def _chosen(place: Place, h5py: Any, file: Any) -> Any:
    if place.member:
        found = file.get(place.member)
        if isinstance(found, h5py.Dataset):
            return found
    names: list[str] = []

    def collect(name: str, item: Any) -> bool | None:
        if isinstance(item, h5py.Dataset) and item.shape and len(item.shape) > 1:
            names.append(f"/{name}")
        return True if len(names) > _MOST_OBJECTS else None

    file.visititems(collect)
    if len(names) == 1 and not place.member:
        return file[names[0]]
    if not names:
        raise UnreadableImageError(f"{place.path}: there is no image in it")
    shown = ", ".join(names[:_MOST_SHOWN]) + (" ..." * (len(names) > _MOST_SHOWN))
    told = f"there is no {place.member!r} in it" if place.member else "name a data set"
    raise UnreadableImageError(
        f"{place.path}: {told}, as in {place.path.name}::{names[0]}; it has {shown}"
    )


def _refuse_elsewhere(path: Path, h5py: Any, dataset: Any) -> None:
    """Refuse voxels that lie in other files: a file could ask for any file then."""
    is_here = dataset.file.id == h5py.h5i.get_file_id(dataset.id)
    if dataset.external or dataset.is_virtual or not _is_same(path, dataset, is_here):
        raise UnreadableImageError(
            f"{path}: the voxels of {dataset.name} are in other files, which are not "
            "followed; copy them into one file"
        )


def _is_same(path: Path, dataset: Any, is_here: bool) -> bool:
    return is_here and str(dataset.file.filename) == str(path)


def _voxels(dataset: Any, dtype: np.dtype[Any], options: ReadOptions) -> LabelArray:
    """Read in blocks of whole chunks along the first axis."""
    data: LabelArray = np.empty(dataset.shape, dtype)
    if not data.ndim or not data.size:
        return data
    item = math.prod(data.shape[1:]) * dtype.itemsize
    chunk = dataset.chunks[0] if dataset.chunks else 1
    thickness = max(1, _PART_BYTES // (item * chunk)) * chunk

    def read(start: int) -> None:
        data[start : start + thickness] = dataset[start : start + thickness]

    options.step_through(read, range(0, data.shape[0], thickness))
    return data


def _axes(dataset: Any) -> tuple[str, ...]:
    """Return axis names: those of ilastik, or HDF5's own."""
    tags = dataset.attrs.get("axistags")
    if isinstance(tags, (str, bytes)) and len(tags) < 1 << 16:
        try:
            entries = json.loads(tags)["axes"]
            names = [str(entry["key"]).lower() for entry in entries]
        except (ValueError, KeyError, TypeError, RecursionError):
            names = []
    else:
        names = [str(dim.label).lower() for dim in dataset.dims]
    is_usable = len(names) == dataset.ndim and all(names)
    return tuple(names) if is_usable and len(set(names)) == len(names) else ()


def _spacing(dataset: Any) -> tuple[float, ...]:
    """Return the voxel size in micrometres that Fiji's and other writers store."""
    sizes = np.asarray(dataset.attrs.get("element_size_um", ()), np.float64)
    if sizes.shape != (3,) or not np.isfinite(sizes).all() or sizes.min() <= 0:
        return ()
    return tuple(sizes.tolist())


def _with_axes(
    data: LabelArray, axes: tuple[str, ...], zyx: tuple[float, ...], source: str
) -> LabelImage:
    """Leave out a channel axis of length 1, which ilastik writes; place the voxel."""
    if "c" in axes and data.shape[axes.index("c")] == 1:
        place = axes.index("c")
        data = data.reshape(data.shape[:place] + data.shape[place + 1 :])
        axes = axes[:place] + axes[place + 1 :]
    known = dict(zip("zyx", zyx, strict=True)) if zyx else {}
    names = axes or ("z", "y", "x")
    if not known or len(names) != data.ndim:
        return LabelImage(data, axes=axes, source=source)
    spacing = tuple(known.get(name, 1.0) for name in names)
    return LabelImage(data, axes=axes, spacing=spacing, unit="um", source=source)
