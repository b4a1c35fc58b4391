"""Queries on the command line: `select`, and `--where` of the others."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index import cli
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import save_index

# one axis of blocks: 5 (2 voxels) touches 7 (4), which touches -3 (1); 9 (3) is alone
ROW = np.array([0, 5, 5, 7, 7, 7, 7, -3, 0, 9, 9, 9, 0])


@pytest.fixture
def saved(tmp_path):
    image = LabelImage(np.stack([ROW, ROW, np.zeros_like(ROW)]), axes=("y", "x"))
    path = tmp_path / "cells.parquet"
    save_index(build_index(image), path)
    return str(path)


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("", [-3, 5, 7, 9]),
        ("5 6-9", [5, 7, 9]),
        ("-3", [-3]),
        ("-5-6 and not 5", [-3]),
        ("voxels >= 4 sort by -voxels", [7, 9, 5]),
        ("touches 7", [-3, 5]),
        ("x between 6 and 8 or x < 2", [-3, 5]),
        ("not border", []),
        ("n_components > 1", []),
    ],
)
def test_select_prints_the_labels_one_per_line(saved, capsys, query, labels):
    assert cli.main(["select", saved, query]) == 0
    out, err = capsys.readouterr()
    assert [int(line) for line in out.splitlines()] == labels
    assert err == ""


def test_table_where_writes_those_rows_in_the_order_of_the_query(saved, capsys):
    where = ["--where", "voxels > 2 sort by -voxels"]
    assert cli.main(["table", saved, *where]) == 0
    out = capsys.readouterr().out
    assert [line.split(",")[0] for line in out.splitlines()[1:]] == ["7", "9", "5"]
    path = saved.replace(".parquet", ".csv")
    assert cli.main(["table", saved, "-o", path, *where]) == 0
    assert capsys.readouterr().err == f"{path}: 3 labels\n"
    with open(path) as file:
        assert file.read() == out


@pytest.mark.parametrize(
    ("where", "labels"), [("voxels > 4 sort by -label", [9, 7]), ("voxels > 99", [])]
)
def test_coords_where_writes_the_voxels_of_those_labels(
    saved, tmp_path, capsys, where, labels
):
    path = tmp_path / "voxels.csv"
    assert cli.main(["coords", saved, "-o", str(path), "--where", where]) == 0
    assert f"voxels of {len(labels)} labels" in capsys.readouterr().err
    lines = path.read_text().splitlines()[1:]
    found = [tuple(map(int, line.split(","))) for line in lines]
    volume = np.stack([ROW, ROW, np.zeros_like(ROW)])
    assert found == [
        (label, *place)
        for label in labels
        for place in np.argwhere(volume == label).tolist()
    ]


def test_a_query_that_is_wrong_is_a_wrong_call_and_is_pointed_at(capsys):
    # before the file is looked at: there is none
    assert cli.main(["select", "none.parquet", "voxels > and 5"]) == 2
    err = capsys.readouterr().err
    assert "expected a number or a column, found 'and'" in err
    assert err.endswith("\n  voxels > and 5\n           ^^^\n")


def test_an_unknown_column_is_pointed_at(saved, capsys):
    assert cli.main(["select", saved, "5 or voxel > 3"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "label-index: there is no column 'voxel'; "
        "did you mean 'voxels' or 'hole_voxels'?\n"
        "  5 or voxel > 3\n"
        "       ^^^^^\n"
    )


@pytest.mark.parametrize("query", ["a\0b", "x" * 2000, "a\nb c"])
def test_a_query_that_cannot_be_shown_is_not(saved, capsys, query):
    assert cli.main(["select", saved, query]) == 2
    assert "^" not in capsys.readouterr().err


def test_labels_and_where_exclude_each_other(saved, tmp_path, capsys):
    path = str(tmp_path / "voxels.csv")
    both = ["--labels", "5", "--where", "7"]
    assert cli.main(["coords", saved, "-o", path, *both]) == 2
    assert "not allowed with" in capsys.readouterr().err
