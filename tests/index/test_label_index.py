"""`LabelIndex` as a mapping, and everything that is derived from its runs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

import oracle
from napari_label_index.errors import UnknownLabelError
from napari_label_index.index import build_index
from strategies import label_images


@pytest.fixture
def image():
    """Two objects and a speck, one of them in two parts.

    ::

        1 1 0 2
        1 0 0 2
        0 9 0 1
    """
    return np.array([[1, 1, 0, 2], [1, 0, 0, 2], [0, 9, 0, 1]], np.int32)


def test_it_is_a_mapping_with_python_ints_for_keys(image):
    index = build_index(image)
    assert isinstance(index, Mapping)
    assert list(index) == [1, 2, 9]
    assert all(type(label) is int for label in index)
    assert 2 in index
    assert np.int64(2) in index
    assert 3 not in index
    assert "2" not in index
    assert 2**70 not in index
    assert sorted(index.keys()) == [1, 2, 9]
    assert index.get(3) is None


def test_it_replaces_scipys_value_indices(image):
    index = build_index(image)
    expected = ndimage.value_indices(image, ignore_value=0)
    assert index.keys() == expected.keys()
    for label, arrays in index.items():
        for got, want in zip(arrays, expected[label], strict=True):
            np.testing.assert_array_equal(got, want)
            assert got.dtype == want.dtype
        assert (image[arrays] == label).all()


def test_an_unknown_label_is_a_key_error_that_says_what_there_is(image):
    index = build_index(image)
    for look_up in (index.__getitem__, index.coords, index.bbox, index.row_of):
        with pytest.raises(KeyError, match="no voxel has label 5; the index has 3"):
            look_up(5)
    with pytest.raises(UnknownLabelError, match="label 4"):
        index.rows_of([1, 4, 5])
    with pytest.raises(UnknownLabelError, match="has 0 labels"):
        build_index(image * 0).coords(1)


def test_rows_of_keeps_the_order_asked_for(image):
    index = build_index(image)
    assert index.rows_of([9, 1, 9]).tolist() == [2, 0, 2]
    assert index.rows_of([]).tolist() == []
    assert index.rows_of({2}).tolist() == [1]


def test_rows_of_tells_neighbours_apart_beyond_the_floats():
    image = np.array([[2**63 + 1, 2**63 + 2]], np.uint64)
    index = build_index(image)
    assert index.rows_of([2**63 + 2]).tolist() == [1]
    with pytest.raises(UnknownLabelError):
        index.rows_of([2**63 + 3, -1])
    with pytest.raises(UnknownLabelError):
        index.rows_of([2**63])


@pytest.mark.parametrize(
    ("shape", "dtype"), [((3, 256), np.uint8), ((3, 257), np.uint16), ((70_000,), "u4")]
)
def test_coords_have_the_smallest_type_that_fits_the_shape(shape, dtype):
    index = build_index(np.ones(shape, bool))
    assert index.coords(1).dtype == dtype
    assert index.coords(1)[-1].tolist() == [size - 1 for size in shape]


@given(label_images())
def test_all_coords_are_those_of_each_label_in_turn(image):
    index = build_index(image)
    coords, offsets = index.all_coords()
    for row, label in enumerate(index):
        own = coords[offsets[row] : offsets[row + 1]]
        np.testing.assert_array_equal(own, oracle.coords(image, label))
    assert len(coords) == offsets[-1] == index.n_voxels


@given(label_images(), st.integers(1, 60), st.randoms(use_true_random=False))
def test_blocks_of_coords_hold_the_chosen_labels_in_order(image, max_voxels, random):
    index = build_index(image)
    chosen = [label for label in index if random.random() < 0.7]
    random.shuffle(chosen)
    blocks = list(index.iter_coords(chosen, max_voxels))
    assert all(0 < len(labels) <= max_voxels for labels, _ in blocks)
    got = [
        (int(label), *map(int, place))
        for labels, coords in blocks
        for label, place in zip(labels, coords, strict=True)
    ]
    assert got == [
        (label, *map(int, place))
        for label in chosen
        for place in oracle.coords(image, label)
    ]


def test_the_table_has_scikit_images_names(image):
    from skimage.measure import regionprops_table

    table = build_index(image).table()
    expected = regionprops_table(
        image, properties=("label", "num_pixels", "bbox", "centroid")
    )
    assert list(table) == list(expected)
    for name, column in expected.items():
        np.testing.assert_allclose(table[name], column)


def test_the_arrays_of_an_index_cannot_be_written_to(image):
    index = build_index(image)
    for array in (index.labels, index.runs.starts, index.voxel_counts, index.bboxes):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_the_repr_tells_what_is_in_it(image):
    text = repr(build_index(image))
    assert text.startswith("LabelIndex(shape=(3, 4), dtype=int32, n_labels=3, ")
    assert "n_voxels=7" in text


def test_an_index_takes_about_six_bytes_a_run():
    image = np.random.default_rng(0).integers(1, 200, (100, 100, 100))
    index = build_index(image)
    assert index.nbytes <= 6 * index.n_runs + 16 * (len(index) + 1)
