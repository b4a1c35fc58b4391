"""`build_index_dataset`: blocks are indexed, their runs shuffled by label into files.

Three rounds of tasks that know nothing of each other: each block of whole rows becomes
a file of runs, each block is joined to those behind it, and each range of labels takes
what it has out of these files into a partition. The manifest comes last. So any number
of workers may take part, in any order, and the bytes of the index do not show them.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from napari_label_index.distributed._array_file import is_whole
from napari_label_index.distributed._block_files import BlockFiles
from napari_label_index.distributed._block_task import index_block, missing_chunks
from napari_label_index.distributed._job import Job
from napari_label_index.distributed._join_task import join_block
from napari_label_index.distributed._label_ranges import label_ranges
from napari_label_index.distributed._part_note import read_part_note
from napari_label_index.distributed._partition_task import write_partition
from napari_label_index.distributed._runners import DaskRunner, Runner, ThreadRunner
from napari_label_index.distributed._work_folder import finish, work_folder
from napari_label_index.errors import StaleIndexError, UnsupportedFormatError
from napari_label_index.index import LabelImage
from napari_label_index.index._blocks import Block, iter_blocks
from napari_label_index.index._build import check_buildable
from napari_label_index.io.images._read import read_label_image
from napari_label_index.io.images._zarr_url import is_url, stamp_of_url
from napari_label_index.io.index_dataset._manifest import DatasetManifest
from napari_label_index.io.index_file._stamp import SourceStamp
from napari_label_index.io.index_file._volume_meta import VolumeMeta

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from napari_label_index._typing import Cancel, OnProgress
    from napari_label_index.io.index_dataset._manifest import Partition

__all__ = ["build_index_dataset"]

BLOCK_VOXELS = 1 << 25

# A row of chunks is a block up to this size: where it is cut, chunks are read again.
_CHUNK_ROW_BYTES = 1 << 29

Answer = TypeVar("Answer")

_VERSION = 1  # of the files in the work folder
_SHUFFLE_SHARE = 4  # a run takes about as long as so many voxels of a block


def build_index_dataset(
    volume: str | os.PathLike[str] | LabelImage | Any,
    path: str | os.PathLike[str],
    client: Any = None,
    *,
    background: int = 0,
    source: str | os.PathLike[str] | None = None,
    block_voxels: int = BLOCK_VOXELS,
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
        whole.
    client : distributed.Client, optional
        A Dask cluster, whose workers must see the volume and `path` under the same
        names. Without one, threads of this process do the work.
    background : int
        The label that is left out.
    source : path-like, optional
        The file or folder that an array was read from.
    block_voxels : int
        Voxels in a block, which is what a task holds in memory. A block is made of
        whole rows, and of whole chunks. Where the chunks along one row have more, they
        are cut, and each is read once for each part, of which there are as few as can
        be: 80 for chunks of 512**3 in rows of 10,000, 1 with ``block_voxels=2**32``.
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
        When workers die whenever they run a task.
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
    target = Path(path)
    image, source = _image_of(volume, source)
    _check_workers(image, client)
    meta, stamp = _meta_of(image, source, background)
    plan = None if stamp is None else _plan_of(meta, source, image, block_voxels)
    runner: Runner = ThreadRunner() if client is None else DaskRunner(client)
    with work_folder(target, plan) as folder:
        job = Job(image, meta, str(folder.resolve()))
        blocks = _blocks_of(job, block_voxels)
        progress = _Progress(on_progress, sum(block.n_voxels for block in blocks))
        build = _Build(job, blocks, runner, progress, cancel)
        n_missing = _index_blocks(build)
        _join_blocks(build)
        parts = _write_partitions(build)
        _check_unchanged(source, stamp)
        DatasetManifest.of_volume(meta, n_missing, parts).write(job.root)
        finish(folder, target)
    return target


@dataclass(frozen=True, slots=True)
class _Build:
    """What all rounds of a build share."""

    job: Job
    blocks: Sequence[Block]
    runner: Runner
    progress: _Progress
    cancel: Cancel | None

    def answers(
        self, task: Callable[..., Answer], calls: Sequence[tuple[Any, ...]]
    ) -> closing[Generator[Answer, None, None]]:
        """Run tasks, and give their answers as they come; to be used in a `with`."""
        return closing(self.runner.run(task, calls, self.cancel))


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
    stamp = None if source is None else _stamp_of(source)
    return VolumeMeta.of_image(image, volume.label_dtype, background, stamp), stamp


def _stamp_of(source: str | os.PathLike[str]) -> SourceStamp | None:
    return stamp_of_url(source) if is_url(source) else SourceStamp.of(source)


def _check_unchanged(
    source: str | os.PathLike[str] | None, stamp: SourceStamp | None
) -> None:
    """Raise `StaleIndexError` if the source is not what it was at the beginning."""
    if source is not None and _stamp_of(source) != stamp:
        raise StaleIndexError(
            f"{source}: the volume was changed while it was indexed; build again"
        )


def _plan_of(
    meta: VolumeMeta,
    source: str | os.PathLike[str] | None,
    image: LabelImage,
    block_voxels: int,
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


def _blocks_of(job: Job, block_voxels: int) -> list[Block]:
    volume = job.volume
    if not volume.n_voxels:
        return []
    most_voxels = max(block_voxels, _CHUNK_ROW_BYTES // volume.label_dtype.itemsize)
    if block_voxels < BLOCK_VOXELS:
        most_voxels = block_voxels  # it was asked for
    blocks = iter_blocks(volume.data, volume.shape, block_voxels, most_voxels)
    return sorted(blocks, key=lambda block: block.first)


@dataclass(slots=True)
class _Progress:
    """Voxels of blocks, then runs in the same units; the total may be an estimate."""

    tell: Callable[[int, int], None] | None
    n_voxels: int
    done: int = 0

    def add(self, n_voxels: int) -> None:
        self.done += n_voxels
        if self.tell is not None:
            total = self.n_voxels + self.n_voxels // _SHUFFLE_SHARE
            self.tell(min(self.done, total), total)


def _index_blocks(build: _Build) -> int:
    """Index the blocks that have no file yet; return how many chunks were missing."""
    job, n_missing, todo = build.job, 0, []
    for number, block in enumerate(build.blocks):
        if is_whole(job.block_path(number)):
            n_missing += missing_chunks(job, number)
            build.progress.add(block.n_voxels)
        else:
            todo.append((job, number, block))
    with build.answers(_indexed, todo) as answers:
        for found, n_voxels in answers:
            n_missing += found
            build.progress.add(n_voxels)
    return n_missing


def _indexed(job: Job, number: int, block: Block) -> tuple[int, int]:
    return index_block(job, number, block), block.n_voxels


def _join_blocks(build: _Build) -> None:
    """Find what touches across the faces between blocks."""
    job, blocks = build.job, build.blocks
    numbers = {block.starts(): number for number, block in enumerate(blocks)}
    todo = []
    for number, block in enumerate(blocks):
        if is_whole(job.pairs_path(number)):
            continue
        starts = block.starts()
        behind = {}
        for axis, start in enumerate(starts):
            place = (*starts[:axis], start + block.shape[axis], *starts[axis + 1 :])
            if place in numbers and axis != job.time_axis:
                behind[axis] = numbers[place]
        todo.append((job, number, behind))
    with build.answers(join_block, todo) as answers:
        for _ in answers:
            pass


def _write_partitions(build: _Build) -> list[Partition]:
    """Write the partitions that are not there yet, and return all."""
    job, n_blocks = build.job, len(build.blocks)
    ranges = label_ranges(BlockFiles(job, n_blocks))
    parts = {k: read_part_note(job, k, own) for k, own in enumerate(ranges)}
    todo = [
        (job, number, len(ranges), ranges[number], n_blocks)
        for number, part in parts.items()
        if part is None
    ]
    n_runs = sum(part.n_runs for part in ranges) or 1
    share = build.progress.n_voxels // _SHUFFLE_SHARE
    with build.answers(_written, todo) as answers:
        for number, part in answers:
            parts[number] = part
            build.progress.add(share * part.n_runs // n_runs)
    return [part for part in parts.values() if part is not None]


def _written(job: Job, number: int, *rest: Any) -> tuple[int, Partition]:
    return number, write_partition(job, number, *rest)
