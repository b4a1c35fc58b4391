"""The commands that check: what they print, and what they write."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from napari_label_index import cli


@pytest.fixture
def stack(tmp_path):
    """Object 1 in two parts, 2 with a hole that 5 fills, 4 at the border."""
    image = np.zeros((8, 12, 20), np.uint16)
    image[2, 2, 2], image[5, 2, 2] = 1, 1
    image[2:5, 2:5, 8:11] = 2
    image[3, 3, 9] = 5
    image[6:8, 6:8, 15] = 4
    path = tmp_path / "cells.tif"
    tifffile.imwrite(path, image, photometric="minisblack")
    return path


def rows_of(path):
    return np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8")


def test_check_counts_the_faults(stack, capsys):
    assert cli.main(["check", str(stack), "--quiet"]) == 0
    out, err = capsys.readouterr()
    lines = {line.split(maxsplit=1)[1]: line.split()[0] for line in out.splitlines()}
    assert lines["labels"] == "4"
    assert lines["in several parts"] == "1"
    assert lines["with holes"] == "1"
    assert lines["at the border"] == "1"
    assert lines["ids missing from 1 to the largest"] == "1"
    assert err == ""


def test_check_writes_the_checks_of_every_label(stack, tmp_path):
    path = tmp_path / "checks.csv"
    assert cli.main(["check", str(stack), "-o", str(path), "--quiet"]) == 0
    rows = rows_of(path)
    assert rows["label"].tolist() == [1, 2, 4, 5]
    assert rows["n_components"].tolist() == [2, 1, 1, 1]
    assert rows["n_holes"].tolist() == [0, 1, 0, 0]
    assert rows["filled_hole_voxels"].tolist() == [0, 1, 0, 0]
    assert rows["touches_border"].tolist() == [0, 0, 1, 0]
    assert rows["contact_area"].tolist() == [0.0, 6.0, 0.0, 6.0]


def test_table_writes_the_columns_that_are_named(stack, tmp_path):
    path = tmp_path / "table.csv"
    call = ["table", str(stack), "-o", str(path), "--columns", "extent,n_holes"]
    assert cli.main([*call, "--quiet"]) == 0
    assert rows_of(path).dtype.names == ("label", "extent", "n_holes")


def test_a_column_that_does_not_exist_is_a_wrong_call(stack, capsys):
    assert cli.main(["table", str(stack), "--columns", "colour", "--quiet"]) == 2
    assert "no column 'colour'; there are label, num_pixels" in capsys.readouterr().err


def test_compare_tells_how_each_label_lies_on_the_other_volume(stack, tmp_path, capsys):
    image = tifffile.imread(stack)
    other, path = tmp_path / "other.tif", tmp_path / "compared.csv"
    tifffile.imwrite(other, np.where(image == 4, 0, image), photometric="minisblack")
    call = ["compare", str(stack), str(other), "-o", str(path), "--quiet"]
    assert cli.main(call) == 0
    assert capsys.readouterr().out.splitlines() == ["3  match", "1  missing there"]
    rows = rows_of(path)
    there = ["match", "match", "missing there", "match"]
    assert rows["status"].tolist() == there
    assert rows["iou"].tolist() == [1.0, 1.0, 0.0, 1.0]


def test_compare_lists_labels_that_only_the_second_volume_has(stack, tmp_path, capsys):
    image = tifffile.imread(stack)
    other, path = tmp_path / "other.tif", tmp_path / "compared.csv"
    tifffile.imwrite(other, np.where(image == 4, 0, image), photometric="minisblack")
    assert cli.main(["compare", str(other), str(stack), "-o", str(path)]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines() == ["3  match", "1  missing here"]
    assert "4 rows" in printed.err
    rows = rows_of(path)
    [(label, partner)] = [
        (row["label"], row["partner"])
        for row in rows
        if row["status"] == "missing here"
    ]
    assert (label, partner) == (0, 4)


def test_compare_counts_matches_with_another_id(stack, tmp_path, capsys):
    image, other = tifffile.imread(stack), tmp_path / "other.tif"
    swapped = np.array([0, 1, 4, 3, 2, 5], np.uint16)[image]
    tifffile.imwrite(other, swapped, photometric="minisblack")
    assert cli.main(["compare", str(stack), str(other), "--quiet"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out == ["4  match", "2  of the matches with another id"]


def test_volumes_of_two_shapes_are_refused_in_one_sentence(stack, tmp_path, capsys):
    other = tmp_path / "other.tif"
    tifffile.imwrite(other, np.ones((4, 12, 20), np.uint8), photometric="minisblack")
    assert cli.main(["compare", str(stack), str(other), "--quiet"]) == 1
    assert "must have one shape" in capsys.readouterr().err
