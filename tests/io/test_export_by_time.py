"""Exports of labels at times: files hold true labels, and are verified as such."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from napari_label_index import open_index
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import (
    VolumeHint,
    as_python_call,
    export,
    save_index,
    verify_export,
)

FILM = np.zeros((4, 5, 6), np.uint16)
FILM[0, 0, :3] = FILM[2, 3, 1:4] = FILM[3, 3, 1] = 300
FILM[:, 1, 4:] = 2
FILM[1, 4, 0] = 7
AXES = ("t", "y", "x")
KINDS = [
    ("coords", ".csv"),
    ("coords", ".parquet"),
    ("coords", ".npz"),
    ("runs", ".csv"),
    ("table", ".csv"),
    ("table", ".parquet"),
    ("mask", ".tif"),
    ("label_image", ".tif"),
    ("rois", ".zip"),
]


@pytest.fixture
def by_time():
    return build_index(LabelImage(FILM, axes=AXES)).by_time()


def lines(path):
    with path.open() as opened:
        return list(csv.reader(opened))


@pytest.mark.parametrize("query", ["", "300 and t >= 2", "t = 1"])
@pytest.mark.parametrize(("what", "ending"), KINDS)
def test_every_kind_agrees_with_the_volume_and_no_other(
    by_time, tmp_path, what, ending, query
):
    keys = by_time.select(query) if query else None
    path = export(by_time, keys, tmp_path / f"film{ending}", what)
    assert verify_export(path, LabelImage(FILM, axes=AXES)).ok
    assert verify_export(path, FILM).ok, "the manifest has the axes"
    other = FILM.copy()
    other[1, 1, 4], other[2, 3, 3] = 0, 0
    report = verify_export(path, other)
    assert not report.ok
    assert "label" in report.differences[0] or "voxel" in report.differences[0]


def test_coordinates_have_the_true_label_and_its_times_alone(by_time, tmp_path):
    keys = by_time.select("300 and t >= 2")
    path = export(by_time, keys, tmp_path / "film.csv", "coords")
    header, *rows = lines(path)
    assert header == ["label", "t", "y", "x"]
    assert [list(map(int, row)) for row in rows] == [
        [300, 2, 3, 1], [300, 2, 3, 2], [300, 2, 3, 3], [300, 3, 3, 1],
    ]  # fmt: skip
    page = json.loads((tmp_path / "film.csv.manifest.json").read_text())
    assert page["selection"]["labels"] == [300]
    assert page["selection"]["times"] == {"300": "2-3"}
    assert page["counts"] == {"labels": 1, "voxels": 4, "rows": 4}


def test_a_table_has_label_and_time_whatever_columns_are_asked_for(by_time, tmp_path):
    path = export(
        by_time, None, tmp_path / "film.csv", "table", columns=["label", "num_pixels"]
    )
    header, *rows = lines(path)
    assert header == ["label", "t", "num_pixels"]
    assert rows[:4] == [["2", str(t), "2"] for t in range(4)]
    assert rows[4:] == [
        ["7", "1", "1"], ["300", "0", "3"], ["300", "2", "3"], ["300", "3", "1"],
    ]  # fmt: skip
    assert verify_export(path, FILM).n_labels == 3
    (tmp_path / "film.csv.manifest.json").unlink()
    assert verify_export(path, LabelImage(FILM, axes=AXES)).ok
    path.write_text(path.read_text().replace("300,2,3", "300,1,3"))
    report = verify_export(path, LabelImage(FILM, axes=AXES))
    assert report.differences == ("line 7: label 300 is not there at t=1",)


def test_a_label_image_of_some_times_has_true_labels_there(by_time, tmp_path):
    import tifffile

    keys = by_time.select("t = 2")
    path = export(by_time, keys, tmp_path / "film.tif", "label_image")
    written = tifffile.imread(path)
    assert written.dtype == FILM.dtype
    expected = np.zeros_like(FILM)
    expected[2] = FILM[2]
    np.testing.assert_array_equal(written, expected)


def test_a_folder_has_a_file_for_each_label(by_time, tmp_path):
    keys = by_time.select("t <= 1")
    folder = export(by_time, keys, tmp_path / "film", "coords", per_label=".csv")
    names = sorted(path.name for path in folder.glob("label_*"))
    assert names == ["label_2.csv", "label_300.csv", "label_7.csv"]
    assert verify_export(folder, FILM).ok


@pytest.mark.parametrize("times", [{"300": "x"}, {"300": 3}, ["300"], {"300": ""}])
def test_times_that_make_no_sense_are_no_agreement(by_time, tmp_path, times):
    path = export(by_time, by_time.labels[:2], tmp_path / "film.csv", "coords")
    manifest = tmp_path / "film.csv.manifest.json"
    page = json.loads(manifest.read_text())
    page["selection"]["times"] = times
    manifest.write_text(json.dumps(page))
    report = verify_export(path, FILM)
    assert report.differences == ("its manifest does not say which times it has",)


def test_what_is_saved_is_the_index_by_label(by_time, tmp_path):
    path = save_index(by_time, tmp_path / "film.parquet")
    opened = open_index(path)
    assert opened.labels.tolist() == [2, 7, 300]
    np.testing.assert_array_equal(opened.to_label_image(), FILM)
    assert VolumeHint.of(by_time) == VolumeHint.of(opened)


def test_the_python_of_an_export_by_time_does_it_again(by_time, tmp_path):
    keys = by_time.select("300 and t >= 2")
    path = tmp_path / "again.csv"
    text = as_python_call(keys.tolist(), path, "coords", like=by_time)
    exec(text, {"label_image": FILM})
    assert len(lines(path)) == 5
