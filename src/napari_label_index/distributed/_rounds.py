"""The three rounds of a build, whose tasks know nothing of each other.

Each block of whole rows becomes a file of runs, each block is joined to those behind
it, and each range of labels takes what it has out of these files into a partition. So
any number of workers may take part, in any order, and the bytes of the index do not
show them. What an earlier build left whole is not done again.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from napari_label_index.distributed._array_file import is_whole
from napari_label_index.distributed._block_files import BlockFiles
from napari_label_index.distributed._block_task import index_block, missing_chunks
from napari_label_index.distributed._join_task import join_block
from napari_label_index.distributed._part_note import read_part_note
from napari_label_index.distributed._partition_ranges import label_ranges
from napari_label_index.distributed._partition_task import write_partition

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from napari_label_index._typing import Cancel
    from napari_label_index.distributed._job import Job
    from napari_label_index.distributed._runners import Runner
    from napari_label_index.index._blocks import Block
    from napari_label_index.io.index_dataset._manifest import Partition

__all__ = [
    "Build",
    "BuildProgress",
    "index_blocks",
    "join_blocks",
    "write_partitions",
]

_SHUFFLE_SHARE = 4  # a run takes about as long as so many voxels of a block

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Build:
    """What all rounds of a build share."""

    job: Job
    blocks: Sequence[Block]
    runner: Runner
    progress: BuildProgress
    cancel: Cancel | None

    def answers(
        self, task: Callable[..., Answer], calls: Sequence[tuple[Any, ...]]
    ) -> closing[Generator[Answer, None, None]]:
        """Run tasks, and give their answers as they come; to be used in a `with`."""
        return closing(self.runner.run(task, calls, self.cancel))


@dataclass(slots=True)
class BuildProgress:
    """Voxels of blocks, then runs in the same units; the total may be an estimate."""

    tell: Callable[[int, int], None] | None
    n_voxels: int
    done: int = 0

    def add(self, n_voxels: int) -> None:
        """Tell of work that is done, in voxels."""
        self.done += n_voxels
        if self.tell is not None:
            total = self.n_voxels + self.n_voxels // _SHUFFLE_SHARE
            self.tell(min(self.done, total), total)


def index_blocks(build: Build) -> int:
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


def join_blocks(build: Build) -> None:
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


def write_partitions(build: Build) -> list[Partition]:
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
