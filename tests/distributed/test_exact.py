"""A dataset is the index of its volume, in whatever pieces the volume is read."""

from __future__ import annotations

import tempfile
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle
from datasets import (
    assert_same_index,
    blocky,
    flush_nothing,
    in_chunks,
    in_dask,
    shrink,
)
from napari_label_index.distributed import build_index_dataset
from napari_label_index.errors import NotIntegerLabelsError
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import open_index
from strategies import label_images


@pytest.fixture(autouse=True)
def small_limits(monkeypatch):
    shrink(monkeypatch)
    flush_nothing(monkeypatch)


def dataset_of(volume, **options):
    """Build a dataset, open it, and let all of it be read before it is gone."""
    folder = tempfile.TemporaryDirectory()
    index = open_index(
        build_index_dataset(volume, Path(folder.name, "index"), **options)
    )
    return folder, index


@st.composite
def stored(draw, image):
    """The same voxels in some kind of array."""
    kind = draw(st.sampled_from(["numpy", "zarr", "dask"]))
    if kind == "zarr":
        return in_chunks(image, tuple(draw(st.integers(1, n)) for n in image.shape))
    if kind == "dask":
        ends = [draw(st.sets(st.integers(1, n))) | {n} for n in image.shape]
        return in_dask(image, ends)
    return image


@settings(max_examples=settings().max_examples // 2)
@given(label_images(max_dims=4), st.sampled_from([0, 1, -2, 2**64 - 1]), st.data())
def test_a_dataset_is_the_index_of_its_volume(image, background, data):
    check_volume(image, background, data)


@settings(max_examples=settings().max_examples // 12)
@given(label_images(min_dims=5), st.data())
def test_a_dataset_of_five_axes_is_the_index_of_its_volume(image, data):
    check_volume(image, 0, data)


def check_volume(image, background, data):
    volume = data.draw(stored(image))
    block_voxels = image.size // data.draw(st.sampled_from([1, 2, 5, 12, 40])) + 1
    with pytest.MonkeyPatch.context() as patch:
        shrink(patch, 1 + image.size // 100)
        folder, index = dataset_of(
            volume, background=background, block_voxels=block_voxels
        )
        with folder:
            assert_same_index(index, build_index(image, background=background))
    assert list(index) == oracle.labels_of(image, background)
    for label in list(index)[:20]:
        np.testing.assert_array_equal(
            index.coords(label), oracle.coords(np.asarray(image), label)
        )


@pytest.mark.parametrize("kind", ["numpy", "dask"])
@pytest.mark.parametrize("shape", [(0,), (0, 5), (5, 0), (3, 0, 4), (2, 3, 0, 1, 1)])
def test_a_volume_without_voxels_has_an_index_without_labels(shape, kind):
    image = np.zeros(shape, np.int16)
    volume = da.from_array(image) if kind == "dask" else image
    folder, index = dataset_of(volume)
    with folder:
        assert_same_index(index, build_index(image))
        assert index.to_label_image().shape == shape


@pytest.mark.parametrize("dtype", ["?", ">i2", "u8", "f4"])
def test_a_volume_of_background_has_an_index_without_labels(dtype):
    image = np.zeros((4, 5, 6), dtype)
    folder, index = dataset_of(in_chunks(image, (2, 2, 6)), block_voxels=20)
    with folder:
        assert_same_index(index, build_index(image))


def test_ids_of_64_bits_are_whole_in_every_file():
    ids = np.array([0, 1, 2**53 + 1, 2**63, 2**64 - 2, 2**64 - 1], np.uint64)
    image = ids[np.random.default_rng(1).integers(0, 6, (6, 7, 8))]
    folder, index = dataset_of(in_chunks(image, (2, 3, 8)), block_voxels=50)
    with folder:
        assert list(index) == ids[1:].tolist()
        np.testing.assert_array_equal(index.to_label_image(), image)


@pytest.mark.parametrize(
    ("chunks", "block_voxels"),
    [((3, 4, 5), 60), ((3, 4, 5), 300), ((2, 3, 8), 10**7), ((6, 9, 16), 40)],
)
def test_many_blocks_partitions_and_row_groups(chunks, block_voxels):
    image = blocky((6, 9, 16), 60, seed=2, scale=2)
    folder, index = dataset_of(in_chunks(image, chunks), block_voxels=block_voxels)
    with folder:
        assert len(list(Path(folder.name, "index/runs").iterdir())) > 8
        assert_same_index(index, build_index(image))


def test_one_label_with_runs_in_every_block_is_one_component():
    image = np.zeros((10, 11, 12), np.uint8)
    image[::2, ::3, ::4] = 1  # 60 runs, in ten windows
    image[:, 7, 7] = 2  # a rod through the faces of all blocks
    image[7, :, 5] = 2
    image[7, 7, 5:7] = 2
    folder, index = dataset_of(in_chunks(image, (3, 4, 6)), block_voxels=150)
    with folder:
        assert_same_index(index, build_index(image))
        assert index.column("n_components")[index.row_of(2)] == 1
        assert len(index.coords(1)) == int((image == 1).sum())


def test_axes_voxel_size_and_unit_come_along():
    image = LabelImage(
        blocky((4, 6, 6), 9, seed=1), ("t", "y", "x"), (1.0, 0.5, 0.25), (0, 1, 2), "um"
    )
    folder, index = dataset_of(image, block_voxels=40)
    with folder:
        assert_same_index(index, build_index(image))


def test_a_voxel_that_is_no_whole_number_is_named(tmp_path):
    image = np.zeros((6, 6, 4), np.float32)
    image[4, 5, 3] = 2.5
    with pytest.raises(NotIntegerLabelsError, match=r"2.5 at \(4, 5, 3\)"):
        build_index_dataset(image, tmp_path / "a", block_voxels=24)
    assert not (tmp_path / "a").exists()
