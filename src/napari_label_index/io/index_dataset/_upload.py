"""`upload_index`: an index folder, copied to an object store with its manifest last.

Stores have no rename, so what is there before goes first: whoever looks meanwhile, or
after an upload that was stopped, finds no index, and never half of one.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_label_index.errors import (
    CorruptIndexError,
    LabelIndexError,
    UnsupportedFormatError,
    WriteFailedError,
)
from napari_label_index.index._parallel import Crew
from napari_label_index.io._address import Address, advice_for, is_url
from napari_label_index.io._byte_source import n_readers
from napari_label_index.io._reason import reason_of
from napari_label_index.io.index_dataset._layout import FOLDERS, MANIFEST, part_path
from napari_label_index.io.index_dataset._open_dataset import read_manifest

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from napari_label_index._typing import Cancel, OnProgress
    from napari_label_index.io.index_dataset._manifest import DatasetManifest

__all__ = ["upload_index"]


def upload_index(
    folder: str | os.PathLike[str],
    address: str,
    *,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> str:
    """Copy the folder of an index to an address, from where `open_index` opens it.

    The manifest comes last, so that there is a whole index or none. An index that was
    at the address goes first; nothing else there is touched.

    Parameters
    ----------
    folder : path-like
        What `build_index_dataset` wrote.
    address : str
        Such as ``s3://bucket/cells.labelindex``, written through the fsspec package
        for it.
    on_progress, cancel : optional callbacks
        As in `build_index`; progress is in bytes.

    Returns
    -------
    str
        The address.

    Raises
    ------
    UnsupportedFormatError
        When `address` is none.
    CorruptIndexError
        When there is no whole index in the folder.
    WriteFailedError
        When the store does not take a file, or has files there that are no index.
    Cancelled
        When `cancel` said so.
    """
    root = Path(folder)
    if not is_url(address):
        raise UnsupportedFormatError(
            f"{address} is no address such as s3://bucket/cells.labelindex; copy a "
            "folder to another one as you copy any folder"
        )
    sizes = _sizes_of(root, read_manifest(root))
    target = Address.of(address)
    with _writing(target):
        store = _Store(target)
        there = store.sizes()
        _refuse_others(target, there)
        store.remove([MANIFEST] if MANIFEST in there else [])
        crew = Crew(n_readers(target), sum(sizes.values()), on_progress, cancel)

        def put(name: str) -> None:
            store.put(root / name, name)
            crew.advance(sizes[name])

        crew.map(put, sizes)
        store.remove([name for name in there if name not in {*sizes, MANIFEST}])
        if store.sizes() != sizes:
            raise OSError("its files do not have the sizes that they must have")
        store.put(root / MANIFEST, MANIFEST)
    return target.url


def _sizes_of(root: Path, manifest: DatasetManifest) -> dict[str, int]:
    """Return the bytes of all files of a dataset but the manifest, by their names."""
    sizes = {}
    for number, part in enumerate(manifest.partitions):
        for folder, seal in zip(FOLDERS, part.seals, strict=True):
            path = part_path(root, folder, number)
            if not path.is_file() or path.stat().st_size != seal.n_bytes:
                raise CorruptIndexError(
                    f"{path}: it must have {seal.n_bytes} bytes; build the index again"
                )
            sizes[path.relative_to(root).as_posix()] = seal.n_bytes
    return sizes


def _refuse_others(target: Address, there: dict[str, int]) -> None:
    for name in there:
        folder, _, file = name.partition("/")
        is_part = folder in FOLDERS and Path(file).match("part-*.parquet")
        if name != MANIFEST and not is_part:
            raise WriteFailedError(
                f"{target} was not written: there are other files, such as {name}; "
                "choose another address"
            )


class _Store:
    """The files below an address, by their names there."""

    def __init__(self, target: Address) -> None:
        self._system: Any
        self._system, self._root = target.system()

    def sizes(self) -> dict[str, int]:
        self._system.invalidate_cache()
        found = self._system.find(self._root, detail=True)
        n_before = len(self._root.rstrip("/")) + 1
        return {name[n_before:]: int(entry["size"]) for name, entry in found.items()}

    def put(self, path: Path, name: str) -> None:
        self._system.put_file(str(path), f"{self._root}/{name}")

    def remove(self, names: list[str]) -> None:
        for name in names:
            self._system.rm_file(f"{self._root}/{name}")


@contextlib.contextmanager
def _writing(target: Address) -> Iterator[None]:
    """Turn what a store raises into `WriteFailedError`."""
    try:
        yield
    except (LabelIndexError, MemoryError):
        raise
    except Exception as error:  # each store has its own
        raise WriteFailedError(
            f"{target} was not written: {reason_of(error)}; {advice_for(target.url)}"
        ) from error
