"""Named sets on the disk: nothing that was not read is lost."""

from __future__ import annotations

import json

import numpy as np
import pytest

from napari_label_index.errors import UnreadableReviewError
from napari_label_index.io import (
    LabelSet,
    VolumeHint,
    merged_sets,
    read_sets,
    save_sets,
    sets_path,
)

HINT = VolumeHint((2, 3), "int32", 4)


def a_set(name, ids, time):
    return LabelSet(name, None if ids is None else np.array(ids), time)


def told(sets):
    return {
        name: None if each.labels is None else each.labels.tolist()
        for name, each in sets.items()
    }


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cells.tif.labelsets.json"


def test_sets_come_back_as_they_were(path):
    ids = [-5, 7, 2**53 + 1]
    ours = [a_set("my set", ids, 1), a_set("gone", None, 2), a_set("größe &", [], 3)]
    big = LabelSet("big", np.array([0, 2**64 - 1], np.uint64), 4)
    save_sets(path, HINT, [*ours, big])
    found = read_sets(path)
    assert found.hint == HINT
    assert found.n_unreadable == 0
    assert told(found.sets) == {
        "my set": ids, "gone": None, "größe &": [], "big": [0, 2**64 - 1],
    }  # fmt: skip


def test_no_file_is_no_sets(path):
    assert read_sets(path).sets == {}


def test_they_lie_beside_the_review(tmp_path):
    assert sets_path(tmp_path / "a.tif.labelreview.json") == (
        tmp_path / "a.tif.labelsets.json"
    )


def test_two_programs_lose_only_the_older_change_of_one_set(path):
    save_sets(path, HINT, [a_set("a", [1], 1), a_set("b", [1], 5)])
    saved = save_sets(path, HINT, [a_set("a", [2], 2), a_set("b", [2], 4)])
    assert told(saved.sets) == told(read_sets(path).sets) == {"a": [2], "b": [1]}


def test_a_deleted_set_does_not_come_back_from_an_older_file():
    old, new = a_set("a", [1], 1), a_set("a", None, 2)
    for order in ([old, new], [new, old]):
        assert told(merged_sets(order)) == {"a": None}


@pytest.mark.parametrize("cut", [3, 40])
def test_a_damaged_line_takes_no_other_with_it_and_is_kept(path, cut):
    save_sets(path, HINT, [a_set("a", [1], 1), a_set("b", [2], 2)])
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1][:cut] + b"#" + lines[1][cut + 1 :]
    damaged = b"".join(lines)
    path.write_bytes(damaged)
    found = read_sets(path)
    assert found.n_unreadable == 1
    assert told(found.sets) == {"b": [2]}
    save_sets(path, HINT, [a_set("c", [3], 3)])
    assert told(read_sets(path).sets) == {"b": [2], "c": [3]}
    assert path.with_name(f"{path.name}.corrupt-1").read_bytes() == damaged


@pytest.mark.parametrize(
    "record",
    [
        {"name": "", "time": 1, "labels": [1]},
        {"name": 5, "time": 1, "labels": [1]},
        {"name": "a", "time": -1, "labels": [1]},
        {"name": "a", "time": 1, "labels": [True]},
        {"name": "a", "time": 1, "labels": [2**64]},
        {"name": "a", "time": 1, "labels": "1"},
        {"name": "\ud800", "time": 1, "labels": [1]},
        {"name": "a", "labels": [1]},
    ],
)
def test_a_line_that_is_no_set_is_counted(path, record):
    import zlib

    save_sets(path, HINT, [])
    body = json.dumps(record)[1:].encode()
    path.write_bytes(
        path.read_bytes() + b'{"crc":"%08x",%s\n' % (zlib.crc32(body), body)
    )
    assert read_sets(path).n_unreadable == 1
    assert read_sets(path).sets == {}


def test_a_file_of_a_newer_release_is_left_alone(path, monkeypatch):
    from napari_label_index.io.review import _review_lines

    monkeypatch.setattr(_review_lines, "FORMAT_VERSION", 2)
    save_sets(path, HINT, [a_set("a", [1], 1)])
    monkeypatch.undo()
    before = path.read_bytes()
    for attempt in (read_sets, lambda path: save_sets(path, HINT, [])):
        with pytest.raises(UnreadableReviewError, match="newer"):
            attempt(path)
    assert path.read_bytes() == before
