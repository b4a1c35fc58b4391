"""Which labels touch, where the faces between blocks cut the volume apart."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_label_index import LabelImage, build_index, build_index_dataset, open_index
from napari_label_index.distributed._label_pairs import LabelPairs
from strategies import label_images


def in_chunks(volume, chunks):
    array = zarr.create_array({}, shape=volume.shape, chunks=chunks, dtype=volume.dtype)
    array[...] = volume
    return array


def assert_same_contacts(stored, index):
    found, expected = stored.contacts(), index.contacts()
    for name in ("first", "second", "faces"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    for one, other in zip(
        found.totals(len(index)), expected.totals(len(index)), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    for label in index:
        for one, other in zip(
            stored.neighbours(label), index.neighbours(label), strict=True
        ):
            np.testing.assert_array_equal(one, other)
    for name in ("n_neighbours", "contact_area"):
        np.testing.assert_array_equal(stored.column(name), index.column(name))


@settings(max_examples=settings().max_examples // 2)
@given(label_images(max_dims=4), st.integers(1, 40))
def test_contacts_are_those_of_the_whole_volume(tmp_path_factory, volume, n_blocks):
    folder = tmp_path_factory.mktemp("index")
    block_voxels = volume.size // n_blocks + 1
    if volume.ndim > 1 and volume.size:
        chunks = tuple(max(1, size // 2) for size in volume.shape)
        stored = in_chunks(volume.astype(volume.dtype.newbyteorder("=")), chunks)
    else:
        stored = volume
    build_index_dataset(stored, folder / "a", block_voxels=block_voxels)
    assert_same_contacts(open_index(folder / "a"), build_index(volume))


def test_labels_that_meet_only_where_two_blocks_meet_touch(tmp_path):
    volume = np.zeros((4, 4, 6), np.uint16)
    volume[:2, :2], volume[2:, :2], volume[:2, 2:], volume[2:, 2:] = 1, 2, 3, 4
    build_index_dataset(in_chunks(volume, (2, 2, 3)), tmp_path / "a", block_voxels=1)
    index = open_index(tmp_path / "a")
    labels, faces = index.neighbours(1)
    assert labels.tolist() == [2, 3]
    assert faces.tolist() == [[12, 0, 0], [0, 12, 0]]
    assert index.select("touches 4").tolist() == [2, 3]
    assert index.contacts().around(index.rows_of([1, 4])).tolist() == [1, 2]


def test_nothing_touches_across_time(tmp_path):
    volume = np.array([[[1, 1], [1, 1]], [[2, 2], [3, 3]]], np.uint8)
    image = LabelImage(in_chunks(volume, (1, 2, 2)), axes=("t", "y", "x"))
    build_index_dataset(image, tmp_path / "a", block_voxels=1)
    index = open_index(tmp_path / "a")
    assert index.neighbours(1)[0].size == 0
    assert index.neighbours(2)[0].tolist() == [3]


def test_pairs_of_blocks_are_added_up_label_by_label():
    parts = [
        LabelPairs(np.array([5, 1]), np.array([1, 2]), np.array([[1, 0], [0, 2]])),
        LabelPairs(np.array([1, 5]), np.array([2, 9]), np.array([[0, 3], [4, 0]])),
    ]
    pairs = LabelPairs.added_up([part.both_ways() for part in parts])
    assert pairs.first.tolist() == [1, 1, 2, 5, 5, 9]
    assert pairs.second.tolist() == [2, 5, 1, 1, 9, 5]
    assert pairs.faces[0].tolist() == [0, 5]
    assert pairs.of_labels(2, 5).first.tolist() == [2, 5, 5]
    assert len(pairs.of_labels(6, 8)) == 0


@given(st.data())
def test_pairs_of_any_type_are_sorted_and_added_up(data):
    dtype = np.dtype(data.draw(st.sampled_from(["i1", "u2", "i4", "u4", "i8", "u8"])))
    ends = np.iinfo(dtype)
    near = data.draw(st.integers(int(ends.min), int(ends.max) - 3))
    ids = st.one_of(
        st.integers(near, near + 3), st.sampled_from([int(ends.min), int(ends.max)])
    )
    rows = data.draw(st.lists(st.tuples(ids, ids, st.integers(1, 9)), max_size=20))
    expected = Counter()
    for first, second, faces in rows:
        expected[first, second] += faces
    columns = [np.array([row[k] for row in rows], dtype) for k in range(2)]
    faces = np.array([row[2:] for row in rows], np.int64).reshape(-1, 1)
    pairs = LabelPairs.added_up([LabelPairs(*columns, faces)])
    found = zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    assert list(zip(found, pairs.faces[:, 0].tolist(), strict=True)) == sorted(
        expected.items()
    )
    assert pairs.first.dtype == dtype


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
def test_ids_at_the_ends_of_their_type_touch(tmp_path, dtype):
    ends = [np.iinfo(dtype).min or 1, np.iinfo(dtype).max]
    volume = np.array(ends, dtype).reshape(2, 1, 1).repeat(3, axis=2)
    build_index_dataset(in_chunks(volume, (1, 1, 3)), tmp_path / "a", block_voxels=1)
    assert_same_contacts(open_index(tmp_path / "a"), build_index(volume))
