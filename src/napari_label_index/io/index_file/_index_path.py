"""Where the index of a volume is saved."""

from __future__ import annotations

import os
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from napari_label_index.io._address import Address, is_url
from napari_label_index.io.images._place import Place
from napari_label_index.io.index_dataset._layout import DATASET_SUFFIX
from napari_label_index.io.index_file._index_file import INDEX_SUFFIX

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index.io._address import Location

__all__ = ["default_dataset_path", "default_index_path"]

# Of "cells.ome.tif" and the like, the longer ending goes.
_ENDINGS = (
    INDEX_SUFFIX,
    ".labelindex",
    *(".ome.tif", ".ome.tiff", ".ome.zarr", ".nii.gz"),
    *(".tif", ".tiff", ".png", ".npy", ".npz", ".nii", ".nrrd"),
    *(".zarr", ".n5", ".h5", ".hdf5"),
)
_STORES = (".zarr", ".n5")

AnyPath = TypeVar("AnyPath", bound=PurePath)


def default_index_path(source: str | os.PathLike[str] | None) -> Path | None:
    """Return where the index of a volume is saved: beside its file or folder.

    ``cells.tif`` has its index in ``cells.labelindex.parquet``, and so has a folder
    ``cells``. That of an image in a zarr store is beside the store, with the image's
    name in its own. An index file is the index of the volume that is read from it.

    Parameters
    ----------
    source : path-like, optional
        The file or folder of the volume.

    Returns
    -------
    Path or None
        None for a volume without a file, or one on the web.
    """
    if not source or is_url(os.fspath(source)):
        return None
    place = Place.of(os.path.abspath(source))
    root = _store_of(place.path)
    member = [part for part in place.member.split("/") if part]
    return root.with_name(_name_for(place.path, root, member) + INDEX_SUFFIX)


def default_dataset_path(source: str | os.PathLike[str] | None) -> Location | None:
    """Return where the index of a volume is looked for if it is a folder.

    ``cells.zarr`` has it in a folder ``cells.labelindex``, on a disk as behind an
    address.
    """
    if source and is_url(os.fspath(source)):
        return _beside_address(Address.of(os.fspath(source)))
    path = default_index_path(source)
    return None if path is None else path.with_suffix("")


def _beside_address(volume: Address) -> Address | None:
    scheme, _, rest = volume.url.partition("://")
    path = PurePosixPath(rest)
    root = _store_of(path)
    if root.parent == PurePosixPath("."):
        return None  # a whole bucket, or nothing
    name = _name_for(path, root, []) + DATASET_SUFFIX
    return Address(f"{scheme}://{root.with_name(name)}")


def _store_of(path: AnyPath) -> AnyPath:
    """Return the outermost zarr store that a path leads into, else the path."""
    stores = [folder for folder in path.parents if folder.suffix.lower() in _STORES]
    return stores[-1] if stores else path


def _name_for(path: PurePath, root: PurePath, member: list[str]) -> str:
    inner = [*path.relative_to(root).parts, *member]
    return "-".join([_stem_of(root.name), *inner])


def _stem_of(name: str) -> str:
    for ending in _ENDINGS:
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name
