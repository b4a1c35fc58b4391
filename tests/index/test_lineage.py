"""Which labels an edit changed is known, and they alone are measured again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.errors import UnreadableImageError
from napari_label_index.index import (
    build_index,
    changed_box,
    labels_changed,
    measure_changed,
)
from strategies import INTEGER_DTYPES, label_images

# Sums of these depend on their order.


def labels_that_differ(before, after):
    """By a look at every voxel of every label."""
    ids = np.union1d(before, after).tolist()
    return [x for x in ids if x and not np.array_equal(before == x, after == x)]


@st.composite
def edits(draw, image):
    """A box of a volume, and the label that it is given."""
    box = tuple(
        slice(*sorted(draw(st.tuples(st.integers(0, n), st.integers(0, n)))))
        for n in image.shape
    )
    return box, draw(st.sampled_from([0, 1, *np.unique(image).tolist()]))


def uneven(shape, seed):
    """Numbers of all sizes, whose sums show the order that they were added in."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=shape) * 10.0 ** rng.uniform(-9, 9, shape)).astype("f4")


@given(label_images(INTEGER_DTYPES, max_dims=4), st.data())
def test_after_edits_the_labels_that_changed_are_measured_and_to_the_last_bit(
    image, data
):
    volume = np.array(image)
    intensity = uneven(volume.shape, data.draw(st.integers(0, 2**32 - 1)))
    index = first = build_index(volume)
    before = (first.labels, first.intensities(intensity))
    for _ in range(data.draw(st.integers(0, 3))):
        box, label = data.draw(edits(volume))
        volume[box] = label
        index = index.update(volume, box)
    changed = labels_changed(first, index)
    assert set(labels_that_differ(image, volume)) <= set(changed.tolist())
    found = measure_changed(index, intensity, before, changed)
    for name, wanted in build_index(volume).intensities(intensity).items():
        np.testing.assert_array_equal(found[name], wanted, err_msg=name)


@given(label_images(INTEGER_DTYPES, max_dims=4), st.data())
def test_one_edit_changes_the_labels_that_differ_and_no_others(image, data):
    volume = np.array(image)
    before = build_index(volume)
    box, label = data.draw(edits(volume))
    volume[box] = label
    after = before.update(volume, box)
    changed = labels_changed(before, after)
    assert changed.tolist() == labels_that_differ(image, volume)


def test_only_the_box_of_what_changed_is_read():
    volume = np.ones((40, 30, 20), np.uint8)  # a label that every box meets
    volume[3:6, 4:7, 5:9], volume[30:33, 4:7, 5:9] = 2, 3
    keys = []

    class Watched:
        shape, dtype = volume.shape, np.dtype(np.float64)

        def __getitem__(self, key):
            keys.append(key)
            return np.ones(volume.shape)[key]

    first = build_index(volume)
    before = (first.labels, first.intensities(Watched()))
    keys.clear()
    volume[3:6, 4:7, 5:7] = 4  # half of label 2
    after = first.update(volume, (slice(3, 6), slice(4, 7), slice(5, 7)))
    changed = labels_changed(first, after)
    assert changed.tolist() == [2, 4]
    found = measure_changed(after, Watched(), before, changed)
    assert keys == [(slice(3, 6), slice(4, 7), slice(5, 9))]
    assert found["intensity_sum"].tolist() == after.voxel_counts.tolist()


def test_nothing_is_known_of_an_index_that_did_not_follow():
    volume = np.ones((4, 4), np.int32)
    index = build_index(volume)
    assert labels_changed(index, build_index(volume)) is None
    edited = index.update(volume, (slice(0, 1), slice(0, 1)))
    assert labels_changed(index, edited).tolist() == []
    assert labels_changed(edited, index) is None
    assert changed_box(index, np.array([7], np.int32)) is None


def test_an_image_that_cannot_be_read_names_the_block():
    class Broken:
        shape, dtype = (2, 3), np.dtype(float)

        def __getitem__(self, key):
            raise RuntimeError("the checksum is wrong")

    with pytest.raises(UnreadableImageError, match=r"\[0:2, 0:3\].*checksum"):
        build_index(np.ones((2, 3), int)).intensities(Broken())
