"""The commands that export, and the one that verifies."""

from __future__ import annotations

import json

import numpy as np
import pytest
import tifffile

from coarse_volume import coarse_volume
from napari_label_index import cli


@pytest.fixture
def volume():
    return coarse_volume()


@pytest.fixture
def stack(tmp_path, volume):
    path = tmp_path / "cells.tif"
    tifffile.imwrite(path, volume, imagej=True, metadata={"axes": "ZYX"})
    return path


@pytest.mark.parametrize(
    ("command", "name", "options"),
    [
        ("coords", "a.parquet", ["--order", "xyz", "--axis-names", "X,Y,Z"]),
        ("coords", "a.csv.gz", ["--spacing", "2,1,1", "--where", "voxels > 20"]),
        ("coords", "all", ["--per-label", ".npz"]),
        ("coords", "a.csv", ["--intensity", "{stack}", "--plain-text"]),
        ("runs", "a.csv", ["--order", "x,y,z", "--labels", "40-61"]),
        ("table", "a.parquet", ["--columns", "area,n_holes"]),
        ("mask", "a.tif", ["--labels", "1,45"]),
        ("mask", "a.tif", ["--labels", "1,45", "--whole"]),
        ("labels", "a.ome.tif", ["--crop", "--smallest", "--labels", "2,40"]),
        ("rois", "a.zip", []),
        ("meshes", "a.ply", ["--labels", "1,2"]),
        ("meshes", "all", ["--per-label", ".stl"]),
    ],
)
def test_every_export_is_verified_against_its_stack(
    tmp_path, stack, volume, capsys, command, name, options
):
    path = tmp_path / name
    given = [option.format(stack=stack) for option in options]
    assert cli.main([command, str(stack), "-o", str(path), *given]) == 0
    assert str(path) in capsys.readouterr().err
    verify = ["verify", str(path), "--against", str(stack), "--quiet"]
    assert cli.main(verify) == 0
    same = "the same as in the volume"
    verdict = "checksums and counts match" if command == "meshes" else same
    assert verdict in capsys.readouterr().out
    if command == "meshes":
        return  # no voxels to compare
    other = volume.copy()
    other[volume == 1], other[volume == 40], other[volume == 45] = 2, 1, 40
    tifffile.imwrite(stack, other)
    assert cli.main(verify) == 1
    assert "NOT as in the volume" in capsys.readouterr().out


def test_the_query_is_in_the_manifest(tmp_path, stack):
    path = tmp_path / "a.csv"
    query = "num_pixels > 20"
    assert cli.main(["coords", str(stack), "-o", str(path), "--where", query]) == 0
    page = json.loads((tmp_path / "a.csv.manifest.json").read_text())
    assert page["selection"]["query"] == query


def test_ids_that_a_spreadsheet_rounds_are_warned_of(tmp_path, capsys):
    stack, path = tmp_path / "big.tif", tmp_path / "a.csv"
    tifffile.imwrite(stack, np.full((2, 3), 2**60, np.uint64))
    assert cli.main(["coords", str(stack), "-o", str(path)]) == 0
    assert "15 digits" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["runs", "{stack}", "-o", "a.npz"], 1, ".csv.gz or .parquet"),
        (["coords", "{stack}", "-o", "a.csv", "--order", "zy"], 2, "once"),
        (["mask", "{stack}", "-o", "a.tif", "--where", "voxels<0"], 2, "one"),
        (["labels", "{stack}", "-o", "none/a.tif"], 1, "make its folder first"),
        (["coords", "{stack}", "-o", "{stack}", "--per-label", ".csv"], 2, "read"),
        (["verify", "none.csv", "--against", "{stack}"], 1, "no such file"),
    ],
)
def test_what_is_wrong_is_told(
    tmp_path, monkeypatch, stack, capsys, arguments, status, told
):
    monkeypatch.chdir(tmp_path)
    found = cli.main([argument.format(stack=stack) for argument in arguments])
    assert found == status
    out, err = capsys.readouterr()
    assert told in out + err
    assert [entry.name for entry in tmp_path.iterdir()] == ["cells.tif"]
