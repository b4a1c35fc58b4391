"""Chunks that are missing, damaged, or whose reader fails, while a dataset is built."""

from __future__ import annotations

import os

import dask.array as da
import numpy as np
import pytest
import zarr

from datasets import assert_same_index, blocky, in_chunks
from napari_label_index.distributed import _rounds, build_index_dataset
from napari_label_index.errors import UnreadableImageError
from napari_label_index.index import build_index
from napari_label_index.io import open_index, read_meta
from napari_label_index.io.images._zarr_chunks import ZarrVoxels

IMAGE = blocky((6, 8, 12), 40, seed=3, scale=2) + 1  # every chunk is stored
CHUNKS = (2, 4, 6)
pytestmark = pytest.mark.usefixtures("small_limits")


def stored(path, fill_value):
    array = zarr.create_array(
        path, shape=IMAGE.shape, chunks=CHUNKS, dtype=IMAGE.dtype,
        fill_value=fill_value, compressors=zarr.codecs.GzipCodec(),
    )  # fmt: skip
    array[...] = IMAGE
    return path


def without_chunks(path, image, fill_value, places):
    image = image.copy()
    for place in places:
        (path / "c" / "/".join(map(str, place))).unlink()
        box = (slice(k * n, k * n + n) for k, n in zip(place, CHUNKS, strict=True))
        image[tuple(box)] = fill_value
    return image


# 96 voxels: one row of chunks; 24: a quarter of it; 10**6: all chunks together.
@pytest.mark.parametrize("block_voxels", [24, 96, 10**6])
@pytest.mark.parametrize(("fill_value", "background"), [(0, 0), (9, 0), (9, 9), (0, 1)])
def test_chunks_that_are_not_stored_hold_the_fill_value_and_are_counted_once(
    tmp_path, monkeypatch, fill_value, background, block_voxels, campaign
):
    source = stored(tmp_path / "v.zarr", fill_value)
    gone = [(0, 0, 0), (0, 0, 1), (1, 1, 1), (2, 0, 0)]
    image = without_chunks(source, IMAGE, fill_value, gone)
    read = []

    def reading(voxels, key, real=ZarrVoxels.__getitem__):
        read.append(tuple((part.start, part.stop) for part in key))
        return real(voxels, key)

    monkeypatch.setattr(ZarrVoxels, "__getitem__", reading)
    with campaign("C20", "datasets: chunks that are not stored") as count:
        count.case(4)
        path = build_index_dataset(
            source, tmp_path / "a", background=background, block_voxels=block_voxels
        )
        assert_same_index(open_index(path), build_index(image, background=background))
    assert read_meta(path).n_missing_chunks == 4
    if block_voxels == 96:
        is_left_out = ((0, 2), (0, 4)) not in read
        assert is_left_out == (fill_value == background), "nothing there, nothing read"


@pytest.mark.parametrize("shape", [(30,), (6, 30)])
def test_chunks_of_few_axes_are_counted_as_well(tmp_path, shape):
    image = np.arange(1, 1 + np.prod(shape), dtype=np.uint16).reshape(shape) // 4 + 1
    chunks = (3, 6)[-len(shape) :]
    in_chunks(image, chunks, tmp_path / "v.zarr")
    for name in ("1", "3"):
        (tmp_path / "v.zarr/c" / "/".join(["1"] * (len(shape) - 1) + [name])).unlink()
    path = build_index_dataset(tmp_path / "v.zarr", tmp_path / "a", block_voxels=30)
    assert read_meta(path).n_missing_chunks == 2
    voxels = np.asarray(zarr.open_array(tmp_path / "v.zarr")[...])
    np.testing.assert_array_equal(open_index(path).to_label_image(), voxels)


@pytest.mark.parametrize("how", [b"", b"junk", "cut"], ids=str)
def test_a_damaged_chunk_is_named_and_once_repaired_the_build_goes_on(
    tmp_path, monkeypatch, how, campaign
):
    source = stored(tmp_path / "v.zarr", 0)
    chunk = source / "c/1/1/0"
    whole, times = chunk.read_bytes(), os.stat(chunk)
    chunk.write_bytes(whole[:-9] if how == "cut" else how)
    tasks = []
    index_block = _rounds.index_block
    monkeypatch.setattr(
        _rounds,
        "index_block",
        lambda *call: tasks.append(call[1]) or index_block(*call),
    )
    with campaign("C20", "datasets: empty, cut or foreign chunk") as count:
        count.case()
        for _ in range(2):
            with pytest.raises(UnreadableImageError, match=r"c/1/1/0: cannot be read"):
                build_index_dataset(source, tmp_path / "a", block_voxels=96)
            assert sorted(os.listdir(tmp_path)) == ["a.building", "v.zarr"]
        assert tasks.count(3) == 2, "what was done is not done again"
        assert len(set(tasks)) >= len(tasks) - 4
        chunk.write_bytes(whole)
        os.utime(chunk, ns=(times.st_atime_ns, times.st_mtime_ns))
        path = build_index_dataset(source, tmp_path / "a", block_voxels=96)
        np.testing.assert_array_equal(open_index(path).to_label_image(), IMAGE)


def test_a_reader_that_raises_is_told_with_the_place(tmp_path, campaign):
    def broken(block_info):
        if block_info[None]["chunk-location"] == (1, 0):
            raise RuntimeError("the server does not answer")
        return np.ones((4, 6), np.uint8)

    volume = da.map_blocks(broken, chunks=((4, 4), (6,)), dtype=np.uint8)
    with campaign("C20", "datasets: a reader that raises") as count:
        count.case()
        with pytest.raises(UnreadableImageError, match=r"\[4:8\D.*does not answer"):
            build_index_dataset(volume, tmp_path / "a", block_voxels=24)
    assert os.listdir(tmp_path) == ["a.building"]


def test_large_chunks_are_decoded_one_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr("napari_label_index.io.images._zarr_chunks._LARGE_CHUNK", 1)
    source = stored(tmp_path / "v.zarr", 0)
    path = build_index_dataset(source, tmp_path / "a", block_voxels=40)
    np.testing.assert_array_equal(open_index(path).to_label_image(), IMAGE)
    one_more = in_chunks(IMAGE[np.newaxis], (1, *CHUNKS), tmp_path / "w.zarr")
    voxels = ZarrVoxels(tmp_path / "w.zarr", one_more, (0,))
    for key in (..., 2, -1, (slice(1, 3), 4), (slice(None, None, 2),), slice(3, 3)):
        np.testing.assert_array_equal(voxels[key], IMAGE[key])
