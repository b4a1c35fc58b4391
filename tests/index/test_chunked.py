"""Arrays in chunks: the same index as in memory, and each chunk is read once."""

from __future__ import annotations

import threading

import dask.array as da
import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.errors import (
    Cancelled,
    NotIntegerLabelsError,
    UnreadableImageError,
)
from napari_label_index.index import _run_grouping, build_index
from strategies import label_images


class Chunked:
    """An array that counts how often each chunk is touched, as zarr would read it."""

    def __init__(self, array, chunks):
        self.array, self.chunks = np.asarray(array), chunks
        self.shape, self.dtype = array.shape, array.dtype
        counts = [-(-n // c) for n, c in zip(array.shape, chunks, strict=True)]
        self.n_reads = np.zeros(counts, int)

    def __getitem__(self, key):
        parts = tuple(
            slice(part.start // size, -(-part.stop // size))
            for part, size in zip(key, self.chunks[: len(key)], strict=True)
        )
        self.n_reads[parts] += 1
        return self.array[key]


def assert_same_runs(index, expected):
    for name in ("labels", "offsets", "starts", "lengths"):
        found, wanted = getattr(index.runs, name), getattr(expected.runs, name)
        assert found.dtype == wanted.dtype
        np.testing.assert_array_equal(found, wanted, err_msg=name)


@given(label_images(min_dims=2), st.data())
def test_every_chunk_is_read_once_and_the_index_is_that_of_the_array(image, data):
    chunks = tuple(data.draw(st.integers(1, n)) for n in image.shape)
    volume = Chunked(image, chunks)
    n_threads = data.draw(st.integers(1, 3))
    block_voxels = data.draw(st.sampled_from([1, 20, 100, 10_000]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_run_grouping, "_COPIED_BLOCK_VOXELS", block_voxels)
        patch.setattr(_run_grouping, "_PIECE_VOXELS", data.draw(st.integers(1, 99)))
        patch.setattr(_run_grouping, "_STRETCHES_PER_THREAD", n_threads)
        index = build_index(volume)
    assert_same_runs(index, build_index(image))
    assert (volume.n_reads == 1).all()


@given(label_images(max_dims=4), st.data())
def test_dask_and_zarr_arrays_give_the_index_of_their_voxels(image, data):
    chunks = tuple(data.draw(st.integers(1, n)) for n in image.shape)
    expected = build_index(image)
    ends = [data.draw(st.sets(st.integers(1, n))) | {n} for n in image.shape]
    uneven = tuple(tuple(np.diff([0, *sorted(each)]).tolist()) for each in ends)
    assert_same_runs(build_index(da.from_array(np.asarray(image), uneven)), expected)
    store = zarr.create_array({}, shape=image.shape, chunks=chunks, dtype=image.dtype)
    store[...] = image
    assert_same_runs(build_index(store), expected)


@pytest.mark.parametrize("block_voxels", [1, 10_000])
def test_a_chunk_that_cannot_be_read_is_named(monkeypatch, block_voxels):
    def broken(block_info):
        if block_info[None]["chunk-location"] == (1, 2):
            raise OSError("checksum of the chunk is wrong")
        return np.ones((4, 3), np.uint8)

    volume = da.map_blocks(broken, chunks=((4, 4, 4), (3,) * 4), dtype=np.uint8)
    monkeypatch.setattr(_run_grouping, "_COPIED_BLOCK_VOXELS", block_voxels)
    with pytest.raises(
        UnreadableImageError, match=r"chunk \[4:8, 6:9\].*checksum"
    ) as caught:
        build_index(volume)
    assert isinstance(caught.value.__cause__, OSError)


def test_a_block_that_can_be_read_the_second_time_is_named_as_it_was_asked_for():
    class Flaky(Chunked):
        def __getitem__(self, key):
            if not self.n_reads.any():
                super().__getitem__(key)
                raise TimeoutError("no answer")
            return super().__getitem__(key)

    volume = Flaky(np.ones((4, 5), np.uint8), (2, 5))
    with pytest.raises(UnreadableImageError, match=r"voxels \[0:4\].*no answer"):
        build_index(volume)
    assert build_index(volume).labels.tolist() == [1]


def test_a_voxel_that_is_no_whole_number_is_named_in_any_chunk(monkeypatch):
    monkeypatch.setattr(_run_grouping, "_COPIED_BLOCK_VOXELS", 1)
    image = np.zeros((6, 6, 4), np.float32)
    image[4, 5, 3] = 2.5
    with pytest.raises(NotIntegerLabelsError, match=r"2.5 at \(4, 5, 3\)"):
        build_index(da.from_array(image, (2, 3, 4)))


def test_a_build_stops_between_two_chunks(monkeypatch):
    monkeypatch.setattr(_run_grouping, "_COPIED_BLOCK_VOXELS", 1)
    is_asked = threading.Event()

    class Slow(Chunked):
        def __getitem__(self, key):
            if self.n_reads.sum() > 3:
                is_asked.wait(10)
            return super().__getitem__(key)

    def cancel():
        if volume.n_reads.sum() > 3:
            is_asked.set()
        return is_asked.is_set()

    volume = Slow(np.ones((300, 4, 5), np.uint8), (1, 4, 5))
    with pytest.raises(Cancelled):
        build_index(volume, cancel=cancel)
    assert volume.n_reads.sum() < 100


def test_memory_follows_the_block_and_not_the_volume(monkeypatch):
    sizes = []

    class Watched(Chunked):
        def __getitem__(self, key):
            block = super().__getitem__(key)
            sizes.append(block.size)
            return block

    monkeypatch.setattr(_run_grouping, "_COPIED_BLOCK_VOXELS", 2000)
    build_index(Watched(np.ones((64, 40, 10), np.uint8), (8, 8, 5)))
    assert max(sizes) <= 2000
    assert sum(sizes) == 64 * 40 * 10
