"""Axes and sets on the command line."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from napari_label_index import cli, open_index
from napari_label_index.index import build_index
from napari_label_index.io import LabelSet, VolumeHint, save_sets

# a film of two pictures: 1 moves to another place, 2 stays, 1 touches 2 in the second
FILM = np.zeros((2, 4, 6), np.uint16)
FILM[0, 0, :2] = FILM[1, 2, :2] = 1
FILM[:, 3, :2] = 2


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "film.tif"
    tifffile.imwrite(path, FILM)
    return path


def column(out, name):
    header, *rows = out.splitlines()
    place = header.split(",").index(name)
    return [row.split(",")[place] for row in rows]


@pytest.mark.parametrize(
    ("axes", "parts"), [("z,y,x", ["2", "1"]), ("t,y,x", ["1", "1"])]
)
def test_times_are_kept_apart_where_an_axis_is_time(film, capsys, axes, parts):
    call = ["table", str(film), "--axes", axes, "--columns", "n_components"]
    assert cli.main(call) == 0
    assert column(capsys.readouterr().out, "n_components") == parts


def test_an_index_file_is_built_with_axes_and_opened_with_others(film, capsys):
    index = str(film.with_suffix(".parquet"))
    assert cli.main(["build", str(film), "-o", index, "--axes", "t, y, x"]) == 0
    assert open_index(index).axes == ("t", "y", "x")
    assert cli.main(["select", index, "n_components = 1"]) == 0
    assert cli.main(["select", index, "n_components = 1", "--axes", "z,y,x"]) == 0
    assert capsys.readouterr().out.split() == ["1", "2", "2"]


@pytest.mark.parametrize("axes", ["t,y", "y,y,x", "t;y", "a-b,y,x", ""])
def test_axes_that_do_not_fit_are_a_wrong_call(film, capsys, axes):
    assert cli.main(["check", str(film), "--axes", axes]) == 2
    assert capsys.readouterr().err


def test_a_single_label_is_told_as_one(film, capsys):
    out = str(film.with_suffix(".csv"))
    assert cli.main(["coords", str(film), "-o", out, "--labels", "1"]) == 0
    assert "voxels of 1 label\n" in capsys.readouterr().err


def test_sets_of_the_inspector_can_be_asked_for(film, capsys, tmp_path):
    path = tmp_path / "film.tif.labelsets.json"
    sets = [LabelSet("my set", np.array([2, 9]), 1), LabelSet("gone", None, 1)]
    save_sets(path, VolumeHint.of(build_index(FILM)), sets)
    query = [str(film), 'in "my set"']
    assert cli.main(["select", *query, "--sets", str(path)]) == 0
    assert capsys.readouterr().out == "2\n"
    assert cli.main(["select", *query]) == 1
    assert "there is no set 'my set'" in capsys.readouterr().err
    where = ["--where", "in gone", "--sets", str(path)]
    assert cli.main(["table", str(film), *where]) == 1
    assert cli.main(["select", *query, "--sets", str(tmp_path / "none")]) == 1
    path.write_bytes(path.read_bytes()[:-9])
    assert cli.main(["select", *query, "--sets", str(path)]) == 1
    assert "damaged" in capsys.readouterr().err
