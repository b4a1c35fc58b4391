"""Boxes, masks, the label at a voxel and sections, drawn from runs alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracle
from napari_label_index.index import build_index
from strategies import label_images


@given(label_images())
def test_the_box_and_mask_of_a_label_are_its_crop(image):
    index = build_index(image)
    for label in index:
        box = index.bbox(label)
        assert box == oracle.box_slices(image, label)
        np.testing.assert_array_equal(index.mask(label), image[box] == label)


@given(label_images(), st.data())
def test_a_mask_of_several_labels_in_any_window_at_any_step(image, data):
    index = build_index(image)
    chosen = data.draw(st.sets(st.sampled_from(list(index)))) if len(index) else set()
    bounds = [
        sorted(data.draw(st.tuples(st.integers(0, n), st.integers(0, n))))
        for n in image.shape
    ]
    box = tuple(slice(*pair) for pair in bounds)
    steps = tuple(data.draw(st.integers(1, 3)) for _ in image.shape)
    mask = index.mask(chosen, box, steps)
    window = image[box][tuple(slice(None, None, step) for step in steps)]
    expected = np.zeros(window.shape, bool)
    for label in chosen:
        expected |= window == label
    np.testing.assert_array_equal(mask, expected)
    painted = index.paint(chosen, [label % 97 for label in chosen], box, steps)
    np.testing.assert_array_equal(painted, np.where(expected, window % 97, 0))


def test_each_label_to_paint_needs_a_value():
    index = build_index(np.array([1, 2, 2]))
    with pytest.raises(ValueError, match="2 labels need a value each, got 1"):
        index.paint([1, 2], [5])


@pytest.mark.parametrize(
    "box", [(slice(0, 1),), (slice(0, 2, 2), slice(0, 3)), ()], ids=str
)
def test_a_box_to_draw_needs_a_plain_slice_for_each_axis(box):
    index = build_index(np.ones((2, 3), np.uint8))
    for draw in (index.to_label_image, lambda box: index.mask(1, box)):
        with pytest.raises(ValueError, match="slices"):
            draw(box)


@pytest.mark.parametrize("step", [0, -1, (1,), (1, 0), (1, 1, 1)], ids=str)
def test_a_step_is_above_0_and_one_for_each_axis(step):
    index = build_index(np.ones((2, 3), np.uint8))
    with pytest.raises(ValueError, match="a step is 1 or more"):
        index.mask(1, step=step)


def test_a_mask_of_no_labels_needs_a_box():
    index = build_index(np.ones((2, 3), np.uint8))
    with pytest.raises(ValueError, match="no box around no labels"):
        index.mask([])
    assert not index.mask([], (slice(0, 2), slice(0, 3))).any()


@given(label_images())
def test_the_label_at_every_voxel_is_that_of_the_image(image):
    index = build_index(image)
    for place in list(np.ndindex(image.shape))[:200]:
        assert index.label_at(place) == int(image[place])


@pytest.mark.parametrize("place", [(-1, 0), (0, -1), (2, 0), (0, 3)])
def test_outside_the_volume_is_background(place):
    index = build_index(np.ones((2, 3), int))
    assert index.label_at(place) == 0


@given(label_images(min_dims=2), st.data())
def test_the_largest_section_has_most_voxels(image, data):
    index = build_index(image)
    n_fixed = data.draw(st.integers(0, image.ndim - 1))
    order = data.draw(st.permutations(range(image.ndim)))
    axes = tuple(order[:n_fixed])
    for label in list(index)[:3]:
        where = index.largest_section(label, axes)
        others = tuple(axis for axis in range(image.ndim) if axis not in axes)
        totals = (image == label).sum(axis=others)
        totals = totals.transpose([sorted(axes).index(axis) for axis in axes])
        assert totals[where] == totals.max()


def test_the_union_box_is_around_all_its_labels():
    image = np.zeros((5, 6), int)
    image[1, 2], image[3, 4], image[4, 0] = 1, 2, 3
    index = build_index(image)
    assert index.union_bbox([1, 2]) == (slice(1, 4), slice(2, 5))
    assert index.mask([1, 2]).shape == (3, 3)
