"""Index files on the command line: some labels, `--against`, `restore`."""

from __future__ import annotations

import os

import numpy as np
import pytest
import tifffile

from napari_label_index import cli
from napari_label_index.io import open_index
from napari_label_index.io.index_file import _index_file


@pytest.fixture
def volume():
    volume = np.zeros((4, 10, 12), np.uint16)
    volume[:, 2:4, 1:5] = 7
    volume[1:3, 4:9, 2:11] = 300
    volume[0, 0, 0] = 4
    return volume


@pytest.fixture
def stack(tmp_path, volume):
    path = tmp_path / "cells.tif"
    tifffile.imwrite(path, volume, photometric="minisblack")
    return path


@pytest.fixture
def saved(tmp_path, stack, monkeypatch):
    monkeypatch.setattr(_index_file, "GROUP_RUNS", 1)  # a row group for each run
    path = tmp_path / "cells.labelindex.parquet"
    assert cli.main(["build", str(stack), "-o", str(path), "--quiet"]) == 0
    return path


def edit(stack, volume):
    edited = volume.copy()
    edited[3, 9, 9] = 7
    tifffile.imwrite(stack, edited, photometric="minisblack")


# -- some labels ---------------------------------------------------------------


def test_labels_of_a_table_are_read_alone(saved, stack, capsys):
    assert cli.main(["table", str(stack), "--labels", "300,4"]) == 0
    expected = capsys.readouterr().out
    damaged = bytearray(saved.read_bytes())
    damaged[open_index_group(saved, 7)] ^= 1
    saved.write_bytes(damaged)
    assert cli.main(["table", str(saved), "--labels", "300,4"]) == 0
    assert capsys.readouterr().out == expected
    assert [line.split(",")[0] for line in expected.splitlines()[1:]] == ["300", "4"]
    assert cli.main(["table", str(saved), "--labels", "7"]) == 1
    assert "are damaged" in capsys.readouterr().err


def open_index_group(path, label):
    """A byte of the first row group that has a label."""
    groups = _index_file.read_file_meta(path).groups
    return next(g.begin + 10 for g in groups if g.first_label == label)


def test_columns_that_tell_of_neighbours_are_computed_from_all(saved, capsys):
    columns = ["--columns", "n_neighbours"]
    assert cli.main(["table", str(saved), "--labels", "7", *columns]) == 0
    assert capsys.readouterr().out.split() == ["label,n_neighbours", "7,1"]


def test_coords_of_labels_are_those_of_the_stack(tmp_path, saved, stack):
    written = []
    for source in (saved, stack):
        path = tmp_path / f"{source.suffix[1:]}.csv"
        chosen = ["--labels", "300,1-5"]
        assert cli.main(["coords", str(source), "-o", str(path), *chosen]) == 0
        written.append(path.read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("labels", "told"),
    [("5", "no voxel has label 5; "), ("8-299", "no label from 8 to 299 has any")],
)
def test_labels_that_are_not_there_are_named(saved, capsys, labels, told):
    assert cli.main(["table", str(saved), "--labels", labels]) == 1
    assert told in capsys.readouterr().err


# -- against -------------------------------------------------------------------

USES = [["table"], ["select", ""], ["check"]]


def run(saved, use, *more):
    command, *rest = use
    return cli.main([command, str(saved), *rest, *map(str, more)])


@pytest.mark.parametrize("use", USES, ids=" ".join)
def test_an_index_of_a_changed_stack_is_refused(saved, stack, volume, capsys, use):
    assert run(saved, use, "--against", stack) == 0
    assert "are the same; none was read" in capsys.readouterr().err
    os.utime(stack, ns=(5, 5))  # copied, perhaps: it must be read
    assert run(saved, use, "--against", stack) == 0
    assert "every voxel is the same" in capsys.readouterr().err
    edit(stack, volume)
    assert run(saved, use, "--against", stack) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "label 7 differs; build the index again" in err


def test_coords_of_a_changed_stack_are_refused(tmp_path, saved, stack, volume):
    edit(stack, volume)
    arguments = ["-o", str(tmp_path / "a.csv"), "--against", str(stack)]
    assert cli.main(["coords", str(saved), *arguments]) == 1
    assert not (tmp_path / "a.csv").exists()


def test_a_stack_beside_the_index_that_was_written_to_is_said(
    saved, stack, volume, capsys
):
    assert run(saved, ["select", ""]) == 0
    assert capsys.readouterr().err == ""
    edit(stack, volume)
    assert run(saved, ["select", ""]) == 0
    assert f"--against {stack} compares them" in capsys.readouterr().err


def test_against_is_for_index_files(stack, capsys):
    assert run(stack, ["select", ""], "--against", stack) == 2
    assert "--against is for an index" in capsys.readouterr().err


# -- restore -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["back.tif", "back.npy"])
def test_restore_writes_the_stack_again(tmp_path, saved, volume, capsys, name):
    path = tmp_path / name
    assert cli.main(["restore", str(saved), "-o", str(path)]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"{path}: 4 x 10 x 12 voxels of uint16\n")
    found = np.load(path) if name.endswith("npy") else tifffile.imread(path)
    assert found.dtype == volume.dtype
    np.testing.assert_array_equal(found, volume)
    again = tmp_path / "again.parquet"
    if name.endswith("tif"):
        assert cli.main(["build", str(path), "-o", str(again), "--quiet"]) == 0
        np.testing.assert_array_equal(open_index(again).to_label_image(), volume)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["{stack}", "-o", "a.tif"], 2, "restore takes an index"),
        (["{saved}", "-o", "a.png"], 1, "must end in .tif"),
        (["none.parquet", "-o", "a.tif"], 1, "there is no such file"),
    ],
)
def test_restore_refuses(
    tmp_path, monkeypatch, saved, stack, capsys, arguments, status, told
):
    monkeypatch.chdir(tmp_path)
    words = [word.format(saved=saved, stack=stack) for word in arguments]
    assert cli.main(["restore", *words]) == status
    assert told in capsys.readouterr().err
    assert not list(tmp_path.glob("a.*"))
