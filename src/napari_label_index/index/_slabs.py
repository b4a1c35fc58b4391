"""Blocks of whole rows, in C order, that cover a volume."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Slab:
    """A block of rows that is contiguous in C order."""

    key: tuple[int | slice, ...]  # what to index the volume with
    first: int  # flat position of its first voxel
    n_voxels: int


def iter_slabs(shape: tuple[int, ...], max_voxels: int) -> Iterator[Slab]:
    """Cut a volume into slabs of at most `max_voxels`, but of at least one row.

    Parameters
    ----------
    shape : tuple of int
        Shape of the volume, with two axes or more and no axis of length 0.
    max_voxels : int
        Largest size of a slab, where a row is not larger.
    """
    yield from _cut(shape, max_voxels, (), 0)


def _cut(
    shape: tuple[int, ...], max_voxels: int, outer: tuple[int, ...], first: int
) -> Iterator[Slab]:
    item = prod(shape[1:])
    if item > max_voxels and len(shape) > 2:
        for place in range(shape[0]):
            yield from _cut(
                shape[1:], max_voxels, (*outer, place), first + place * item
            )
        return
    thickness = max(1, max_voxels // item)
    for start in range(0, shape[0], thickness):
        stop = min(start + thickness, shape[0])
        yield Slab(
            (*outer, slice(start, stop)), first + start * item, (stop - start) * item
        )
