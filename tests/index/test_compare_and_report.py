"""Comparison with another label image, intensities, and the report."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.measure import regionprops_table

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index import _intensity, build_index


@st.composite
def two_images(draw):
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=4, max_side=7))
    ids = st.integers(0, 4)
    make = hnp.arrays(np.uint16, shape, elements=ids, fill=st.nothing())
    return draw(make), draw(make)


@given(two_images())
def test_overlaps_are_the_voxels_that_two_labels_share(images):
    image, reference = images
    comparison = build_index(image).compare(build_index(reference))
    found = {
        (int(comparison.labels[a]), int(comparison.reference_labels[b])): int(voxels)
        for a, b, voxels in zip(
            comparison.first, comparison.second, comparison.voxels, strict=True
        )
    }
    expected = {}
    for pair in zip(image.ravel().tolist(), reference.ravel().tolist(), strict=True):
        if 0 not in pair:
            expected[pair] = expected.get(pair, 0) + 1
    assert found == expected
    for (a, b), iou in zip(found, comparison.iou, strict=True):
        both, either = (image == a) & (reference == b), (image == a) | (reference == b)
        assert iou == pytest.approx(both.sum() / either.sum())


def test_every_label_is_a_match_a_split_a_merge_or_missing():
    image = np.array([[1, 1, 1, 1, 0, 3, 3, 4, 4, 0, 6, 6, 6, 6, 6]])
    other = np.array([[7, 7, 7, 0, 0, 8, 8, 8, 8, 0, 9, 9, 5, 5, 0]])
    table = build_index(image).compare(build_index(other)).table()
    statuses = dict(zip(table["label"].tolist(), table["status"], strict=True))
    assert statuses == {1: "match", 3: "split", 4: "split", 6: "merge"}
    assert table["partner"].tolist() == [7, 8, 8, 5]
    assert table["shared"].tolist() == [3, 2, 2, 2]
    backward = build_index(other).compare(build_index(image)).table()
    assert backward["status"].tolist() == ["split", "match", "merge", "split"]


def test_a_label_where_the_other_image_is_empty_is_missing():
    image = np.array([[1, 1, 0, 2]])
    table = build_index(image).compare(build_index(image * (image == 1))).table()
    assert table["status"].tolist() == ["match", "missing"]
    assert table["partner"].tolist() == [1, 0]
    empty = build_index(image * 0)
    assert build_index(image).compare(empty).table()["status"].tolist() == [
        "missing",
        "missing",
    ]
    assert empty.compare(build_index(image)).table()["status"].tolist() == []


def test_volumes_of_two_shapes_cannot_be_compared():
    with pytest.raises(UnsupportedLabelsError, match=r"\(2, 2\) and \(2, 3\)"):
        build_index(np.ones((2, 2), int)).compare(build_index(np.ones((2, 3), int)))


@pytest.mark.parametrize("dtype", [np.uint8, ">i2", "e", np.float32, bool])
@pytest.mark.parametrize("block_voxels", [1, 2**24])
def test_intensities_are_those_of_scikit_image(dtype, block_voxels, monkeypatch):
    monkeypatch.setattr(_intensity, "_BLOCK_VOXELS", block_voxels)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 6, (7, 8, 9))
    image = (rng.random(labels.shape) * 200).astype(dtype)
    names = ("intensity_mean", "intensity_min", "intensity_max")
    expected = regionprops_table(
        labels, image.astype(image.dtype.newbyteorder("=")), properties=names
    )
    found = build_index(labels).intensities(image)
    for name in names:
        np.testing.assert_allclose(
            found[name], expected[name], rtol=2e-3 if dtype == "e" else 1e-6
        )
    first = labels == 1
    assert found["intensity_sum"][0] == pytest.approx(image[first].sum(dtype=float))


def test_a_label_over_a_nan_has_no_intensity():
    labels, image = np.array([[1, 1, 2]]), np.array([[np.nan, 1.0, 3.0]])
    found = build_index(labels).intensities(image)
    assert np.isnan(found["intensity_mean"]).tolist() == [True, False]
    assert found["intensity_sum"][1] == 3.0


@pytest.mark.parametrize("image", [np.ones((3, 3)), np.ones((2, 2), complex)])
def test_an_image_that_does_not_fit_is_refused(image):
    with pytest.raises(UnsupportedLabelsError, match="intensities must hold numbers"):
        build_index(np.ones((2, 2), int)).intensities(image)


def test_missing_ids_are_listed_as_gaps_however_wide():
    image = np.array([[2, 3, 7, 2**63 + 5]], np.uint64)
    assert build_index(image).missing_ids() == [(1, 1), (4, 6), (8, 2**63 + 4)]
    assert build_index(np.array([[-5, -3, 1, 2]])).missing_ids() == []
    assert build_index(np.zeros((2, 2), int)).missing_ids() == []


def test_the_report_counts_every_kind_of_fault_that_was_planted():
    image = np.zeros((9, 12, 40), np.int32)
    image[2:5, 2:5, 2:5] = 1
    image[3, 3, 3] = 0  # a hole
    image[2:4, 2:4, 8:10], image[6:8, 6:8, 8:10] = 2, 2  # two parts
    image[2, 2, 14] = 3  # a speck
    image[0:2, 5:7, 18:20] = 5  # at the border; 4 is missing
    image[4:6, 4:6, 24:26], image[4:6, 4:6, 26:28] = 6, 7  # side by side
    image[3:5, 3:5, 32:34], image[5, 5, 34] = 8, 8  # two parts that meet at a corner
    report = build_index(image).report()
    assert report == {
        "labels": 7,
        "voxels": int((image != 0).sum()),
        "in several parts": 2,
        "of one voxel": 1,
        "with a part of one voxel": 1,
        "at the border": 1,
        "with holes": 1,
        "touching others": 2,
        "negative ids": 0,
        "ids missing from 1 to the largest": 1,
        "in parts that meet at edges or corners": 1,
    }
