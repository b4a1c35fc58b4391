"""Rows for each label and time: by hand, in queries, and where there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import tifffile

from datasets import beside_memory
from films import assert_same_rows, pairs_of
from napari_label_index import errors, open_index
from napari_label_index.index import (
    LabelImage,
    build_index,
    plan_delete,
    plan_merge,
    plan_split,
)
from napari_label_index.index._time_keys import TimeKeys

# 1 is there at 0 and 2, beside 2 at 0 alone; 7 at 1
FILM = np.zeros((3, 3, 5), np.uint8)
FILM[0, 0, :2] = FILM[2, 1, :2] = 1
FILM[:, 0, 2:4] = 2
FILM[1, 2, 4] = 7


@pytest.fixture
def film():
    return build_index(LabelImage(FILM, axes=("t", "y", "x")))


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("1", [(1, 0), (1, 2)]),
        ("1-6", [(1, 0), (1, 2), (2, 0), (2, 1), (2, 2)]),
        ("label == 1 and t == 2", [(1, 2)]),
        ("t = 1", [(2, 1), (7, 1)]),
        ("t between 1 and 2 and not 2", [(1, 2), (7, 1)]),
        ("touches 1", [(2, 0)]),
        ("touches 2", [(1, 0)]),
        ("touches 7", []),
        ('in "some"', [(2, 0), (2, 1), (2, 2), (7, 1)]),
        ("label sort by -t", [(1, 2), (2, 2), (2, 1), (7, 1), (1, 0), (2, 0)]),
    ],
)
def test_a_query_means_labels_and_times(film, query, pairs):
    by_time = film.by_time()
    query = query.replace("label sort", "label > 0 sort")
    found = by_time.select(query, sets={"some": [2, 7, 999]})
    assert pairs_of(by_time, found) == pairs


def test_a_table_says_label_and_time(film):
    table = film.by_time().table()
    assert list(table)[:3] == ["label", "t", "num_pixels"]
    assert table["label"].tolist() == [1, 1, 2, 2, 2, 7]
    assert table["t"].tolist() == [0, 2, 0, 1, 2, 1]
    assert "t" not in film.columns
    assert "t_first" not in film.by_time().columns
    assert "t_first" not in build_index(FILM).columns


def test_a_query_for_a_track_among_rows_by_time_is_told_why_there_is_none(film):
    with pytest.raises(errors.UnknownColumnError, match="rows are labels at a time"):
        film.by_time().select("n_times > 2")
    assert film.select("n_times > 2").tolist() == [2]


def test_rows_are_found_by_label_and_called_by_label_and_time(film):
    by_time = film.by_time()
    keys = by_time.keys_of([7, 1, 999])
    assert pairs_of(by_time, keys) == [(1, 0), (1, 2), (7, 1)]
    assert [by_time.name_of(int(key)) for key in keys] == [
        "1 at t=0", "1 at t=2", "7 at t=1",
    ]  # fmt: skip
    assert film.name_of(7) == "7"
    assert film.keys_of([7, 999]).tolist() == [7]
    assert (len(by_time), by_time.n_ids, film.n_ids) == (6, 3, 3)
    assert "n_labels=3, by time: n_rows=6" in repr(by_time)


def test_rows_are_found_where_ids_recur_as_often_as_others_are_missing():
    """Five rows from 1 to 5, as without a gap; but 1 is there three times."""
    film = LabelImage(
        np.array([[[1, 3, 5]], [[1, 0, 0]], [[1, 0, 0]]]), ("t", "y", "x")
    )
    by_time = build_index(film).by_time()
    assert pairs_of(by_time, by_time.keys_of([3])) == [(3, 0)]
    assert pairs_of(by_time, by_time.keys_of([1, 5])) == [
        (1, 0), (1, 1), (1, 2), (5, 0),
    ]  # fmt: skip
    found = by_time.select("in few", sets={"few": [3, 4]})
    assert pairs_of(by_time, found) == [(3, 0)]
    assert by_time.distinct_ids.tolist() == [1, 3, 5]


def test_the_report_counts_labels_and_rows(film):
    report = film.by_time().report()
    assert (report["labels"], report["labels at a time"]) == (3, 6)
    assert report["ids missing from 1 to the largest"] == 4


def test_parts_of_a_row_are_labels(film):
    by_time = film.by_time()
    parts = by_time.parts(int(by_time.labels[0]))
    assert parts.labels.tolist() == parts.ids.tolist() == [1]


@pytest.mark.parametrize("axes", [("z", "y", "x"), ("y", "x", "t")])
def test_without_time_or_with_time_along_the_rows_there_are_none(axes):
    index = replace(build_index(FILM), axes=axes)
    with pytest.raises(errors.UnsupportedLabelsError, match="axis called t"):
        index.by_time()


def test_another_background_is_no_key():
    film = build_index(LabelImage(FILM, axes=("t", "y", "x")), background=1)
    by_time = film.by_time()
    assert by_time.background not in by_time
    assert by_time.label_at((0, 0, 0)) == by_time.background
    assert by_time.volume_background == 1
    np.testing.assert_array_equal(by_time.to_label_image(), FILM)
    edited = FILM.copy()
    edited[1, 1, 1:3] = 1
    edited[2, 2, 0] = 9
    box = (slice(1, 3), slice(0, 3), slice(0, 4))
    expected = build_index(LabelImage(edited, axes=("t", "y", "x")), background=1)
    assert_same_rows(by_time.update(edited, box), expected.by_time())


@pytest.mark.parametrize(
    ("dtype", "largest", "n_times"),
    [
        (np.uint8, 2**8 - 1, 10**6),
        (np.uint32, 2**32 - 1, 2**31),
        (np.uint64, 2**64 // 7 - 1, 7),
        (np.int64, -(2**63) // 7 + 1, 7),
        (np.int64, 2**63 // 7 - 1, 7),
    ],
)
def test_keys_tell_label_and_time_exactly_up_to_64_bits(dtype, largest, n_times):
    keys = TimeKeys(n_times, np.dtype(dtype))
    labels = np.array([1, largest, largest], dtype)
    times = np.array([n_times - 1, 0, n_times - 1])
    packed = keys.pack(labels, times)
    expected = [int(a) * n_times + int(b) for a, b in zip(labels, times, strict=True)]
    assert packed.tolist() == expected
    assert keys.labels_of(packed).tolist() == labels.tolist()
    assert keys.times_of(packed).tolist() == times.tolist()


@pytest.mark.parametrize(
    ("dtype", "label"),
    [(np.uint64, 2**64 - 1), (np.int64, -(2**63)), (np.int64, 2**62)],
)
def test_a_label_that_no_key_can_hold_is_told(dtype, label):
    film = FILM.astype(dtype)
    film[0, 0, 0] = label
    index = build_index(LabelImage(film, axes=("t", "y", "x")))
    with pytest.raises(
        errors.UnsupportedLabelsError, match=f"label {label} at 3 times"
    ):
        index.by_time()


@pytest.mark.parametrize("plan", [plan_delete, plan_merge, plan_split])
def test_edits_and_comparisons_are_of_whole_labels(film, plan):
    by_time = film.by_time()
    for refused in (
        lambda: plan(by_time, by_time.labels[:2]),
        lambda: by_time.compare(film),
        lambda: film.compare(by_time),
    ):
        with pytest.raises(errors.UnsupportedLabelsError, match="by_label"):
            refused()


def test_a_real_film_has_the_rows_that_each_of_its_pictures_has(shared_data):
    volume = tifffile.imread(shared_data / "hela_tyx.tif")
    index = build_index(LabelImage(volume, axes=("t", "y", "x")))
    by_time = index.by_time()
    assert np.shares_memory(by_time.runs.starts, index.runs.starts)
    n_rows = 0
    for time, picture in enumerate(volume):
        ids, counts = np.unique(picture[picture > 0], return_counts=True)
        rows = by_time.rows_of(by_time.select(f"t = {time}"))
        assert by_time.ids[rows].tolist() == ids.tolist()
        assert by_time.voxel_counts[rows].tolist() == counts.tolist()
        n_rows += len(ids)
    assert (len(index), len(by_time)) == (195, n_rows)
    times = by_time.times_of(by_time.keys_of([5]))
    assert index.column("n_times")[index.row_of(5)] == len(times)


def test_grouping_by_time_is_told_and_can_be_cancelled(tmp_path):
    data = np.random.default_rng(0).integers(0, 5, (4, 5, 6)).astype(np.uint8)
    index, folder = beside_memory(data, ("t", "y", "x"), tmp_path / "film.labelindex")
    for each in (index, open_index(folder)):
        told = [(0, 0)]
        tell = told.append
        rows = each.by_time(on_progress=lambda *step, tell=tell: tell(step))
        np.testing.assert_array_equal(rows.labels, index.by_time().labels)
        assert told[-1] == (index.n_runs, index.n_runs)
        with pytest.raises(errors.Cancelled):
            each.by_time(cancel=lambda: True)
