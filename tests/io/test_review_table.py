"""A review as a table and as CSV, and where it is kept."""

from __future__ import annotations

import csv
import os
import re

import numpy as np
import platformdirs
import pytest

from napari_label_index.errors import UnsupportedFormatError
from napari_label_index.io import (
    default_review_path,
    export_review,
    open_review,
    review_table,
)
from review_files import HINT, marks_of

MARKS = marks_of(
    {
        -1: ("rejected", "=1+1"),
        2: ("unreviewed", ""),
        3: ("unreviewed", 'says "no", twice'),
        2**53 + 1: ("accepted", "\uff0bSUM(A1)\nnext"),
        2**63 - 1: ("unsure", "é😀"),
    },
    start=1_700_000_000_123,
)


def test_the_table_has_a_row_per_label_with_a_status_or_a_note():
    table = review_table(MARKS)
    assert table["label"].tolist() == [-1, 3, 2**53 + 1, 2**63 - 1]
    assert table["status"].tolist() == ["rejected", "unreviewed", "accepted", "unsure"]
    assert table["note"][0] == "=1+1"
    assert table["time"][0] == np.datetime64("2023-11-14T22:13:20.123")


def test_csv_keeps_numbers_as_numbers_and_makes_text_harmless(tmp_path):
    path = export_review(MARKS, tmp_path / "review.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["label", "status", "note", "time"],
        ["-1", "rejected", "'=1+1", "2023-11-14T22:13:20.123Z"],
        ["3", "unreviewed", 'says "no", twice', "2023-11-14T22:13:20.125Z"],
        [
            str(2**53 + 1),
            "accepted",
            "'\uff0bSUM(A1)\nnext",
            "2023-11-14T22:13:20.126Z",
        ],
        [str(2**63 - 1), "unsure", "é😀", "2023-11-14T22:13:20.127Z"],
    ]


def test_csv_of_no_marks_is_a_header(tmp_path):
    path = export_review(marks_of({}), tmp_path / "review.csv")
    assert path.read_text() == "label,status,note,time\n"
    with pytest.raises(UnsupportedFormatError):
        export_review(MARKS, tmp_path / "review.xlsx")


@pytest.fixture
def user_data(tmp_path, monkeypatch):
    """The user's data folder, in a place of our own."""
    folder = tmp_path / "user"
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: folder)
    return folder / "reviews"


def test_a_review_lies_beside_the_file_or_folder_of_its_volume(tmp_path, user_data):
    beside = tmp_path / "cells.tif.labelreview.json"
    assert default_review_path(tmp_path / "cells.tif", "whatever") == beside
    assert default_review_path(str(tmp_path / "x" / ".." / "cells.tif")) == beside
    (tmp_path / "stack").mkdir()
    stack = tmp_path / "stack.labelreview.json"
    assert default_review_path(f"{tmp_path}/stack{os.sep}") == stack


def test_where_the_folder_cannot_be_written_the_review_is_the_users(
    tmp_path, user_data, monkeypatch
):
    source = tmp_path / "cells.tif"
    beside = default_review_path(source)
    monkeypatch.setattr(os, "access", lambda *_: False)  # nothing stops root
    elsewhere = default_review_path(source)
    assert elsewhere.parent == user_data
    assert elsewhere != default_review_path(tmp_path / "other" / "cells.tif")
    elsewhere.write_bytes(b"")
    monkeypatch.undo()
    monkeypatch.setattr(
        platformdirs, "user_data_path", lambda *_, **__: tmp_path / "user"
    )
    assert default_review_path(source) == elsewhere, "found where it was left"
    beside.write_bytes(b"")
    assert default_review_path(source) == beside


HOSTILE = [
    "../../etc/passwd", "..", ".", "a/b\\c", "C:\\x", "nul", "CON", "a\0b", "x" * 5000,
    "名" * 300, "a.", "a ", "", "\ud800", "-rf", "~", "$(x)", "s3://bucket/a?b", "a:b",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_no_layer_name_leads_out_of_the_users_folder(tmp_path, user_data, name):
    path = default_review_path(None, name)
    assert path.parent == user_data
    assert re.fullmatch(
        r"[A-Za-z0-9_-]{0,60}-[0-9a-f]{12}\.labelreview\.json", path.name
    )
    opened = open_review(path, HINT)
    opened.file.save_all(opened.marks)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [path.name]


def test_names_that_look_the_same_have_reviews_of_their_own(user_data):
    names = [*HOSTILE, "a_b", "a b", "A_B"]
    assert len({default_review_path(None, name) for name in names}) == len(names)


def test_a_volume_from_the_network_has_its_review_in_the_users_folder(user_data):
    path = default_review_path("https://napari.org/x/cells.zarr/", "cells")
    assert path.parent == user_data
    assert path.name.startswith("cells_zarr-")
