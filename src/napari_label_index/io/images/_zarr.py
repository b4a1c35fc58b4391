"""A zarr array, or the label image of an OME-Zarr, as a label image."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnreadableImageError, UnsupportedLabelsError
from napari_label_index.index import LabelImage
from napari_label_index.io._memory import check_budget
from napari_label_index.io.images._zarr_chunks import ZarrVoxels
from napari_label_index.io.images._zarr_metadata import (
    Multiscale,
    array_axes,
    label_names,
    multiscale_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index.io.images._options import ReadOptions
    from napari_label_index.io.images._place import Place

__all__ = ["is_zarr", "left_out_axes", "read_zarr", "with_axes"]

_METADATA = ("zarr.json", ".zarray", ".zgroup", ".zattrs", ".zmetadata")
_MOST_METADATA_BYTES = 1 << 24
_MOST_SHOWN = 20


def is_zarr(folder: Path) -> bool:
    """Return whether a folder is a zarr array or group."""
    return any((folder / name).is_file() for name in _METADATA)


def read_zarr(place: Place, options: ReadOptions) -> LabelImage:
    """Read a zarr array whole, or leave it in its files if that was asked for."""
    root = place.path
    for part in PurePosixPath(place.member).parts:
        root = _inside(root, part)
    folder, array, scale = _find_array(root)
    voxels = ZarrVoxels(folder, array, left_out_axes(array, scale))
    dtype = np.dtype(array.dtype)
    if dtype.kind not in "biuf":
        raise UnsupportedLabelsError(
            f"{folder}: a label image must hold integers, got {array.dtype}"
        )
    if not options.is_lazy:
        # Decoded chunks may be far larger than the array: they are padded.
        check_budget(folder, voxels.chunk_shape, dtype, options.max_bytes)
        check_budget(folder, voxels.shape, dtype, options.max_bytes)
        data, n_missing = voxels.read(options)
        return with_axes(data, array, scale, folder, _missing(voxels, n_missing))
    return with_axes(voxels, array, scale, folder, ())


def _missing(voxels: ZarrVoxels, n_missing: int) -> tuple[str, ...]:
    """Say that chunks are not stored: some writers leave out those that are empty."""
    if not n_missing:
        return ()
    return (
        f"{n_missing:,} of {voxels.n_chunks:,} chunks are not stored and hold the fill "
        f"value {voxels.fill_value}",
    )


def _find_array(folder: Path) -> tuple[Path, Any, Multiscale | None]:
    """Return an array, its folder, and what OME-Zarr tells of it."""
    node = _open(folder)
    if not hasattr(node, "members"):
        return folder, node, None
    attributes = node.attrs.asdict()
    labels = _labels_in(folder, attributes)
    if labels:
        if len(labels) > 1:
            raise _choose(folder, "label images", labels)
        return _find_array(_inside(folder, labels[0]))
    scale = multiscale_of(attributes)
    if scale is None:
        arrays = sorted(_names_in(folder, (".zarray", "zarr.json")))
        if len(arrays) != 1:
            raise _choose(folder, "arrays or groups", arrays)
        return _find_array(_inside(folder, arrays[0]))
    inner = _inside(folder, scale.path)
    array = _open(inner)
    if hasattr(array, "members"):
        raise UnreadableImageError(f"{inner}: a group where an array should be")
    return inner, array, scale


def _labels_in(folder: Path, attributes: dict[str, Any]) -> list[str]:
    """Return the label images below a group, as paths from it."""
    named = label_names(attributes)
    if named:
        return list(named)
    below = folder / "labels"
    if not is_zarr(below):
        return []
    listed = label_names(_open(below).attrs.asdict())
    names = listed or sorted(_names_in(below, (".zgroup", ".zarray", "zarr.json")))
    return [f"labels/{name}" for name in names]


def _names_in(folder: Path, metadata: tuple[str, ...]) -> list[str]:
    return [
        child.name
        for child in folder.iterdir()
        if child.is_dir() and any((child / name).is_file() for name in metadata)
    ]


def _choose(folder: Path, what: str, names: list[str]) -> UnreadableImageError:
    if not names:
        return UnreadableImageError(f"{folder}: a zarr group without arrays in it")
    shown = ", ".join(names[:_MOST_SHOWN]) + (" ..." * (len(names) > _MOST_SHOWN))
    return UnreadableImageError(
        f"{folder}: holds {len(names)} {what} ({shown}); name one, as in "
        f"{folder.name}::{names[0]}"
    )


def _inside(folder: Path, path: str) -> Path:
    """Return a path below a folder; a file's metadata leads nowhere else."""
    parts = PurePosixPath(path.strip("/")).parts
    if not parts or ".." in parts or "\0" in path or "\\" in path:
        raise UnreadableImageError(f"{folder}: {path!r} is not inside it")
    below = folder.joinpath(*parts)
    if not below.is_dir():
        raise UnreadableImageError(f"{folder}: there is no {path!r} in it")
    if not below.resolve().is_relative_to(folder.resolve()):
        raise UnreadableImageError(
            f"{folder}: {path!r} is a link that leads out of it; name the array itself"
        )
    return below


def _open(folder: Path) -> Any:
    import zarr

    for name in _METADATA:
        if (folder / name).is_file():
            _check_metadata(folder / name)
    store = zarr.storage.LocalStore(folder, read_only=True)
    try:
        return zarr.open_array(store, mode="r")
    except (FileNotFoundError, ValueError, zarr.errors.BaseZarrError):
        if (folder / ".zarray").is_file():
            raise
        # Consolidated metadata is a copy that may be old.
        return zarr.open_group(store, mode="r", use_consolidated=False)


def _check_metadata(path: Path) -> None:
    """Refuse metadata that is no metadata, or asks for code to be run."""
    if path.is_symlink():
        raise UnreadableImageError(f"{path}: a link; copy the file itself")
    if path.stat().st_size > _MOST_METADATA_BYTES:
        raise UnreadableImageError(f"{path}: too large for metadata; write it anew")
    content = json.loads(path.read_bytes())
    codecs = json.dumps(
        [content.get(key) for key in ("filters", "compressor", "codecs")]
        if isinstance(content, dict)
        else content
    )
    if "pickle" in codecs:
        raise UnsupportedLabelsError(
            f"{path}: its voxels are pickled Python objects, which can run code when "
            "they are read; save it anew as an array of numbers"
        )


def left_out_axes(array: Any, scale: Multiscale | None) -> tuple[int, ...]:
    """Return the axes of length 1 that are a time or a channel."""
    names = scale.axes if scale is not None else ()
    if len(names) != array.ndim:
        return ()
    return tuple(
        axis
        for axis, name in enumerate(names)
        if name in ("t", "c") and array.shape[axis] == 1
    )


def with_axes(
    data: Any,
    array: Any,
    scale: Multiscale | None,
    folder: Path | str,
    notes: tuple[str, ...],
) -> LabelImage:
    """Return voxels with what the metadata of their array tells."""
    if scale is None or len(scale.axes) != array.ndim or not all(scale.axes):
        dimension_names = getattr(array.metadata, "dimension_names", None)
        axes = array_axes(array.attrs.asdict(), dimension_names, array.ndim)
        return LabelImage(data, axes=axes, source=str(folder), notes=notes)
    left_out = left_out_axes(array, scale)
    kept = [axis for axis in range(array.ndim) if axis not in left_out]
    return LabelImage(
        data,
        axes=tuple(scale.axes[axis] for axis in kept),
        spacing=tuple(scale.spacing[axis] for axis in kept),
        origin=tuple(scale.origin[axis] for axis in kept),
        unit=scale.unit,
        source=str(folder),
        notes=notes,
    )
