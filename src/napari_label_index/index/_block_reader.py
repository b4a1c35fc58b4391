"""A volume read between cuts of its first axis, each block once.

What goes through a volume needs a window of voxels and the runs there. Where slabs of
runs are thinner than chunks, several windows lie in one block of chunks; so the block
that was read last is kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

from napari_label_index._available_memory import available_memory
from napari_label_index.index._blocks import item_cuts

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

# Of the memory that may be had. Chunks of a row of chunks that takes more are decoded
# several times.
_SHARE = 4
_LEAST_BYTES = 2**28
_SHARE_OF_TWO = 8  # of what is left: to read a block while another is there


def block_cuts(
    array: Any, shape: tuple[int, ...], itemsize: int, block_voxels: int
) -> list[int]:
    """Return where to cut the first axis, so that blocks are whole chunks.

    Parameters
    ----------
    array : array-like
        The volume, whose chunks are asked for if it has any.
    shape : tuple of int
        Its shape, with two axes or more.
    itemsize : int
        Bytes of a voxel that is held.
    block_voxels : int
        Largest size of a block, where a row of chunks is not larger.
    """
    most = (available_memory() or 0) // _SHARE
    most_voxels = max(most, _LEAST_BYTES) // itemsize
    return item_cuts(array, shape, block_voxels, most_voxels)


class BlockReader:
    """Gives windows of a volume that lie between two cuts, and reads each block once.

    Parameters
    ----------
    read : callable
        Returns the items from `begin` to `stop` of the first axis.
    cuts : list of int
        Where blocks begin, and the end.
    """

    def __init__(
        self, read: Callable[[int, int], npt.NDArray[Any]], cuts: list[int]
    ) -> None:
        self._read = read
        self._cuts = cuts
        self._blocks: dict[int, npt.NDArray[Any]] = {}  # by their first items

    def window(self, begin: int, stop: int) -> npt.NDArray[Any]:
        """Return a window; blocks before it are forgotten."""
        number = bisect_right(self._cuts, begin) - 1
        first = self._cuts[number]
        for place in [place for place in self._blocks if place != first]:
            del self._blocks[place]  # before another is read
        self._fetch(number)
        return self._blocks[first][begin - first : stop - first]

    def read_ahead(self, stop: int) -> None:
        """Read the block that begins where a window ends, if one does, and it fits."""
        number = bisect_left(self._cuts, stop)
        if stop == self._cuts[-1] or self._cuts[number] != stop:
            return
        memory = available_memory()
        held = sum(block.nbytes for block in self._blocks.values())
        if memory is None or held <= memory // _SHARE_OF_TWO:
            self._fetch(number)

    def _fetch(self, number: int) -> None:
        first, last = self._cuts[number : number + 2]
        if first not in self._blocks:
            self._blocks[first] = self._read(first, last)
