"""An image of intensities in chunks: each chunk is read once, where memory suffices."""

from __future__ import annotations

from pathlib import Path

import dask.array as da
import numpy as np
import pytest

from napari_label_index.index import _block_reader, _intensity, build_index
from napari_label_index.index._block_reader import BlockReader
from napari_label_index.index._blocks import item_cuts
from napari_label_index.io.exports import _gather
from runs_elsewhere import elsewhere, shrink

SHAPE, CHUNKS = (22, 6, 8), (5, 6, 4)


class Counted:
    """An array in chunks that knows which of its planes were read together."""

    shape, chunks, dtype = SHAPE, CHUNKS, np.dtype(np.uint16)

    def __init__(self):
        self.voxels = np.random.default_rng(0).integers(0, 9, SHAPE).astype(self.dtype)
        self.windows = []

    def __getitem__(self, key):
        first = key[0] if isinstance(key, tuple) else key
        self.windows.append((first.start, first.stop))
        return self.voxels[key]


@pytest.fixture
def index(monkeypatch):
    monkeypatch.setattr(_intensity, "_BLOCK_VOXELS", 2 * SHAPE[1] * SHAPE[2])
    monkeypatch.setattr(_gather, "_SLAB_VOXELS", 2 * SHAPE[1] * SHAPE[2])
    return build_index(np.random.default_rng(1).integers(0, 9, SHAPE))


def measured(index, image):
    return index.intensities(image)["intensity_sum"]


def listed(index, image):
    return _gather.gather(index, np.arange(len(index)), image, Path(), lambda: None)


@pytest.mark.parametrize("work", [measured, listed])
def test_planes_of_a_chunk_are_read_together(index, work):
    image = Counted()
    found = work(index, image)
    assert image.windows == [(0, 5), (5, 10), (10, 15), (15, 20), (20, 22)]
    np.testing.assert_array_equal(found, work(index, image.voxels))
    in_dask = da.from_array(image.voxels, ((5, 3, 14), 6, (4, 4)))
    np.testing.assert_array_equal(found, work(index, in_dask))


@pytest.mark.parametrize("work", [measured, listed])
def test_chunks_are_cut_where_they_take_too_much(index, work, monkeypatch):
    monkeypatch.setattr(_block_reader, "_LEAST_BYTES", 2 * 3 * SHAPE[1] * SHAPE[2])
    monkeypatch.setattr(_block_reader, "_SHARE", 2**60)
    image = Counted()
    work(index, image)
    stops = [3, 5, 8, 10, 13, 15, 18, 20, 22]
    assert [stop for _, stop in image.windows] == stops
    assert [begin for begin, _ in image.windows] == [0, *stops[:-1]]


@pytest.mark.parametrize("work", [measured, listed])
def test_chunks_are_read_once_where_slabs_are_thinner(index, work, monkeypatch):
    shrink(monkeypatch)
    image = Counted()
    found = work(elsewhere(index), image)
    assert image.windows == [(0, 5), (5, 10), (10, 15), (15, 20), (20, 22)]
    np.testing.assert_array_equal(found, work(index, image.voxels))


def test_a_block_is_read_ahead_where_memory_suffices(monkeypatch):
    read = []

    def block(begin, stop):
        read.append((begin, stop))
        return np.arange(begin, stop)

    blocks = BlockReader(block, [0, 4, 8, 10])
    assert blocks.window(1, 3).tolist() == [1, 2]
    blocks.read_ahead(3)  # the window after it lies in the same block
    assert read == [(0, 4)]
    assert blocks.window(3, 4).tolist() == [3]
    blocks.read_ahead(4)
    assert read == [(0, 4), (4, 8)]
    assert blocks.window(4, 8).tolist() == [4, 5, 6, 7]
    monkeypatch.setattr(_block_reader, "_SHARE_OF_TWO", 2**60)
    blocks.read_ahead(8)
    assert read == [(0, 4), (4, 8)]
    assert blocks.window(8, 10).tolist() == [8, 9]
    blocks.read_ahead(10)
    assert read == [(0, 4), (4, 8), (8, 10)]


def test_an_array_without_chunks_or_voxels_is_cut_evenly():
    assert item_cuts(None, (7, 2, 3), 18) == [0, 3, 6, 7]
    assert item_cuts(None, (0, 2, 3), 18) == [0]
    assert item_cuts(None, (2, 0), 18) == [0, 2]
