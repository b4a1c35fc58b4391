"""Marks, notes and intensities in queries on the command line."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from napari_label_index import cli
from napari_label_index.index import build_index
from napari_label_index.io import ReviewMarks, VolumeHint, open_review
from napari_label_index.io.review._json_lines import json_line
from napari_label_index.io.review._review_lines import FORMAT

IMAGE = np.array([[1, 1, 0, 2], [3, 3, 0, 2]], np.uint16)


@pytest.fixture
def stack(tmp_path):
    path = tmp_path / "cells.tif"
    tifffile.imwrite(path, IMAGE, photometric="minisblack")
    return path


@pytest.fixture
def review(tmp_path):
    path = tmp_path / "cells.tif.labelreview.json"
    marks = ReviewMarks(
        np.array([1, 2], np.int64),
        np.array([1, 2], np.uint8),
        np.array([1000, 1000], np.int64),
        np.array(["", "Check the border"], object),
    )
    file = open_review(path, VolumeHint.of(build_index(IMAGE))).file
    file.save(marks, marks)
    return path


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("status is accepted", ["1"]),
        ("status is unreviewed", ["3"]),
        ("note contains check", ["2"]),
        ("num_pixels = 2 and not status is accepted", ["2", "3"]),
    ],
)
def test_marks_and_notes_can_be_asked_for(stack, review, capsys, query, labels):
    call = ["select", str(stack), query, "--review", str(review), "--quiet"]
    assert cli.main(call) == 0
    assert capsys.readouterr().out.split() == labels
    table = ["table", str(stack), "--where", query, "--review", str(review), "--quiet"]
    assert cli.main(table) == 0
    rows = capsys.readouterr().out.splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == labels


@pytest.mark.parametrize(
    ("query", "option"),
    [
        ("5 or status is accepted", "--review"),
        ("note contains a", "--review"),
        ("intensity_mean > 3", "--intensity"),
    ],
)
def test_a_column_from_elsewhere_names_the_option_that_gives_it(
    stack, capsys, query, option
):
    assert cli.main(["select", str(stack), query, "--quiet"]) == 1
    err = capsys.readouterr().err
    assert option in err
    assert err.endswith("^\n")


def test_select_measures_an_image(stack, tmp_path, capsys):
    image = tmp_path / "image.tif"
    tifffile.imwrite(image, IMAGE * 10.0, photometric="minisblack")
    call = ["select", str(stack), "intensity_mean >= 20", "--intensity", str(image)]
    assert cli.main([*call, "--quiet"]) == 0
    assert capsys.readouterr().out.split() == ["2", "3"]


@pytest.mark.parametrize("damage", ["gone", "cut", "other volume", "newer"])
def test_a_review_that_cannot_be_used_is_refused(stack, review, capsys, damage):
    if damage == "gone":
        review.unlink()
    elif damage == "cut":
        review.write_bytes(review.read_bytes()[:-9])
    elif damage == "newer":
        review.write_bytes(json_line({"format": FORMAT, "version": 99}))
    else:
        tifffile.imwrite(stack, IMAGE[:1], photometric="minisblack")
    call = ["select", str(stack), "note contains a", "--review", str(review)]
    assert cli.main([*call, "--quiet"]) == 1
    assert review.name in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "expected"),
    [("select", True), ("table", True), ("build", False), ("verify", False)],
)
def test_only_commands_with_a_query_offer_sets_and_a_review(capsys, command, expected):
    assert cli.main([command, "--help"]) == 0
    told = capsys.readouterr().out
    assert ("--sets" in told) is expected
    assert ("--review" in told) is expected
