"""`BlockFiles`: the runs of all blocks, each file opened when it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from napari_label_index.distributed._block_content import read_block
from napari_label_index.index import RunTable

if TYPE_CHECKING:
    from napari_label_index.distributed._job import Job

__all__ = ["BlockFiles"]


class BlockFiles(Sequence[RunTable]):
    """The tables of the blocks of a build, in the order of their first voxels.

    None is held: 10**12 voxels are 30,000 blocks, and a system lets a process map
    65,530 files into memory, all threads together.

    Parameters
    ----------
    job : Job
    n_blocks : int
    """

    def __init__(self, job: Job, n_blocks: int) -> None:
        self._job = job
        self._numbers = range(n_blocks)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> RunTable: ...
    @overload
    def __getitem__(self, place: slice) -> list[RunTable]: ...
    def __getitem__(self, place: int | slice) -> RunTable | list[RunTable]:
        if isinstance(place, slice):
            return [self[number] for number in self._numbers[place]]
        return read_block(self._job.block_path(self._numbers[place]))
