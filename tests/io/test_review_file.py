"""The review file: what was saved is read again, and all that is not is told."""

from __future__ import annotations

import json
import zlib

import pytest

from napari_label_index.errors import UnreadableReviewError
from napari_label_index.io import ReviewMarks, VolumeHint, _files, open_review
from napari_label_index.io._files import OsCalls
from napari_label_index.io.review._review_lines import first_line, mark_lines
from napari_label_index.io.review._review_marks import exact_ids
from review_files import (
    CHANGE,
    HINT,
    NEW,
    OLD,
    content_of,
    marks_of,
    reread,
    save_change,
    save_old,
)


def test_what_was_saved_is_read_again_exactly(tmp_path):
    path = tmp_path / "a.json"
    save_old(path)
    assert reread(path) == OLD
    save_change(path)
    assert reread(path) == NEW
    assert path.read_bytes().count(b"\n") == 1 + len(OLD) + 1, "a line per change"


@pytest.mark.parametrize(
    "labels",
    [
        [0, 2**53 + 1, 2**53 + 2, 2**64 - 2, 2**64 - 1],
        [-(2**63), -(2**53) - 1, -1, 0, 2**63 - 1],
        [-1, 2**63 + 1],
    ],
    ids=["unsigned", "signed", "of no dtype"],
)
def test_every_id_is_read_again_exactly_and_in_any_change(tmp_path, labels):
    path = tmp_path / "a.json"
    file, marks = open_review(path, HINT).file, ReviewMarks.none()
    expected = {label: ("unsure", f"note {label}") for label in labels}
    for label in reversed(labels):
        change = marks_of({label: expected[label]})
        marks = file.save(change, marks.merged(change))
    assert content_of(marks) == expected
    assert reread(path) == expected
    file.save_all(marks)
    assert reread(path) == expected
    assert marks.codes_of(exact_ids(labels)).tolist() == [3] * len(labels)


@pytest.mark.parametrize(
    "note",
    ["\n\r\u2028\x85\0", 'a"\\b', "日本語 😀 e\u0301", "\ufeff", " ", "{" * 2000],
    ids=["line ends", "quotes", "scripts", "mark", "space", "long"],
)
def test_a_note_of_any_characters_is_read_again(tmp_path, note):
    path = tmp_path / "a.json"
    file = open_review(path, HINT).file
    for marks in (
        marks_of({1: ("unsure", note)}),
        marks_of({1: ("unsure", note + "x")}),
    ):
        file.save(marks, marks)
        assert reread(path)[1][1] == marks.notes[0]


def test_each_line_can_be_read_by_any_json_reader(tmp_path):
    save_old(tmp_path / "a.json")
    head, *lines = map(
        json.loads, (tmp_path / "a.json").read_text("utf-8").splitlines()
    )
    assert head["version"] == 1
    assert lines[1]["labels"] == [2**64 - 1]
    assert lines[1]["notes"] == {str(2**64 - 1): "two parts"}


def test_opening_writes_nothing(tmp_path):
    save_old(tmp_path / "a.json")
    for junk in (b"", b"\0", b"junk\n"):
        with (tmp_path / "a.json").open("ab") as file:
            file.write(junk)
        before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
        open_review(tmp_path / "a.json", HINT)
        assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_every_flipped_bit_is_told_and_costs_one_line_at_most(tmp_path):
    path = tmp_path / "a.json"
    save_old(path)
    save_change(path)
    whole = path.read_bytes()
    n_lines = whole.count(b"\n")
    for place in range(8 * len(whole)):
        content = bytearray(whole)
        content[place // 8] ^= 1 << place % 8
        path.write_bytes(content)
        opened = open_review(path, HINT)
        assert opened.damage is not None, place
        # A flipped line end glues two lines together.
        assert 1 <= opened.damage.n_unreadable <= 2, place
        marks = opened.stale.marks if opened.stale else opened.marks
        told = content_of(marks)
        assert all(told[k] in (OLD.get(k), NEW[k]) for k in told), place
        lost = {k for k in NEW if told.get(k) != NEW[k]}
        assert len(lost) <= 3, (place, n_lines)


def test_a_file_cut_anywhere_gives_the_lines_before_and_tells_of_a_cut_one(tmp_path):
    path = tmp_path / "a.json"
    save_old(path)
    whole = path.read_bytes()
    ends = [n for n in range(len(whole) + 1) if whole[:n].endswith(b"\n")]
    for n in range(len(whole)):
        path.write_bytes(whole[:n])
        opened = open_review(path, HINT)
        n_whole = sum(end <= n + 1 for end in ends[1:])  # less its line end is whole
        marks = opened.stale.marks if opened.stale else opened.marks
        assert content_of(marks) == dict(list(OLD.items())[:n_whole])
        is_between = n in ends or n + 1 in ends
        assert (opened.damage is None) is is_between, n


@pytest.mark.parametrize(
    "junk",
    [b"\0" * 500, b"\n\n", b"PK\x03\x04", b"{}\n", b'{"crc":"00000000",}\n', b"\xff"],
    ids=["zeros", "line ends", "another file", "json", "a line", "no text"],
)
def test_junk_after_the_end_is_told_and_kept_aside(tmp_path, junk):
    path = tmp_path / "a.json"
    save_old(path)
    path.write_bytes(path.read_bytes() + junk)
    damaged = path.read_bytes()
    opened = open_review(path, HINT)
    assert "a.json.corrupt-1" in opened.damage.message
    assert content_of(opened.marks) == OLD
    save_change(path)
    assert reread(path) == NEW
    assert (tmp_path / "a.json.corrupt-1").read_bytes() == damaged


def test_a_second_damage_gets_the_next_number(tmp_path):
    path = tmp_path / "a.json"
    contents = [b"first", b"second", b"first", b""]
    for content in contents:
        path.write_bytes(content)
        opened = open_review(path, HINT)
        assert opened.damage is not None
        opened.file.save_all(opened.marks)
    kept = {p.name: p.read_bytes() for p in tmp_path.glob("*.corrupt-*")}
    assert kept == {
        "a.json.corrupt-1": b"first",
        "a.json.corrupt-2": b"second",
        "a.json.corrupt-3": b"",
    }


def signed(**record) -> bytes:
    """A line with a right checksum, whatever it says."""
    body = json.dumps(record).encode()[1:]
    return b'{"crc":"%08x",%s\n' % (zlib.crc32(body), body)


@pytest.mark.parametrize(
    "line",
    [
        signed(labels=[1.0], status="accepted", time=1),
        signed(labels=[True], status="accepted", time=1),
        signed(labels=[2**64], status="accepted", time=1),
        signed(labels=[1], status="perhaps", time=1),
        signed(labels=[1], status=["accepted"] * 2, time=1),
        signed(labels=[1], status={"accepted": 1}, time=1),
        signed(labels=[1], status=[["accepted"]], time=1),
        signed(labels=[1], status="accepted", time=2**60),
        signed(labels=[1], status="accepted", time=-1),
        signed(labels=[1], status="accepted", time=1, notes={"1": 2}),
        signed(labels=[1], status="accepted", time=1, notes={"2": "x"}),
        signed(labels=[1], status="accepted", time=1, notes={"1": "\ud800"}),
        signed(labels={"1": 1}, status="accepted", time=1),
        signed(status="accepted", time=1),
        signed(format="napari-label-index review", version=1),
    ],
)
def test_a_line_that_breaks_a_rule_is_unreadable_even_with_its_checksum(tmp_path, line):
    path = tmp_path / "a.json"
    path.write_bytes(first_line(HINT) + line + mark_lines(marks_of(OLD)))
    opened = open_review(path, HINT)
    assert opened.damage.n_unreadable == 1
    assert content_of(opened.marks) == OLD


@pytest.mark.parametrize(
    "body", [b'"labels":' + b"[" * 10**6, b'"labels":[' + b"9" * 10**5]
)
def test_a_line_that_would_exhaust_the_parser_is_unreadable(tmp_path, body):
    line = b'{"crc":"%08x",%s\n' % (zlib.crc32(body), body)
    (tmp_path / "a.json").write_bytes(first_line(HINT) + line)
    assert open_review(tmp_path / "a.json", HINT).damage.n_unreadable == 1


def test_a_file_of_a_newer_version_is_refused_and_never_written(tmp_path):
    path = tmp_path / "a.json"
    older = open_review(path, HINT).file
    newer = signed(format="napari-label-index review", version=2, marks="?")
    path.write_bytes(newer)
    with pytest.raises(UnreadableReviewError, match=r"a\.json: .*version 2.*newer"):
        open_review(path, HINT)
    with pytest.raises(UnreadableReviewError, match="version 2"):
        older.save(marks_of(OLD), marks_of(OLD))
    assert path.read_bytes() == newer


def test_a_folder_at_the_path_is_refused(tmp_path):
    with pytest.raises(UnreadableReviewError, match="could not be read"):
        open_review(tmp_path, HINT)


@pytest.mark.parametrize(
    "other",
    [
        VolumeHint((10, 20, 31), "uint64", 5),
        VolumeHint((10, 20, 30), "int64", 5),
        VolumeHint((10, 20, 30), "uint64", 6),
    ],
    ids=["shape", "dtype", "labels"],
)
def test_marks_of_another_volume_are_told_and_not_applied(tmp_path, other):
    save_old(tmp_path / "a.json")
    opened = open_review(tmp_path / "a.json", other)
    assert (opened.stale.saved, opened.stale.found) == (HINT, other)
    assert content_of(opened.marks) == {}
    assert content_of(opened.stale.marks) == OLD
    assert str(HINT) in opened.stale.message
    assert str(other) in opened.stale.message


def test_a_mark_after_a_line_without_its_end_is_a_line_of_its_own(tmp_path):
    path = tmp_path / "a.json"
    save_old(path)
    path.write_bytes(path.read_bytes()[:-1])
    assert reread(path) == OLD
    save_change(path)
    assert reread(path) == NEW


def test_lines_that_another_program_adds_during_a_save_are_taken_in(
    tmp_path, monkeypatch
):
    path = tmp_path / "a.json"
    save_old(path)
    opened = open_review(path, HINT)

    class Shared(OsCalls):
        def write(self, fd, data):
            with path.open("ab") as other:
                other.write(mark_lines(marks_of({50: ("unsure", "other")}, 3000)))
            return super().write(fd, data)

    monkeypatch.setattr(_files, "os_calls", Shared())
    change = marks_of(CHANGE, start=5000)
    marks = opened.file.save(change, opened.marks.merged(change))
    monkeypatch.setattr(_files, "os_calls", OsCalls())
    expected = NEW | {50: ("unsure", "other")}
    assert reread(path) == expected
    assert opened.file.is_behind
    assert content_of(opened.file.save_all(marks)) == expected
    assert reread(path) == expected


def test_lines_are_written_together_again_before_they_fill_the_disk(tmp_path):
    path = tmp_path / "a.json"
    file, marks = open_review(path, HINT).file, ReviewMarks.none()
    for time in range(60):
        change = marks_of({1: ("unsure", "x" * 100_000 + str(time))}, start=time)
        marks = file.save(change, marks.merged(change))
        assert reread(path) == content_of(change)
        assert path.stat().st_size < 4_000_000
