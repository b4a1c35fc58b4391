"""Real label volumes, made by other people's software."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from scipy import ndimage

from napari_label_index.index import build_index


@pytest.mark.parametrize(
    "name",
    [
        "stardist_mask3d.tif",
        "cells3d_nuclei_label.tif",
        "cremi_labels.tif",
        "snemi_fragments.tif",
        "hela_tyx.tif",
        "connectomics_32nm.tif",
        "mobie_two_objects_float_labels.tif",
    ],
)
def test_a_real_volume_has_the_ids_counts_and_boxes_that_numpy_and_scipy_find(
    shared_data, name, campaign
):
    volume = tifffile.imread(shared_data / name)
    with campaign("C3", "real volumes: ids, counts, boxes, voxels") as count:
        count.case()
        assert_found_by_others(build_index(volume), volume)


def assert_found_by_others(index, volume):
    ids, inverse, counts = np.unique(volume, return_inverse=True, return_counts=True)
    keep = ids != 0
    np.testing.assert_array_equal(index.labels, ids[keep])
    np.testing.assert_array_equal(index.voxel_counts, counts[keep])
    boxes = ndimage.find_objects(inverse.reshape(volume.shape) + 1)
    expected = [box for box, kept in zip(boxes, keep, strict=True) if kept]
    assert [index.bbox(label) for label in index] == expected
    np.testing.assert_array_equal(index.to_label_image(), volume)
    for label in list(index)[:: max(1, len(index) // 20)]:
        np.testing.assert_array_equal(index.coords(label), np.argwhere(volume == label))


def test_a_big_endian_float_map_is_read_like_any_other(shared_data):
    mapped = tifffile.memmap(shared_data / "mobie_two_objects_float_labels.tif")
    assert mapped.dtype == np.dtype(">f4")
    index = build_index(mapped)
    assert len(index) == 2
    np.testing.assert_array_equal(index.to_label_image(), np.array(mapped))
