"""Where rows of chunks are joined, and where one that is too large is cut."""

from __future__ import annotations

from itertools import pairwise, product
from math import ceil, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.index import _run_grouping, build_index
from napari_label_index.index._blocks import chunk_edges, iter_blocks
from napari_label_index.index._chunk_cuts import chunk_cuts


class Shaped:
    """As much of a chunked array as is looked at to cut it."""

    dtype = np.dtype(np.uint64)

    def __init__(self, shape, chunks):
        self.shape, self.chunks = shape, chunks


@st.composite
def chunked(draw):
    shape = tuple(draw(st.lists(st.integers(1, 9), min_size=2, max_size=5)))
    if draw(st.booleans()):
        return Shaped(shape, tuple(draw(st.integers(1, n)) for n in shape))
    ends = [sorted(draw(st.sets(st.integers(1, n))) | {n}) for n in shape]
    sizes = (tuple(b - a for a, b in pairwise([0, *each])) for each in ends)
    return Shaped(shape, tuple(sizes))


@given(chunked(), st.integers(1, 300), st.integers(1, 300))
def test_blocks_cover_every_voxel_once_and_are_as_small_as_asked(volume, limit, most):
    most = max(limit, most)
    shape = volume.shape
    n_seen = np.zeros(shape, int)
    row_of_chunks = shape[-1] * prod(
        max(b - a for a, b in pairwise(axis)) for axis in chunk_edges(volume, shape)
    )
    for block in iter_blocks(volume, shape, limit, most):
        n_seen[block.key] += 1
        assert n_seen[block.key].shape == block.shape
        starts = (*block.starts(), 0)[: len(shape)]
        assert block.first == np.ravel_multi_index(starts, shape)
        assert block.n_voxels <= max(limit, min(row_of_chunks, most), shape[-1])
    assert (n_seen == 1).all()


@given(chunked(), st.integers(1, 300))
def test_a_chunk_is_cut_into_as_few_parts_as_there_can_be(volume, most):
    """Against all parts that there are, for the largest chunk."""
    shape = volume.shape
    edges = chunk_edges(volume, shape)
    sizes = [max(b - a for a, b in pairwise(axis)) for axis in edges]
    cuts = chunk_cuts(shape, edges, 1, most)
    parts = [max(b - a for a, b in pairwise(axis)) for axis in cuts]
    fewest = min(
        prod(map(ceil, np.divide(sizes, tried)))
        for tried in product(*(range(1, size + 1) for size in sizes))
        if prod(tried) * shape[-1] <= max(most, shape[-1])
    )
    assert prod(ceil(n / k) for n, k in zip(sizes, parts, strict=True)) == fewest


def test_twenty_chunks_of_512_side_by_side_are_never_in_memory_together():
    volume = Shaped((10_000,) * 3, (512,) * 3)
    sizes = {block.n_voxels for block in iter_blocks(volume, volume.shape, 1 << 25)}
    assert max(sizes) <= 1 << 25  # a row of chunks is 2.6e9 voxels, 21 GB
    cuts = chunk_cuts(volume.shape, chunk_edges(volume, volume.shape), 1, 1 << 25)
    parts = [sum(cut <= 512 for cut in axis) - 1 for axis in cuts]
    assert prod(parts) == 80  # times that a chunk is read; less than 79 cannot be


@pytest.mark.parametrize("chunk", [64, 128, 256])
def test_usual_chunks_are_read_once_for_an_index_in_memory(chunk):
    volume = Shaped((2048,) * 3, (chunk,) * 3)
    limits = (_run_grouping._COPIED_BLOCK_VOXELS, _run_grouping._CHUNK_ROW_VOXELS)
    for block in iter_blocks(volume, volume.shape, *limits):
        assert all(start % chunk == 0 for start in block.starts())


def test_a_row_longer_than_32_bits_is_refused():
    row = np.broadcast_to(np.uint8(1), (2, 2**32))
    with pytest.raises(TypeError, match="4,294,967,295 voxels, has 4,294,967,296"):
        build_index(row)
