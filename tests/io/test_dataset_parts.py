"""Whatever is asked of a dataset is answered part by part: exact, and in its files."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets import beside_memory
from napari_label_index import build_index, build_index_dataset, open_index
from napari_label_index.index import LabelImage
from napari_label_index.index._edited_runs import EditedRuns
from napari_label_index.io import (
    export,
    export_coords,
    export_table,
    save_index,
    verify_export,
)
from napari_label_index.io.index_dataset import _stored_runs
from napari_label_index.io.index_dataset._stored_runs import StoredRuns
from runs_elsewhere import PART_RUNS, shrink

SHAPE = (6, 14, 20)
NO_ROWS = np.empty(0, np.int64)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Parts of a few runs, and no way to put all runs into memory."""
    shrink(monkeypatch)
    monkeypatch.setattr(_stored_runs, "PART_RUNS", PART_RUNS)
    monkeypatch.setattr(StoredRuns, "whole", _whole)


def _whole(self):
    raise AssertionError("all runs are put into memory")


def volume_with_holes(seed=0):
    rng = np.random.default_rng(seed)
    volume = np.kron(
        rng.integers(0, 9, [size // 2 for size in SHAPE]), np.ones((2, 2, 2))
    ).astype(np.int32)
    volume[rng.random(SHAPE) < 0.15] = 0
    volume[:5, :5, :5], volume[2, 2, 2] = 11, 12
    volume[5, 0, :] = 40_000
    return volume


@pytest.fixture(scope="module", params=[("z", "y", "x"), ("t", "y", "x")])
def both(request, tmp_path_factory):
    """An index in memory, and the dataset of the same volume."""
    folder = tmp_path_factory.mktemp("dataset") / "cells.labelindex"
    return beside_memory(volume_with_holes(), request.param, folder)


def test_every_column_is_that_of_the_index_in_memory(both):
    index, folder = both
    stored = open_index(folder)
    contacts = {"n_neighbours", "contact_area"}
    for name in index.columns.keys() - contacts:
        np.testing.assert_array_equal(
            stored.column(name), index.column(name), err_msg=name
        )


def test_the_volume_comes_back_whole_and_box_by_box(both):
    index, folder = both
    stored = open_index(folder)
    volume = index.to_label_image()
    np.testing.assert_array_equal(stored.to_label_image(), volume)
    box = (slice(1, 4), slice(3, 11), slice(0, 20))
    np.testing.assert_array_equal(stored.to_label_image(box), volume[box])
    np.testing.assert_array_equal(
        stored.mask(index.labels[::2]), index.mask(index.labels[::2])
    )


@pytest.mark.parametrize("max_voxels", [1, 33, 1 << 20])
def test_coordinates_come_in_the_same_blocks(both, max_voxels):
    index, folder = both
    stored = open_index(folder)
    for labels in (None, index.labels[::-1], index.labels[[3, 0]], index.labels[:0]):
        blocks = list(stored.iter_coords(labels, max_voxels))
        expected = list(index.iter_coords(labels, max_voxels))
        assert [len(block[0]) for block in blocks] == [len(e[0]) for e in expected]
        for block, same in zip(blocks, expected, strict=True):
            for ours, theirs in zip(block, same, strict=True):
                np.testing.assert_array_equal(ours, theirs)
                assert ours.dtype == theirs.dtype
    for ours, theirs in zip(stored.all_coords(), index.all_coords(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@given(st.data())
def test_labels_are_taken_in_any_order(both, data):
    index, folder = both
    rows = np.array(
        data.draw(st.lists(st.integers(0, len(index) - 1), unique=True)), np.int64
    )
    same_tables(open_index(folder).runs.take(rows), index.runs.take(rows))


@pytest.mark.parametrize("limit", [1, PART_RUNS, 1 << 30])
def test_parts_have_all_labels_in_order_and_few_runs(both, limit):
    index, folder = both
    parts = list(open_index(folder).runs.parts(limit))
    ends = np.cumsum([part.n_labels for _, part in parts])
    assert [begin for begin, _ in parts] == [0, *ends[:-1]]
    assert ends[-1] == len(index)
    assert all(part.n_runs <= limit or part.n_labels == 1 for _, part in parts)
    assert sum(part.n_runs for _, part in parts) == index.n_runs


def test_a_dataset_without_labels_has_columns_and_no_part(tmp_path):
    build_index_dataset(np.zeros((3, 4, 5), np.uint8), tmp_path / "none")
    stored = open_index(tmp_path / "none")
    assert all(stored.column(name).size == 0 for name in ("n_components", "n_holes"))
    assert not stored.to_label_image().any()
    assert list(stored.iter_coords()) == []


def test_an_edited_dataset_stays_in_its_files(both):
    index, folder = both
    volume = index.to_label_image()
    edited, now = open_index(folder), volume.copy()
    rng = np.random.default_rng(1)
    for _ in range(4):  # an edit of an edit, with labels that are new and others gone
        low = rng.integers(0, [size - 4 for size in SHAPE])
        box = tuple(slice(at, at + 4) for at in low.tolist())
        now[box] = rng.integers(0, 3, (4, 4, 4)) * rng.integers(1, 60)
        edited = edited.update(now, box)
    assert isinstance(edited.runs, EditedRuns)
    assert edited.runs.is_in_files
    expected = build_index(LabelImage(now, index.axes, index.spacing))
    np.testing.assert_array_equal(edited.labels, expected.labels)
    for name in ("num_pixels", "n_components", "n_holes", "axis_major_length"):
        np.testing.assert_array_equal(edited.column(name), expected.column(name))
    np.testing.assert_array_equal(edited.to_label_image(), now)
    rows = rng.permutation(len(expected))
    same_tables(edited.runs.take(rows), expected.runs.take(rows))


def same_tables(ours, theirs):
    for name in ("labels", "offsets", "starts", "lengths"):
        one, other = getattr(ours, name), getattr(theirs, name)
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype


def assert_same_neighbours(stored, index):
    for label in index.labels.tolist():
        labels, faces = stored.neighbours(label)
        expected_labels, expected_faces = index.neighbours(label)
        np.testing.assert_array_equal(labels, expected_labels)
        np.testing.assert_array_equal(faces, expected_faces)


def test_neighbours_of_one_label_are_read_without_those_of_others(both):
    index, folder = both
    stored = open_index(folder)
    assert_same_neighbours(stored, index)
    assert "_all" not in vars(stored.contacts())


def test_after_an_edit_neighbours_are_found_among_the_labels_around(both):
    index, folder = both
    volume = index.to_label_image()
    box = (slice(1, 4), slice(2, 9), slice(3, 11))
    volume[box] = index.labels[2]
    edited = open_index(folder).update(volume, box)
    assert_same_neighbours(edited, index.update(volume, box))
    assert "contacts" not in edited._computed


def test_exports_of_a_dataset_are_those_of_the_index_in_memory(both, tmp_path):
    index, folder = both
    stored = open_index(folder)
    for write, labels in ((export_coords, None), (export_table, index.labels[2:5])):
        one, other = tmp_path / "one.csv", tmp_path / "other.csv"
        write(index, labels=labels, path=one)
        write(stored, labels=labels, path=other)
        assert one.read_bytes() == other.read_bytes()
    runs = tmp_path / "runs.csv"
    export(stored, None, runs, "runs")
    export_coords(stored, None, one)
    for path in (one, other, runs):
        assert verify_export(path, stored).ok


def test_a_dataset_is_saved_as_the_file_of_the_index_in_memory(both, tmp_path):
    index, folder = both
    one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
    save_index(index, one)
    save_index(open_index(folder), other)
    assert one.read_bytes() == other.read_bytes()


def test_it_is_known_beforehand_how_many_groups_would_be_read(both, monkeypatch):
    index, folder = both
    runs = open_index(folder).runs
    monkeypatch.setitem(
        runs._files.__dict__, "group_edges", np.arange(0, index.n_runs + 5, 5)
    )
    offsets = index.runs.offsets
    for rows in (np.arange(len(index)), np.array([3]), np.array([7, 2, 9]), NO_ROWS):
        met = [np.arange(*offsets[row : row + 2]) // 5 for row in rows.tolist()]
        assert runs.n_reads(rows) == np.unique(np.concatenate([NO_ROWS, *met])).size
    assert index.runs.n_reads(np.array([3])) == 0
