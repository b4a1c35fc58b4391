"""Where to cut a volume in chunks: between them, or inside of those that are too large.

A block has whole rows, so it is made of whole *rows of chunks*: all chunks along the
last axis. Small ones are joined. One that is too large, such as 20 chunks of 512^3
voxels side by side, is cut along the other axes. A chunk is decoded whole, and so once
for each part: what is chosen is the cut with the fewest parts.
"""

from __future__ import annotations

from itertools import pairwise
from math import prod


def chunk_cuts(
    shape: tuple[int, ...], edges: list[list[int]], max_voxels: int, most_voxels: int
) -> list[list[int]]:
    """Return where to cut along each axis but the last, from the edges of the chunks.

    Parameters
    ----------
    shape : tuple of int
        That of the volume.
    edges : list of list of int
        For each axis but the last, where chunks begin, and the end.
    max_voxels : int
        Up to which size rows of chunks are joined.
    most_voxels : int
        Up to which size a row of chunks stays whole.
    """
    widest = [max(stop - start for start, stop in pairwise(axis)) for axis in edges]
    if prod(widest) * shape[-1] > most_voxels:
        parts = _fewest_parts(widest, max(1, most_voxels // shape[-1]))
        return [_cut(axis, size) for axis, size in zip(edges, parts, strict=True)]
    return _joined(shape, edges, widest, max_voxels)


def _joined(
    shape: tuple[int, ...], edges: list[list[int]], widest: list[int], max_voxels: int
) -> list[list[int]]:
    """Leave edges out while blocks stay small, from the inner axes outwards."""
    cuts, widest = list(edges), list(widest)
    for axis in range(len(edges) - 1, -1, -1):
        n_voxels = prod(widest) * shape[-1]
        n_joined = max(1, max_voxels // n_voxels)
        cuts[axis] = [*edges[axis][:-1][::n_joined], edges[axis][-1]]
        if len(cuts[axis]) > 2:
            break  # rows of a block are contiguous only if inner axes are whole
        widest[axis] = shape[axis]
    return cuts


def _fewest_parts(sizes: list[int], most_rows: int) -> list[int]:
    """Return sizes of parts with at most so many rows, of which the fewest cover all.

    Of several answers it is that with the longest parts along the inner axes, where
    rows follow each other.
    """
    if not sizes:
        return []
    size = sizes[0]
    if len(sizes) == 1:
        return [_even(size, -(-size // min(size, most_rows)))]
    best: tuple[int, list[int]] | None = None
    for part in sorted({_even(size, n) for n in range(1, size + 1)}):
        if part > most_rows:
            break
        parts = [part, *_fewest_parts(sizes[1:], most_rows // part)]
        n_parts = prod(-(-n // k) for n, k in zip(sizes, parts, strict=True))
        if best is None or n_parts < best[0]:
            best = n_parts, parts
    assert best is not None, "a part of one row always fits"
    return best[1]


def _even(size: int, n_parts: int) -> int:
    return -(-size // n_parts)


def _cut(edges: list[int], most: int) -> list[int]:
    """Cut every chunk along one axis into even parts of at most this size."""
    cuts = [edges[0]]
    for start, stop in pairwise(edges):
        part = _even(stop - start, -(-(stop - start) // most))
        cuts += [*range(start + part, stop, part), stop]
    return cuts
