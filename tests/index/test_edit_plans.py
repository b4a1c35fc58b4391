"""Edits of whole labels: what the plan says, and what an array is after it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from napari_label_index.errors import UnknownLabelError, UnsupportedLabelsError
from napari_label_index.index import (
    build_index,
    plan_delete,
    plan_keep_largest,
    plan_merge,
    plan_split,
    relabeled_in_order,
)
from strategies import INTEGER_DTYPES, label_images

SMALL = st.lists(st.integers(0, 3), min_size=48, max_size=48).map(
    lambda ids: np.reshape(ids, (3, 4, 4)).astype(np.int16)
)


def after(plan, image):
    edited = image.copy()
    plan.apply(edited)
    assert (edited != image).sum() == plan.n_voxels
    assert len(build_index(edited)) == plan.n_labels_after
    assert len(build_index(image)) == plan.n_labels_before
    return edited


def chosen_of(data, image):
    ids = sorted(set(image.ravel().tolist()) - {0})
    return data.draw(st.sets(st.sampled_from(ids))) if ids else set()


def parts_of(image, label):
    """Masks of the parts of a label, the largest first, then by their first voxel."""
    found, n_parts = ndimage.label(image == label)
    masks = [found == part for part in range(1, n_parts + 1)]
    return sorted(masks, key=lambda mask: (-mask.sum(), np.flatnonzero(mask)[0]))


@given(SMALL, st.data())
def test_deleted_labels_are_background(image, data):
    chosen = chosen_of(data, image)
    found = after(plan_delete(build_index(image), chosen), image)
    np.testing.assert_array_equal(
        found, np.where(np.isin(image, list(chosen)), 0, image)
    )


@given(SMALL, st.data())
def test_merged_labels_are_the_largest_of_them_or_the_one_named(image, data):
    chosen = chosen_of(data, image)
    if not chosen:
        return
    index = build_index(image)
    named = data.draw(st.none() | st.sampled_from(sorted(chosen)))
    into = named
    if named is None:
        into = max(sorted(chosen), key=lambda label: (image == label).sum())
    expected = np.where(np.isin(image, list(chosen)), into, image)
    np.testing.assert_array_equal(
        after(plan_merge(index, chosen, named), image), expected
    )


@given(SMALL, st.data())
def test_parts_of_a_split_label_get_new_ids(image, data):
    chosen = chosen_of(data, image)
    expected, new_id = image.copy(), image.max()
    for label in sorted(chosen):
        for mask in parts_of(image, label)[1:]:
            new_id += 1
            expected[mask] = new_id
    if not image.any():
        return
    found = after(plan_split(build_index(image), chosen), image)
    np.testing.assert_array_equal(found, expected)


@given(SMALL, st.data())
def test_the_largest_part_is_kept(image, data):
    chosen = chosen_of(data, image)
    expected = image.copy()
    for label in chosen:
        for mask in parts_of(image, label)[1:]:
            expected[mask] = 0
    found = after(plan_keep_largest(build_index(image), chosen), image)
    np.testing.assert_array_equal(found, expected)


@given(label_images(INTEGER_DTYPES))
def test_ids_in_order_have_no_gaps(image):
    found = relabeled_in_order(build_index(image))
    foreground = sorted({int(label) for label in np.unique(image)} - {0})
    expected = np.zeros(image.shape, int)
    for number, label in enumerate(foreground, start=1):
        expected[image == label] = number
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.min_scalar_type(len(foreground))


def test_a_type_without_ids_left_is_told():
    image = np.array([[255, 0, 255]], np.uint8)
    with pytest.raises(UnsupportedLabelsError, match="up to 256, and uint8 ends"):
        plan_split(build_index(image), [255])


def test_a_label_that_is_not_there_is_named():
    index = build_index(np.array([[1, 2]]))
    with pytest.raises(UnknownLabelError, match="7"):
        plan_delete(index, [1, 7])


def test_of_no_labels_nothing_moves():
    for image in (np.array([[1, 0, 1]]), np.zeros((1, 3), int)):
        index = build_index(image)
        for plan in (plan_delete, plan_merge, plan_split, plan_keep_largest):
            found = plan(index, [])
            assert found.moves == ()
            assert found.n_labels_before == found.n_labels_after == len(index)
