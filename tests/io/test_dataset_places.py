"""Boxes and centroids of a dataset: of a few labels, of all, and of damaged files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import datasets
from datasets import beside_memory
from napari_label_index import open_index
from napari_label_index.errors import Cancelled, CorruptIndexError
from napari_label_index.index import compute_columns
from napari_label_index.io.index_dataset import _stored_places
from napari_label_index.io.index_dataset._read_columns import read_part_rows

OF_PLACES = ("bbox-0", "bbox-5", "centroid-1", "area_bbox", "extent", "touches_border")


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """An index in memory, and its dataset of partitions with some row groups each."""
    volume = np.random.default_rng(0).integers(0, 90, (5, 8, 11)).astype(np.uint8)
    with pytest.MonkeyPatch.context() as patch:
        datasets.shrink(patch, 5)
        folder = tmp_path_factory.mktemp("places") / "cells.labelindex"
        return beside_memory(volume, ("z", "y", "x"), folder)


@pytest.fixture(scope="module", autouse=True)
def small_groups():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_stored_places, "GROUP_ROWS", 15)
        yield


@pytest.fixture
def reads(monkeypatch):
    """Which rows of which partition are read for boxes of a few labels."""
    told = []

    def read(root, manifest, folder, number, first, stop):
        told.append((number, first, stop))
        return read_part_rows(root, manifest, folder, number, first, stop)

    monkeypatch.setattr(_stored_places, "read_part_rows", read)
    return told


def test_a_dataset_opens_without_its_places(both):
    index, folder = both
    stored = open_index(folder)
    assert index.has_places
    assert all(map(index.knows, OF_PLACES))
    assert not stored.has_places
    assert not any(map(stored.knows, OF_PLACES))
    assert stored.knows("num_pixels")
    compute_columns(stored, ["extent"], None)
    assert stored.has_places
    assert all(map(stored.knows, OF_PLACES))
    for name in OF_PLACES:
        np.testing.assert_array_equal(stored.column(name), index.column(name))


@given(data=st.data())
def test_boxes_of_any_rows_in_any_order_are_those_of_the_index(both, data):
    index, folder = both
    rows = np.array(
        data.draw(st.lists(st.integers(0, len(index) - 1), max_size=6)), np.int64
    )
    stored = open_index(folder)
    np.testing.assert_array_equal(stored.boxes_of(rows), index.bboxes[rows])
    assert stored.boxes_of(rows).dtype == np.int64
    _ = stored.centroids
    np.testing.assert_array_equal(stored.boxes_of(rows), index.bboxes[rows])


def test_of_a_few_labels_no_others_are_read(both, reads):
    index, folder = both
    stored = open_index(folder)
    label = int(index.labels[20])
    assert stored.bbox(label) == index.bbox(label)
    assert len(reads) == 1
    near = index.labels[[18, 21, 19]]
    assert stored.union_bbox(near) == index.union_bbox(near)
    assert len(reads) <= 3
    assert all(stop - first < 5 for _, first, stop in reads)
    assert not stored.has_places
    reads.clear()
    everywhere = index.labels[::10]
    assert stored.union_bbox(everywhere) == index.union_bbox(everywhere)
    assert not reads, "so many are read with all"
    assert stored.has_places


def test_a_cancel_is_heard_and_nothing_is_kept(both):
    index, folder = both
    stored = open_index(folder)
    with pytest.raises(Cancelled):
        compute_columns(stored, ["area_bbox"], lambda: True)
    assert not stored.has_places
    np.testing.assert_array_equal(stored.bboxes, index.bboxes)


def test_threads_that_ask_at_once_get_the_same_arrays(both):
    _, folder = both
    stored = open_index(folder)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: stored.bboxes, range(8)))
    assert all(boxes is found[0] for boxes in found)


def test_damage_is_told_whoever_asks(both, tmp_path):
    _, folder = both
    stored = open_index(folder)
    (path, *_) = sorted((folder / "places").iterdir())
    content = path.read_bytes()
    try:
        path.write_bytes(content[:100] + b"damage" + content[106:])
        for ask in (lambda: stored.bboxes, lambda: stored.bbox(int(stored.labels[0]))):
            with pytest.raises(CorruptIndexError, match="places"):
                ask()
        path.write_bytes(content)
        assert stored.bboxes.shape == (len(stored), 6)
    finally:
        path.write_bytes(content)
