"""The 22 edge cases, from index to file and back: right, or refused by our errors."""

from __future__ import annotations

import numpy as np
import pytest

import oracle
from edge_cases import EDGE_CASES, NO_LABELS
from napari_label_index.errors import LabelIndexError
from napari_label_index.index import build_index
from napari_label_index.io import (
    FORMATS,
    export,
    open_index,
    restore_label_image,
    save_index,
    verify_export,
)


@pytest.mark.parametrize("name", EDGE_CASES)
def test_an_edge_case_is_right_from_index_to_file_or_is_refused(
    name, tmp_path, campaign
):
    image = EDGE_CASES[name]()
    before = image.copy()
    with campaign("C4", "edge cases: index, coordinates, exports, index file") as count:
        count.case()
        if name in NO_LABELS:
            with pytest.raises(LabelIndexError, match=r"must (have|hold)"):
                build_index(image)
        else:
            assert_right(image, tmp_path)
    np.testing.assert_array_equal(image, before)
    assert image.dtype == before.dtype


def assert_right(image, folder):
    index = build_index(image)
    assert_index_is(index, image)
    saved = save_index(index, folder / "a.labelindex.parquet")
    opened = open_index(saved)
    assert_index_is(opened, image)
    restored = restore_label_image(opened, folder / "restored.npy")
    np.testing.assert_array_equal(np.load(restored), image)
    for ending in FORMATS["coords"].endings:
        path = export(opened, None, folder / f"coords{ending}", "coords")
        assert verify_export(path, image).ok
    found = np.load(folder / "coords.npz")
    assert found["labels"].tolist() == oracle.labels_of(image)
    if image.size and np.any(image):
        for what in ("runs", "table", "label_image", "mask"):
            path = folder / f"{what}{FORMATS[what].endings[0]}"
            assert verify_export(export(opened, None, path, what), image).ok


def assert_index_is(index, image):
    assert list(index) == oracle.labels_of(image)
    for row, label in enumerate(index):
        np.testing.assert_array_equal(index.coords(label), oracle.coords(image, label))
        np.testing.assert_array_equal(index.bboxes[row], oracle.bbox(image, label))
        assert index.voxel_counts[row] == len(oracle.coords(image, label))
    np.testing.assert_array_equal(index.to_label_image(), image)
