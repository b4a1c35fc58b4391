"""Where the index of a volume is saved."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from napari_label_index.io.images._place import Place
from napari_label_index.io.index_file._index_file import INDEX_SUFFIX

if TYPE_CHECKING:
    from pathlib import Path

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
    if not source or "://" in os.fspath(source):
        return None
    place = Place.of(os.path.abspath(source))
    root = place.path
    for folder in place.path.parents:
        if folder.suffix.lower() in _STORES:
            root = folder
    member = [part for part in place.member.split("/") if part]
    inner = [*place.path.relative_to(root).parts, *member]
    return root.with_name("-".join([_stem_of(root.name), *inner]) + INDEX_SUFFIX)


def default_dataset_path(source: str | os.PathLike[str] | None) -> Path | None:
    """Return where the index of a volume is looked for if it is a folder.

    ``cells.zarr`` has it in a folder ``cells.labelindex``.
    """
    path = default_index_path(source)
    return None if path is None else path.with_suffix("")


def _stem_of(name: str) -> str:
    for ending in _ENDINGS:
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name
