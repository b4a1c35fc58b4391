"""`build_index` against a slow oracle, over every kind of input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

import oracle
from campaigns import rounds
from napari_label_index.errors import NotIntegerLabelsError, UnsupportedLabelsError
from napari_label_index.index import LabelImage, _build, _run_grouping, build_index
from strategies import label_images


def assert_index_is(index, image, background=0):
    """Compare an index with everything that the oracle says of the image."""
    assert list(index) == oracle.labels_of(image, background)
    assert len(index) == len(index.labels)
    for row, label in enumerate(index):
        for axis, expected in enumerate(oracle.index_arrays(image, label)):
            np.testing.assert_array_equal(index[label][axis], expected)
        np.testing.assert_array_equal(index.coords(label), oracle.coords(image, label))
        np.testing.assert_array_equal(
            index.positions(label), oracle.positions(image, label)
        )
        np.testing.assert_array_equal(index.bboxes[row], oracle.bbox(image, label))
        np.testing.assert_allclose(index.centroids[row], oracle.centroid(image, label))
        assert index.voxel_counts[row] == len(oracle.coords(image, label))
    np.testing.assert_array_equal(index.to_label_image(), image)


def test_index_finds_every_voxel_of_every_label(campaign):
    with campaign("C1", "generated volumes of all types and layouts") as count:

        @settings(settings.default, max_examples=rounds(100, 50_000))
        @given(label_images())
        def check(image):
            count.case()
            assert_index_is(build_index(image), image)

        check()


@given(label_images())
def test_runs_are_maximal_grouped_by_label_and_in_order(image):
    table = build_index(image).runs
    labels = np.repeat(table.labels, np.diff(table.offsets)).tolist()
    found = list(
        zip(labels, table.starts.tolist(), table.lengths.tolist(), strict=True)
    )
    assert found == oracle.runs(image)


@given(label_images())
def test_slabs_of_any_size_and_any_number_of_threads_give_the_same_index(image):
    expected = build_index(image)
    for slab_voxels, n_threads in [(1, 1), (5, 2), (30, 4), (1000, 8)]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_run_grouping, "_PIECE_VOXELS", slab_voxels)
            patch.setattr(_run_grouping, "_COPIED_BLOCK_VOXELS", slab_voxels)
            patch.setattr(_build, "n_usable_cores", lambda n=n_threads: n)
            index = build_index(image)
        for name in ("labels", "offsets", "starts", "lengths"):
            got, want = getattr(index.runs, name), getattr(expected.runs, name)
            assert got.dtype == want.dtype
            np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize(
    "ids",
    [
        pytest.param([2**60 + 1, 2**60 + 2, 2**60 + 3], id="apart in the last bit"),
        pytest.param([1, 10**9, 2**31, 2**32, 2**53 + 1, 2**63, 2**64 - 1], id="gaps"),
        pytest.param([k << 40 for k in range(1, 3000)], id="low bits all zero"),
    ],
)
def test_ids_anywhere_in_uint64_are_kept_apart(ids):
    image = np.array(ids, np.uint64)[np.newaxis].repeat(3, axis=0)
    index = build_index(image)
    assert list(index) == ids
    assert (index.voxel_counts == 3).all()


def test_more_labels_than_the_first_hash_table_holds():
    image = np.random.default_rng(1).permutation(70_000).reshape(70, 1000)
    index = build_index(image)
    assert list(index) == list(range(1, 70_000))
    for label in (1, 35_000, 69_999):
        np.testing.assert_array_equal(index.coords(label), np.argwhere(image == label))


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64])
def test_negative_ids_are_labels_and_sort_below_the_others(dtype):
    low = np.iinfo(dtype).min
    image = np.array([[low, -1, 0, 5], [5, -1, low, 0]], dtype)
    assert list(build_index(image)) == [low, -1, 5]


def test_another_background_can_be_left_out():
    image = np.array([[0, 3, 3], [7, 7, 0]])
    index = build_index(image, background=3)
    assert_index_is(index, image, background=3)
    assert index.label_at((0, 1)) == 3


def test_a_background_that_the_type_cannot_hold_leaves_nothing_out():
    image = np.array([[0, 1], [255, 0]], np.uint8)
    assert list(build_index(image, background=-1)) == [0, 1, 255]
    assert list(build_index(image, background=300)) == [0, 1, 255]


@pytest.mark.parametrize("shape", [(0,), (0, 5, 5), (5, 0, 5), (5, 5, 0), (4, 5, 6)])
def test_an_image_without_labels_gives_an_empty_index(shape):
    index = build_index(np.zeros(shape, np.uint16))
    assert len(index) == 0
    assert list(index) == []
    assert index.n_runs == 0
    coords, offsets = index.all_coords()
    assert coords.shape == (0, len(shape))
    assert offsets.tolist() == [0]
    assert list(index.iter_coords()) == []
    assert index.to_label_image().shape == shape


@pytest.mark.parametrize(
    "array",
    [
        pytest.param(np.array(3), id="0-d"),
        pytest.param(np.zeros((1,) * 6, int), id="6-d"),
        pytest.param(np.array([None, 1], object), id="object"),
        pytest.param(np.zeros(3, complex), id="complex"),
        pytest.param(np.zeros(3, [("a", int)]), id="structured"),
        pytest.param(np.array(["a"]), id="text"),
        pytest.param(np.zeros(3, "M8[s]"), id="dates"),
    ],
)
def test_an_array_that_cannot_hold_labels_is_refused_by_type(array):
    with pytest.raises(UnsupportedLabelsError, match="label image must"):
        build_index(array)


@pytest.mark.parametrize("bad", [1.5, np.nan, np.inf, -np.inf, 2.0**25])
def test_the_first_float_voxel_that_is_no_id_is_named(bad):
    image = np.zeros((40, 30, 20), np.float32)
    image[11, 12, 13] = bad
    image[39, 0, 0] = np.nan
    with pytest.raises(NotIntegerLabelsError, match=r"\(11, 12, 13\)"):
        build_index(image)


def test_of_a_single_row_the_voxel_has_one_coordinate():
    with pytest.raises(NotIntegerLabelsError, match=r"2.5 at \(3,\)"):
        build_index(np.array([1, 1, 2, 2.5]))


def test_float_ids_are_exact_up_to_what_the_type_can_hold():
    image = np.array([[2.0**53, 2.0**53 - 1, -5.0, 0.0]])
    index = build_index(image)
    assert list(index) == [-5, 2**53 - 1, 2**53]
    assert index.dtype == np.int64


@pytest.mark.parametrize("dtype", ["<i4", ">i4", "<f4"])
def test_a_fortran_order_volume_larger_than_the_tiles_it_is_copied_in(dtype):
    image = np.random.default_rng(4).integers(0, 9, (5, 40, 150)).astype(dtype)
    index = build_index(np.asfortranarray(image))
    np.testing.assert_array_equal(index.to_label_image(), image)


def test_a_memory_map_is_indexed_in_place(tmp_path):
    image = np.random.default_rng(2).integers(0, 9, (6, 7, 8)).astype(">i4")
    np.save(tmp_path / "volume.npy", image)
    mapped = np.load(tmp_path / "volume.npy", mmap_mode="r")
    assert_index_is(build_index(mapped), image)


def test_a_label_image_passes_its_axes_and_voxel_size_on():
    image = LabelImage(
        np.ones((2, 3), int), ("a", "b"), (2.0, 0.5), (1.0, -1.0), "um", "file.tif"
    )
    index = build_index(image)
    assert index.axes == ("a", "b")
    assert index.spacing == (2.0, 0.5)
    assert index.origin == (1.0, -1.0)
    assert (index.unit, index.source) == ("um", "file.tif")


def test_axes_are_named_by_their_number_when_nobody_named_them():
    axes = [build_index(np.zeros((1,) * n, int)).axes for n in range(1, 6)]
    assert ["".join(names) for names in axes] == ["x", "yx", "zyx", "tzyx", "tczyx"]


def test_the_input_is_not_changed():
    image = np.random.default_rng(3).integers(-2, 3, (4, 5, 6))
    before = image.copy()
    build_index(image)
    np.testing.assert_array_equal(image, before)
    assert image.flags.writeable


def test_time_as_the_last_axis_is_refused_with_what_to_do():
    image = LabelImage(np.ones((3, 4, 5), np.uint8), axes=("y", "x", "t"))
    with pytest.raises(UnsupportedLabelsError, match="move it to the front"):
        build_index(image)
