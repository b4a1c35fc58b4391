"""A zarr array behind a URL: in an object store, or on a web server.

Nothing here is ever asked for by a file: only a URL that the user gives is opened, and
metadata leads nowhere outside of it.
"""

from __future__ import annotations

import json
import os
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnreadableImageError, UnsupportedLabelsError
from napari_label_index.io._address import advice_for, options_of
from napari_label_index.io._foreign import reading
from napari_label_index.io._memory import check_budget
from napari_label_index.io.images._zarr import left_out_axes, with_axes
from napari_label_index.io.images._zarr_chunks import ChunkCount, ZarrVoxels
from napari_label_index.io.images._zarr_metadata import label_names, multiscale_of

if TYPE_CHECKING:
    from napari_label_index.index import LabelImage
    from napari_label_index.io.images._options import ReadOptions
    from napari_label_index.io.images._zarr_metadata import Multiscale
    from napari_label_index.io.index_file._stamp import SourceStamp

__all__ = ["read_url", "stamp_of_url"]


# s3fs asks for the size of each object first, to read a large one in several parts.
_OPTIONS = {"s3": {"max_concurrency": 1}}


class UrlVoxels(ZarrVoxels):
    """Voxels of an array in a store; what is not there is the fill value.

    Whether a chunk is stored is found out by reading it, so that none is asked twice.
    """

    def count_chunks(self, key: Any) -> ChunkCount:
        """Count the chunks that a part touches; none is known to be missing."""
        return ChunkCount(sum(1 for _ in self.chunks_in(key)), 0, 0)

    def _refuse_links(self, region: tuple[Any, ...]) -> None:
        """Do nothing: an address has none."""

    def _is_missing(self, place: tuple[int, ...]) -> bool:
        return False


def read_url(url: str, options: ReadOptions) -> LabelImage:
    """Read the zarr array at an address, or leave it there if that was asked for."""
    with reading(url, advice_for(url)):
        address, array, scale = _find_array(url)
        left_out = left_out_axes(array, scale)
        voxels = UrlVoxels(address, array, left_out)
        if np.dtype(array.dtype).kind not in "biuf":
            raise UnsupportedLabelsError(
                f"{url}: a label image must hold integers, got {array.dtype}"
            )
        if options.is_lazy:
            return with_axes(voxels, array, scale, address, ())
        check_budget(url, voxels.shape, voxels.dtype, options.max_bytes)
        data, _ = voxels.read(options)
        return with_axes(data, array, scale, address, ())


def stamp_of_url(url: str | os.PathLike[str]) -> SourceStamp | None:
    """Return number, sizes and times of all objects below an address.

    None where the store does not list them, as a web server does not: then nothing
    tells whether the volume has changed.
    """
    import fsspec

    from napari_label_index.io.index_file._stamp import SourceStamp

    with reading(os.fspath(url), advice_for(os.fspath(url))):
        system, root = fsspec.core.url_to_fs(os.fspath(url))
        if "http" in str(system.protocol):
            return None
        listed = system.find(root, detail=True)
        lines = sorted(
            f"{name}\0{entry.get('size')}\0{_version_of(entry)}"
            for name, entry in listed.items()
        )
        n_bytes = sum(int(entry.get("size") or 0) for entry in listed.values())
        return SourceStamp(
            len(lines), n_bytes, 0, zlib.crc32("\n".join(lines).encode())
        )


def _version_of(entry: dict[str, Any]) -> str:
    """Return what changes when an object is written anew."""
    for name in ("ETag", "etag", "generation", "LastModified", "mtime", "created"):
        if entry.get(name) is not None:
            return str(entry[name])
    return ""


def _find_array(url: str) -> tuple[str, Any, Multiscale | None]:
    """Return an address, the array there, and what OME-Zarr tells of it."""
    node = _open(url)
    if not hasattr(node, "members"):
        return url, node, None
    attributes = node.attrs.asdict()
    labels = label_names(attributes)
    if len(labels) == 1:
        return _find_array(f"{url}/{_inner(url, labels[0])}")
    scale = multiscale_of(attributes)
    if scale is None:
        raise UnreadableImageError(
            f"{url}: a zarr group; give the address of one of its arrays or images"
        )
    inner = f"{url}/{_inner(url, scale.path)}"
    return inner, _open(inner), scale


def _inner(url: str, path: str) -> str:
    parts = path.strip("/").split("/")
    if not all(parts) or ".." in parts or "\\" in path or ":" in path:
        raise UnreadableImageError(f"{url}: {path!r} is not inside it")
    return "/".join(parts)


def _open(url: str) -> Any:
    import zarr

    options = options_of(url) | _OPTIONS.get(url.partition("://")[0], {})
    store = zarr.storage.FsspecStore.from_url(url.rstrip("/"), options, read_only=True)
    node = zarr.open(store, mode="r")
    # Pickled objects can run code when they are read.
    if "pickle" in json.dumps(node.metadata.to_dict(), default=str):
        raise UnsupportedLabelsError(
            f"{url}: its voxels are pickled Python objects; save it anew as an array "
            "of numbers"
        )
    return node
