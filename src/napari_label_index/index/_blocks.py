"""What is read at a time: blocks of whole rows, which cover a volume.

An array in memory is cut into slabs. An array in chunks, such as zarr or dask, is cut
into blocks that are made of whole chunks, so that each chunk is read once. Only where a
single row of chunks would fill memory are chunks cut too (`_chunk_cuts.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise, product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._chunk_cuts import chunk_cuts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Block:
    """A block of rows, with all voxels of each."""

    key: tuple[int | slice, ...]  # what to index the volume with
    first: int  # flat position of its first voxel
    n_voxels: int
    shape: tuple[int, ...]  # of the block, one size for each axis of the volume

    def starts(self) -> tuple[int, ...]:
        """Return where it begins along all axes but the last."""
        given = [part.start if isinstance(part, slice) else part for part in self.key]
        return (*given, *(0 for _ in range(len(self.shape) - 1 - len(given))))


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a block that follow each other in the volume as well."""

    rows: slice  # of the rows of the block
    first: int  # flat position of its first voxel in the volume


def iter_blocks(
    array: Any, shape: tuple[int, ...], max_voxels: int, most_voxels: int | None = None
) -> Iterator[Block]:
    """Cut a volume into blocks: of whole chunks where the array has any, or slabs.

    Parameters
    ----------
    array : array-like
        The volume.
    shape : tuple of int
        As for `iter_slabs`.
    max_voxels : int
        Largest size of a block, where a row, or a row of chunks, is not larger.
    most_voxels : int, optional
        From which size on a row of chunks is cut as well; `max_voxels` if left out.
    """
    edges = chunk_edges(array, shape)
    if edges is None:
        return iter_slabs(shape, max_voxels)
    most_voxels = max_voxels if most_voxels is None else most_voxels
    return iter_chunk_blocks(shape, edges, max_voxels, max(max_voxels, most_voxels))


def iter_slabs(shape: tuple[int, ...], max_voxels: int) -> Iterator[Block]:
    """Cut a volume into blocks that are contiguous in C order.

    Parameters
    ----------
    shape : tuple of int
        Shape of the volume, with two axes or more and no axis of length 0.
    max_voxels : int
        Largest size of a block, where a row is not larger.
    """
    yield from _cut(shape, max_voxels, (), 0)


def _cut(
    shape: tuple[int, ...], max_voxels: int, outer: tuple[int, ...], first: int
) -> Iterator[Block]:
    item = prod(shape[1:])
    if item > max_voxels and len(shape) > 2:
        for place in range(shape[0]):
            yield from _cut(
                shape[1:], max_voxels, (*outer, place), first + place * item
            )
        return
    thickness = max(1, max_voxels // item)
    for start in range(0, shape[0], thickness):
        size = min(thickness, shape[0] - start)
        yield Block(
            (*outer, slice(start, start + size)),
            first + start * item,
            size * item,
            (*(1 for _ in outer), size, *shape[1:]),
        )


def iter_chunk_blocks(
    shape: tuple[int, ...], edges: list[list[int]], max_voxels: int, most_voxels: int
) -> Iterator[Block]:
    """Cut a volume into blocks of whole chunks, along all axes but the last.

    Blocks with the same places on the first axis follow each other; they are not in C
    order among themselves. They lie in a grid.

    Parameters
    ----------
    shape : tuple of int
        As for `iter_slabs`.
    edges : list of list of int
        For each axis but the last, where chunks begin, and the end.
    max_voxels : int
        Largest size of a block, where a row of chunks is not larger.
    most_voxels : int
        A row of chunks with more is cut, along all axes but the last, and each of its
        chunks is then read once for each part: as few times as that size allows.
    """
    strides = [prod(shape[axis + 1 :]) for axis in range(len(shape) - 1)]
    cuts = chunk_cuts(shape, edges, max_voxels, most_voxels)
    for bounds in product(*map(pairwise, cuts)):
        sizes = (*(stop - start for start, stop in bounds), shape[-1])
        starts = [start for start, _ in bounds]
        yield Block(
            tuple(slice(*pair) for pair in bounds),
            _n_before(starts, strides),
            prod(sizes),
            sizes,
        )


def chunk_edges(array: Any, shape: tuple[int, ...]) -> list[list[int]] | None:
    """Return where the chunks of an array begin and end; None if it has none.

    Known are the ways of dask (all sizes of each axis) and of zarr and h5py (one size
    for each axis).
    """
    chunks = getattr(array, "chunks", None)
    if not isinstance(chunks, tuple) or len(chunks) != len(shape):
        return None
    return list(map(axis_edges, chunks[:-1], shape[:-1]))


def item_cuts(
    array: Any, shape: tuple[int, ...], max_voxels: int, most_voxels: int | None = None
) -> list[int]:
    """Return where to cut the first axis, to read a volume in whole items.

    Chunks are read once where `most_voxels` suffice for all that lie side by side; the
    other parameters are as for `iter_blocks`.
    """
    item = max(prod(shape[1:]), 1)
    edges = chunk_edges(array, shape)
    if edges is None or not edges or not shape[0]:
        thickness = max(1, max_voxels // item)
        return [*range(0, shape[0], thickness), shape[0]]
    most_voxels = max(max_voxels, most_voxels or 0)
    return chunk_cuts((shape[0], item), edges[:1], max_voxels, most_voxels)[0]


def axis_edges(sizes: Any, size: int) -> list[int]:
    """Return where chunks begin and end on one axis, from one size or from all."""
    if isinstance(sizes, tuple):
        return [0, *accumulate(int(part) for part in sizes if part)]
    return [*range(0, size, int(sizes)), size]


def iter_pieces(
    block: Block, shape: tuple[int, ...], max_voxels: int
) -> Iterator[Piece]:
    """Cut a block into rows that follow each other in the volume, in C order."""
    axis = len(shape) - 2  # along which rows of the block still follow each other
    while axis > 0 and block.shape[axis] == shape[axis]:
        axis -= 1
    strides = [prod(shape[other + 1 :]) for other in range(axis)]
    n_rows = prod(block.shape[axis:-1])
    step = max(1, max_voxels // shape[-1])
    for number, outer in enumerate(np.ndindex(block.shape[:axis])):
        first = block.first + _n_before(outer, strides)
        for row in range(0, n_rows, step):
            rows = slice(
                number * n_rows + row, number * n_rows + min(row + step, n_rows)
            )
            yield Piece(rows, first + row * shape[-1])


def _n_before(place: Sequence[int], strides: Sequence[int]) -> int:
    """Return how many voxels come before a place; one stride for each of its axes."""
    return sum(at * stride for at, stride in zip(place, strides, strict=True))
