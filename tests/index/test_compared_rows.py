"""Rows of a comparison: what each label of both volumes meets, and its verdict."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from napari_label_index.index import build_index
from napari_label_index.session import VERDICTS, ComparedRows, Verdict
from planted_differences import (
    ADDED,
    JOINED,
    MATCH,
    MERGED,
    MISSING_THERE,
    PIECES,
    SPLIT,
    two_images,
)


@st.composite
def pairs_of_images(draw):
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=5))
    make = hnp.arrays(np.int16, shape, elements=st.integers(-1, 4), fill=st.nothing())
    return draw(make), draw(make)


def compared(first, second):
    return ComparedRows.of(build_index(first).compare(build_index(second)))


def labels_of(image, where=True):
    return sorted(set(image[where & (image != 0)].tolist()))


def verdict_of(rows, row):
    return VERDICTS[rows.codes[row]]


@given(pairs_of_images())
def test_rows_lead_to_what_lies_in_the_same_voxels(images):
    first, second = images
    rows = compared(first, second)
    for row in range(len(rows)):
        one = np.array([row])
        label, partners = rows.label(row), rows.partners(row)
        if label is None:
            assert rows.second_labels(one).tolist() == partners
            met = labels_of(first, second == partners[0])
            assert rows.first_labels(one).tolist() == met
        else:
            assert rows.first_labels(one).tolist() == [label]
            assert rows.second_labels(one).tolist() == sorted(partners)
            assert sorted(partners) == labels_of(second, first == label)
            shared = [((first == label) & (second == each)).sum() for each in partners]
            assert shared == sorted(shared, reverse=True)
            assert rows.shared[row] == max(shared, default=0)


@given(pairs_of_images())
def test_no_label_is_in_no_row(images):
    first, second = images
    rows = compared(first, second)
    own = [rows.label(row) for row in range(len(rows))]
    assert [label for label in own if label is not None] == labels_of(first)
    everything = np.arange(len(rows))
    assert rows.first_labels(everything).tolist() == labels_of(first)
    assert rows.second_labels(everything).tolist() == labels_of(second)


@given(pairs_of_images())
def test_what_is_missing_on_either_side_is_said_to_be(images):
    first, second = images
    rows = compared(first, second)
    there = [label for label in labels_of(first) if not second[first == label].any()]
    here = [label for label in labels_of(second) if not first[second == label].any()]
    found = {Verdict.MISSING_THERE: [], Verdict.MISSING_HERE: []}
    for row in range(len(rows)):
        verdict = verdict_of(rows, row)
        if verdict is Verdict.MISSING_THERE:
            found[verdict].append(rows.label(row))
        elif verdict is Verdict.MISSING_HERE:
            found[verdict] += rows.partners(row)
    assert found == {Verdict.MISSING_THERE: there, Verdict.MISSING_HERE: here}


@given(pairs_of_images())
def test_the_transposed_comparison_is_the_one_made_the_other_way_round(images):
    first, second = images
    one = build_index(first).compare(build_index(second)).transposed().table()
    other = build_index(second).compare(build_index(first)).table()
    for name in ("label", "status", "shared"):
        np.testing.assert_array_equal(one[name], other[name])


def test_every_planted_difference_is_a_row():
    rows = compared(*two_images())
    verdicts = {rows.label(row): verdict_of(rows, row) for row in range(len(rows))}
    assert verdicts[MATCH] is Verdict.MATCH
    assert verdicts[MISSING_THERE] is Verdict.MISSING_THERE
    assert {verdicts[label] for label in SPLIT} <= {Verdict.SPLIT, Verdict.MATCH}
    assert verdicts[MERGED] in (Verdict.MERGE, Verdict.MATCH)
    assert rows.partners(len(rows) - 1) == [ADDED]
    assert verdict_of(rows, len(rows) - 1) is Verdict.MISSING_HERE
    row = list(verdicts).index(MERGED)
    assert sorted(rows.partners(row)) == sorted(PIECES)
    assert {rows.partners(list(verdicts).index(label))[0] for label in SPLIT} == {
        JOINED
    }
    assert rows.counts()[Verdict.MISSING_HERE] == 1


def test_swapped_ids_are_matches_with_another_id():
    first = np.array([[1, 1, 0, 2, 2, 0, 3, 3, 4]])
    second = np.array([[2, 2, 0, 1, 1, 0, 3, 3, 0]])
    rows = compared(first, second)
    assert rows.with_other_id.tolist() == [0, 1]
    assert {rows.table["status"][row] for row in (0, 1)} == {"match"}
    assert compared(first, first).with_other_id.size == 0


def test_a_sliver_of_something_else_is_listed_by_itself():
    first = np.array([[1, 1, 1, 1, 1, 1, 0, 0, 0]])
    second = np.array([[7, 7, 7, 7, 7, 8, 8, 8, 8]])
    rows = compared(first, second)
    assert [rows.label(row) for row in range(len(rows))] == [1, None]
    assert rows.partners(1) == [8]
    assert verdict_of(rows, 1) is Verdict.UNCLEAR
    assert rows.shared.tolist() == [5, 1]
    table = rows.table
    assert table["label"].tolist() == [1, 0]
    assert table["partner"].tolist() == [7, 8]
    assert table["status"].tolist() == ["match", "unclear"]
