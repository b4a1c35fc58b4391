"""What is read at a time: blocks of whole rows, which cover a volume.

An array in memory is cut into slabs. An array in chunks, such as zarr or dask, is cut
into blocks that are made of whole chunks, so that each chunk is read once.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise, product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Block:
    """A block of rows, with all voxels of each."""

    key: tuple[int | slice, ...]  # what to index the volume with
    first: int  # flat position of its first voxel
    n_voxels: int
    shape: tuple[int, ...]  # of the block, one size for each axis of the volume


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a block that follow each other in the volume as well."""

    rows: slice  # of the rows of the block
    first: int  # flat position of its first voxel in the volume


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
    shape: tuple[int, ...], edges: list[list[int]], max_voxels: int
) -> Iterator[Block]:
    """Cut a volume into blocks of whole chunks, along all axes but the last.

    Blocks with the same places on the first axis follow each other; they are not in C
    order among themselves.

    Parameters
    ----------
    shape : tuple of int
        As for `iter_slabs`.
    edges : list of list of int
        For each axis but the last, where chunks begin, and the end.
    max_voxels : int
        Largest size of a block, where a row of chunks is not larger.
    """
    strides = [prod(shape[axis + 1 :]) for axis in range(len(shape) - 1)]
    cuts = _joined_chunks(shape, edges, max_voxels)
    for bounds in product(*map(pairwise, cuts)):
        sizes = (*(stop - start for start, stop in bounds), shape[-1])
        starts = [start for start, _ in bounds]
        yield Block(
            tuple(slice(*pair) for pair in bounds),
            sum(map(int.__mul__, starts, strides)),
            prod(sizes),
            sizes,
        )


def _joined_chunks(
    shape: tuple[int, ...], edges: list[list[int]], max_voxels: int
) -> list[list[int]]:
    """Leave edges out while blocks stay small, from the inner axes outwards."""
    widest = [max(stop - start for start, stop in pairwise(axis)) for axis in edges]
    cuts = list(edges)
    for axis in range(len(edges) - 1, -1, -1):
        n_voxels = prod(widest) * shape[-1]
        n_joined = max(1, max_voxels // n_voxels)
        cuts[axis] = [*edges[axis][:-1][::n_joined], edges[axis][-1]]
        if len(cuts[axis]) > 2:
            break  # rows of a block are contiguous only if inner axes are whole
        widest[axis] = shape[axis]
    return cuts


def chunk_edges(array: Any, shape: tuple[int, ...]) -> list[list[int]] | None:
    """Return where the chunks of an array begin and end; None if it has none.

    Known are the ways of dask (all sizes of each axis) and of zarr and h5py (one size
    for each axis).
    """
    chunks = getattr(array, "chunks", None)
    if not isinstance(chunks, tuple) or len(chunks) != len(shape):
        return None
    return list(map(axis_edges, chunks[:-1], shape[:-1]))


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
        first = block.first + sum(map(int.__mul__, outer, strides))
        for row in range(0, n_rows, step):
            rows = slice(
                number * n_rows + row, number * n_rows + min(row + step, n_rows)
            )
            yield Piece(rows, first + row * shape[-1])
