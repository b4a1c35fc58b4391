"""Parts after an erosion, and parts at one time, from runs, against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from napari_label_index import kernels
from napari_label_index.index import LabelImage, build_index, compute_columns
from strategies import label_images


def eroded_parts(mask):
    faces = ndimage.generate_binary_structure(mask.ndim, 1)
    left = ndimage.binary_erosion(mask, faces, border_value=1)
    return ndimage.label(left, faces)[1]


def most_parts(image, label, time_axis, parts_of):
    if time_axis is None:
        return parts_of(image == label)
    pictures = np.moveaxis(image == label, time_axis, 0)
    return max(parts_of(picture) for picture in pictures)


@st.composite
def solid_images(draw):
    """Few labels in thick pieces, with gaps and grains, so that some is left."""
    shape = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    seed, share = draw(st.integers(0, 2**32 - 1)), draw(st.floats(0, 0.3))
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 3, [-(-n // 4) for n in shape])
    for axis in range(len(shape)):
        coarse = coarse.repeat(4, axis)
    image = coarse[tuple(slice(n) for n in shape)].astype(np.uint8)
    grains = rng.random(shape) < share
    image[grains] = rng.integers(0, 3, np.count_nonzero(grains))
    return image


@given(label_images(max_dims=4) | solid_images(), st.data())
def test_parts_after_an_erosion_are_those_that_scipy_finds(image, data):
    time_axis = data.draw(st.sampled_from([None, *range(image.ndim - 1)]))
    axes = [f"a{axis}" for axis in range(image.ndim)]
    if time_axis is not None:
        axes[time_axis] = "t"
    index = build_index(LabelImage(image, tuple(axes)))
    for row, label in enumerate(list(index)[:3]):
        expected = most_parts(image, label, time_axis, eroded_parts)
        assert index.column("n_components_eroded")[row] == expected
        expected = most_parts(image, label, time_axis, lambda m: ndimage.label(m)[1])
        assert index.column("n_components")[row] == expected


def two_cubes(bridge=True, at=8):
    image = np.zeros((20, 20, 30), np.uint8)
    image[at : at + 5, 8:13, 5:10] = image[at : at + 5, 8:13, 11:16] = 4
    image[at + 2, 10, 10] = 4 * bridge
    return image


def test_cubes_that_one_voxel_joins_are_found_by_a_query():
    image = two_cubes()
    image[:5, :5, :5] = 7
    index = build_index(image)
    assert index.select("n_components_eroded > n_components").tolist() == [4]
    assert index.column("n_components_eroded").tolist() == [2, 1]


def test_a_label_is_not_thinned_where_the_border_cuts_it():
    image = np.ones((1, 4, 5), np.uint8)
    assert build_index(image).column("n_components_eroded").tolist() == [1]


def test_a_label_without_a_core_has_no_parts_left():
    image = np.zeros((5, 5), np.uint8)
    image[2, 1:4] = 1
    assert build_index(image).column("n_components_eroded").tolist() == [0]


def test_the_last_and_the_first_row_of_a_plane_are_no_neighbours():
    image = np.zeros((3, 3, 4), np.uint8)
    image[0, 2] = image[1, 0] = image[2] = 1
    expected = eroded_parts(image == 1)
    assert build_index(image).column("n_components_eroded").tolist() == [expected]


def test_fine_combs_that_lie_on_each_other_leave_more_runs_than_there_were():
    image = np.ones((3, 1, 400), np.uint8)
    image[0, 0, 4::8] = image[2, 0, 8::8] = 0
    image[:, :, ::40] = 0
    index = build_index(image)
    expected = eroded_parts(image == 1)
    assert expected > 1
    assert index.column("n_components_eroded").tolist() == [expected]


@pytest.mark.parametrize(
    "count",
    [kernels.count_eroded_parts, kernels.count_eroded_parts.py_func],
    ids=["compiled", "plain"],
)
@pytest.mark.parametrize("time_axis", [-1, 0])
def test_the_kernel_counts_rows_of_the_table_alone(count, time_axis):
    image = np.concatenate([two_cubes(), two_cubes() // 2])
    index = build_index(image)
    counts = np.full(2, 9)
    steps = np.array([[0, -1]] if time_axis == 0 else [[-1, 0], [0, -1]])
    runs = index.runs
    count(
        runs.offsets, runs.starts, runs.lengths, index.shape, steps, index.bboxes,
        time_axis, 1, 2, counts,
    )  # fmt: skip
    assert counts.tolist() == [9, 2]


def test_an_object_of_a_film_is_in_as_many_parts_as_at_its_worst_time():
    film = np.zeros((5, 6, 6), np.uint8)
    film[:, 0, 0] = film[2, 3, 3] = film[2, 5, 5] = film[4, 5, 5] = 1
    film[:, 0, 2] = 2
    index = build_index(LabelImage(film, ("t", "y", "x")))
    assert index.column("n_components").tolist() == [3, 1]
    assert index.components().counts.tolist() == [8, 5]
    assert index.report()["in several parts"] == 1
    assert index.select("n_components > 1").tolist() == [1]
    assert "at any one time" in index.columns["n_components"].meaning
    assert len(index.parts(1)) == 8


def test_the_first_and_the_last_picture_of_a_film_are_no_border():
    film = np.zeros((3, 5, 5), np.uint8)
    film[:, 2, 2], film[:, 2, 0] = 1, 2
    index = build_index(LabelImage(film, ("t", "y", "x")))
    assert index.column("touches_border").tolist() == [False, True]
    assert index.column("border-0").tolist() == [True, True]
    assert index.report()["at the border"] == 1


def test_parts_of_labels_that_an_edit_left_alone_are_not_counted_again():
    image = two_cubes()
    image[:5, :5, :5] = 7
    index = build_index(image)
    compute_columns(index, ["n_components_eroded"], None)
    assert index.knows("n_components_eroded")
    assert not index.knows("n_components")
    image[10, 10, 10] = 0
    after = index.update(image, (slice(10, 11),) * 3)
    assert after.knows("n_components_eroded")
    assert after.column("n_components_eroded").tolist() == [2, 1]
