"""Marks as arrays against dictionaries: the latest entry of a label counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.io import ReviewMarks
from napari_label_index.io.review._review_marks import exact_ids, repeated

IDS = {
    "small": [-2, 0, 3, 9],
    "signed": [-(2**63), -1, 2**53, 2**53 + 1, 2**63 - 1],
    "unsigned": [0, 5, 2**63 + 1, 2**64 - 1],
    "of no dtype": [-1, 2**63 + 1, 2**64 - 1],
}

# (label, code, time, note), few of each, so that they meet
entries = st.sampled_from(sorted(IDS)).flatmap(
    lambda name: st.lists(
        st.tuples(
            st.sampled_from(IDS[name]),
            st.integers(0, 3),
            st.integers(0, 4),
            st.sampled_from(["", "a", "a\0"]),
        ),
        max_size=12,
    )
)


def latest(rows):
    """The entry of each label, of those at one time the last."""
    found = {}
    for label, *entry in rows:
        if label not in found or entry[1] >= found[label][1]:
            found[label] = entry
    return found


def marks_of(rows):
    labels, codes, times, notes = zip(*rows, strict=True) if rows else ((),) * 4
    return ReviewMarks.latest(
        exact_ids(labels),
        np.array(codes, np.uint8),
        np.array(times, np.int64),
        np.array(notes, object),
    )


def entries_of(marks):
    columns = marks.labels, marks.codes, marks.times, marks.notes
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {label: entry for label, *entry in rows}


@given(entries)
def test_the_latest_entry_of_each_label_counts(rows):
    marks = marks_of(rows)
    assert entries_of(marks) == latest(rows)
    assert marks.labels.tolist() == sorted(latest(rows))


@given(entries, entries)
def test_merged_marks_are_the_marks_of_both_lists(ours, others):
    merged = marks_of(ours).merged(marks_of(others))
    expected = latest([*ours, *others])
    assert entries_of(merged) == expected
    assert merged.labels.tolist() == sorted(expected)


@given(
    entries,
    st.lists(st.sampled_from([k for ids in IDS.values() for k in ids]), unique=True),
)
def test_look_ups_agree_with_a_dictionary(rows, asked):
    marks, expected = marks_of(rows), latest(rows)
    codes = [expected.get(label, [0])[0] for label in asked]
    assert marks.codes_of(exact_ids(asked)).tolist() == codes
    in_order = sorted(asked)
    codes = [expected.get(label, [0])[0] for label in in_order]
    assert marks.codes_among(exact_ids(in_order)).tolist() == codes
    found = entries_of(marks.entries_of(exact_ids(in_order)))
    assert found == {label: expected.get(label, [0, 0, ""]) for label in in_order}


@given(entries, entries)
def test_marks_differ_where_status_or_note_differ(ours, others):
    marks, mine, theirs = marks_of(ours), latest(ours), latest(others)
    blank = [0, 0, ""]
    assert marks.differs_from(marks_of(others)).tolist() == [
        mine[label][::2] != theirs.get(label, blank)[::2] for label in sorted(mine)
    ]


@pytest.mark.parametrize(
    "dtype", [np.bool_, np.int8, ">i4", np.uint32, ">u8", np.uint64, np.int64]
)
def test_ids_of_any_dtype_are_exact(dtype):
    top = 1 if dtype is np.bool_ else np.iinfo(dtype).max
    ids = exact_ids(np.array([0, top], dtype))
    assert ids.tolist() == [0, int(top)]
    assert ids.dtype in (np.int64, np.uint64)


def test_what_is_no_id_is_refused():
    with pytest.raises(TypeError):
        exact_ids([1.5])
    with pytest.raises(TypeError):
        exact_ids(np.array([1.0]))
    with pytest.raises(ValueError, match="64 bits"):
        exact_ids([-(2**63) - 1])


def test_marks_cannot_be_written_to():
    marks = ReviewMarks.blank(exact_ids([1, 2]))
    for column in (marks.labels, marks.codes, marks.times, marks.notes):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = column[1]


def test_a_repeated_note_keeps_its_last_character():
    assert repeated("a\0", 2).tolist() == ["a\0", "a\0"]
