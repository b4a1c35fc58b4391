"""`build_index_dataset`: an index of a volume that is larger than memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.distributed._job import Job
from napari_label_index.distributed._rounds import (
    Build,
    BuildProgress,
    index_blocks,
    join_blocks,
    write_partitions,
)
from napari_label_index.distributed._runners import DaskRunner, Runner, ThreadRunner
from napari_label_index.distributed._work_folder import finish, work_folder
from napari_label_index.errors import (
    StaleIndexError,
    UnsupportedFormatError,
    WriteFailedError,
)
from napari_label_index.index import LabelImage
from napari_label_index.index._blocks import Block, iter_blocks
from napari_label_index.index._build import check_buildable
from napari_label_index.io._address import is_url
from napari_label_index.io._pool import raise_if_cancelled
from napari_label_index.io.images._read import read_label_image
from napari_label_index.io.index_dataset._manifest import DatasetManifest
from napari_label_index.io.index_file._stamp import stamp_of
from napari_label_index.io.index_file._volume_meta import VolumeMeta

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, OnProgress
    from napari_label_index.io.index_file._stamp import SourceStamp

__all__ = ["build_index_dataset"]

_BLOCK_VOXELS = 1 << 25

# A row of chunks is a block up to this size: where it is cut, chunks are read again.
_CHUNK_ROW_BYTES = 1 << 29

_VERSION = 1  # of the files in the work folder


def build_index_dataset(
    volume: str | os.PathLike[str] | LabelImage | Any,
    path: str | os.PathLike[str],
    client: Any = None,
    *,
    background: int = 0,
    source: str | os.PathLike[str] | None = None,
    block_voxels: int | None = None,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Path:
    """Index a volume that is larger than memory, into a folder.

    Parameters
    ----------
    volume : path-like, LabelImage or array-like
        What `build_index` takes, or a file or folder, or the address of a zarr array.
        That is read block by block, each chunk once where a row of chunks fits into a
        block.
    path : path-like
        Folder of the index. An index that is there is replaced once the new one is
        whole. `upload_index` copies it to an object store.
    client : distributed.Client, optional
        A Dask cluster, whose workers must see the volume and `path` under the same
        names. Without one, threads of this process do the work.
    background : int
        The label that is left out.
    source : path-like, optional
        The file or folder that an array was read from.
    block_voxels : int, optional
        Voxels in a block, which is what a task holds in memory; 2**25, or a row of
        chunks of up to 512 MB, if left out. A block is made of whole rows, and of whole
        chunks. Where the chunks along one row have more, they are cut, and each is read
        once for each part, of which there are as few as can be.
    on_progress, cancel : optional callbacks
        As in `build_index`.

    Returns
    -------
    Path
        The folder, which `open_index` opens.

    Raises
    ------
    UnsupportedLabelsError, NotIntegerLabelsError
        As in `build_index`.
    UnreadableImageError
        When a chunk cannot be read; it is named.
    TaskFailedError
        When workers die whenever they run a task, all are gone, or none has joined in
        5 minutes.
    StaleIndexError
        When the files of the volume were changed meanwhile.
    WriteFailedError
        When a file cannot be written, or another process builds the same index.
    Cancelled
        When `cancel` said so.

    Notes
    -----
    After a kill, an error or a cancel there is no index, and the folder
    ``PATH.building`` has what was done. The same call goes on from there, if the volume
    is a file, a folder or an address that has not changed since, as far as sizes and
    times tell. A web server does not list its files, so of one a build begins anew.
    """
    target = _target_of(path)
    image, source = _image_of(volume, source)
    _check_workers(image, client)
    meta, stamp = _meta_of(image, source, background)
    plan = None if stamp is None else _plan_of(meta, source, image, block_voxels)
    runner: Runner = ThreadRunner() if client is None else DaskRunner(client)
    with work_folder(target, plan) as folder:
        job = Job(image, meta, str(folder.resolve()))
        blocks = _blocks_of(job, block_voxels)
        progress = BuildProgress(on_progress, sum(block.n_voxels for block in blocks))
        build = Build(job, blocks, runner, progress, cancel)
        n_missing = index_blocks(build)
        join_blocks(build)
        parts = write_partitions(build)
        _check_unchanged(source, stamp)
        raise_if_cancelled(cancel)  # the last tasks may all have ended at once
        DatasetManifest.of_volume(meta, n_missing, parts).write(job.root)
        finish(folder, target)
    return target


def _target_of(path: str | os.PathLike[str]) -> Path:
    if is_url(path):
        raise WriteFailedError(
            f"{path} was not written: an index grows in a folder that all workers see; "
            "build it in one, then copy it there with label-index upload"
        )
    return Path(path)


def _image_of(
    volume: Any, source: str | os.PathLike[str] | None
) -> tuple[LabelImage, str | os.PathLike[str] | None]:
    if isinstance(volume, str | os.PathLike):
        return read_label_image(volume, lazy=True), volume
    return LabelImage.of(volume), source


def _check_workers(image: LabelImage, client: Any) -> None:
    if client is not None and isinstance(image.data, np.ndarray):
        raise UnsupportedFormatError(
            "workers read the volume by themselves, for which it must be a zarr or "
            "dask array; convert it, or build without workers"
        )


def _meta_of(
    image: LabelImage, source: str | os.PathLike[str] | None, background: int
) -> tuple[VolumeMeta, SourceStamp | None]:
    volume = check_buildable(image)
    stamp = None if source is None else stamp_of(source)
    return VolumeMeta.of_image(image, volume.label_dtype, background, stamp), stamp


def _check_unchanged(
    source: str | os.PathLike[str] | None, stamp: SourceStamp | None
) -> None:
    """Raise `StaleIndexError` if the source is not what it was at the beginning."""
    if source is not None and stamp_of(source) != stamp:
        raise StaleIndexError(
            f"{source}: the volume was changed while it was indexed; build again"
        )


def _plan_of(
    meta: VolumeMeta,
    source: str | os.PathLike[str] | None,
    image: LabelImage,
    block_voxels: int | None,
) -> dict[str, Any]:
    """Return what must be the same for the files of an earlier build to be of use."""
    return {
        "version": _VERSION,
        "source": str(image.source or source),
        "block_voxels": block_voxels,
        "chunks": str(getattr(image.data, "chunks", None)),
        **meta.to_page(),
        "shape": list(meta.shape),
        "axes": list(meta.axes),
        "spacing": list(meta.spacing),
        "origin": list(meta.origin),
    }


def _blocks_of(job: Job, block_voxels: int | None) -> list[Block]:
    volume = job.volume
    if not volume.n_voxels:
        return []
    most_voxels = block_voxels
    if block_voxels is None:
        block_voxels = _BLOCK_VOXELS
        most_voxels = _CHUNK_ROW_BYTES // volume.label_dtype.itemsize
    blocks = iter_blocks(volume.data, volume.shape, block_voxels, most_voxels)
    return sorted(blocks, key=lambda block: block.first)
