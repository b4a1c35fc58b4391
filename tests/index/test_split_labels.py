"""Each connected part as a label of its own, against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from napari_label_index.errors import Cancelled
from napari_label_index.index import (
    LabelImage,
    build_index,
    relabeled_image,
    split_labels,
)

volumes = hnp.arrays(
    np.int16,
    hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=9),
    elements=st.sampled_from([-3, 0, 0, 5, 300]),
    fill=st.nothing(),
)


@given(volumes, st.integers(1, 3))
def test_parts_are_numbered_label_by_label_in_the_order_of_their_first_voxels(
    volume, connectivity
):
    near = ndimage.generate_binary_structure(volume.ndim, connectivity)
    expected = np.zeros(volume.shape, np.int64)
    owners = []
    for row, label in enumerate(np.unique(volume[volume != 0])):
        parts, n_parts = ndimage.label(volume == label, near)
        expected[parts > 0] = parts[parts > 0] + len(owners)
        owners += [row] * n_parts
    split, rows = split_labels(build_index(volume), connectivity)
    np.testing.assert_array_equal(split.to_label_image(), expected)
    assert rows.tolist() == owners
    assert split.voxel_counts.tolist() == np.bincount(expected.ravel())[1:].tolist()


def test_times_are_kept_apart_and_what_is_known_of_the_volume_stays():
    volume = np.ones((3, 2, 2), np.uint8)
    image = LabelImage(volume, ("t", "y", "x"), (1, 2, 3), (4, 5, 6), "um", "a.tif")
    index = build_index(image)
    split, _ = split_labels(index)
    assert split.labels.tolist() == [1, 2, 3]
    for name in ("axes", "spacing", "origin", "unit", "source", "shape"):
        assert getattr(split, name) == getattr(index, name)


def test_a_split_can_be_cancelled():
    with pytest.raises(Cancelled):
        split_labels(build_index(np.eye(50, dtype=np.uint8)), cancel=lambda: True)


@given(volumes, st.lists(st.sampled_from([0, 1, 7, 2**40]), min_size=4, max_size=4))
def test_an_image_can_be_drawn_with_other_ids(volume, ids):
    index = build_index(volume)
    new = np.array(ids[: len(index)], np.int64)
    expected = np.zeros(volume.shape, np.int64)
    for label, replacement in zip(index.labels, new, strict=True):
        expected[volume == label] = replacement
    np.testing.assert_array_equal(relabeled_image(index, new).data, expected)
