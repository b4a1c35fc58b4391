"""`--by-time`: each label at each time for itself, on the command line."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import tifffile

from napari_label_index import cli
from napari_label_index.index import build_index
from napari_label_index.io import LabelSet, VolumeHint, save_sets, verify_export

# 1 is there at 0 and 2, and touches 2 at 0; 7 at 1
FILM = np.zeros((3, 4, 6), np.uint16)
FILM[0, 0, :2] = FILM[2, 2, :2] = 1
FILM[:, 0, 2:4] = 2
FILM[1, 3, 4] = 7


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "film.tif"
    tifffile.imwrite(path, FILM, photometric="minisblack")
    return path


def run(capsys, *call):
    assert cli.main([*map(str, call), "--axes", "t,y,x"]) == 0
    return capsys.readouterr().out


def rows_of(text):
    return list(csv.reader(text.splitlines()))


def test_select_prints_label_and_time(film, capsys):
    out = run(capsys, "select", film, "1 or t = 1", "--by-time")
    assert out == "1\t0\n1\t2\n2\t1\n7\t1\n"
    assert run(capsys, "select", film, "n_missing_times > 0") == "1\n"


def test_a_set_and_touches_mean_labels(film, capsys, tmp_path):
    sets = tmp_path / "sets.json"
    save_sets(
        sets, VolumeHint.of(build_index(FILM)), [LabelSet("some", np.array([1]), 1)]
    )
    call = ["select", film, 'in "some" or touches 1', "--by-time", "--sets", sets]
    assert run(capsys, *call) == "1\t0\n1\t2\n2\t0\n"


@pytest.mark.parametrize("source", ["stack", "index"])
def test_a_table_has_a_row_for_each_label_and_time(film, capsys, source):
    volume = film
    if source == "index":
        volume = film.with_suffix(".parquet")
        run(capsys, "build", film, "-o", volume)
    call = ["table", volume, "--columns", "num_pixels", "--by-time"]
    header, *rows = rows_of(run(capsys, *call))
    assert header == ["label", "t", "num_pixels"]
    assert rows[:2] == [["1", "0", "2"], ["1", "2", "2"]]
    assert len(rows) == 6
    assert rows_of(run(capsys, *call, "--labels", "7,1-1"))[1:] == [
        ["1", "0", "2"], ["1", "2", "2"], ["7", "1", "1"],
    ]  # fmt: skip


def test_coordinates_of_some_times_are_written_and_verified(film, capsys, tmp_path):
    out = tmp_path / "voxels.csv"
    call = ["coords", film, "-o", out, "--where", "1 and t = 2", "--by-time"]
    assert cli.main([*map(str, call), "--axes", "t,y,x"]) == 0
    assert "voxels of 1 label in 1 row by time" in capsys.readouterr().err
    assert out.read_text() == "label,t,y,x\n1,2,2,0\n1,2,2,1\n"
    assert verify_export(out, FILM).ok
    verify = ["verify", str(out), "--against", str(film)]
    assert cli.main(verify) == 0


def test_check_counts_labels_and_rows(film, capsys, tmp_path):
    out = tmp_path / "checks.csv"
    told = run(capsys, "check", film, "-o", out, "--by-time")
    assert "3  labels\n" in told
    assert "6  labels at a time\n" in told
    header, *rows = rows_of(out.read_text())
    assert header[:2] == ["label", "t"]
    assert len(rows) == 6


@pytest.mark.parametrize("labels", ["9", "8-9", "1,5"])
def test_a_label_that_is_not_there_is_told_by_its_own_id(film, capsys, labels):
    call = ["table", str(film), "--labels", labels, "--by-time", "--axes", "t,y,x"]
    assert cli.main(call) == 1
    assert "no" in capsys.readouterr().err


def test_without_a_time_axis_it_is_a_wrong_call(film, capsys):
    assert cli.main(["table", str(film), "--by-time", "--axes", "z,y,x"]) == 2
    assert "--by-time needs an axis called t" in capsys.readouterr().err
