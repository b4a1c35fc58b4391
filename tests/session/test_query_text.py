"""Ranges written into the text of a query, and what a query needs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.errors import QueryError
from napari_label_index.index import build_index, select_labels
from napari_label_index.session import range_in, with_range, without_range
from napari_label_index.session._query_text import columns_needed, sort_asked
from planted_faults import faulty_volume


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", "num_pixels between 5 and 9", id="nothing"),
        pytest.param("x >", "num_pixels between 5 and 9", id="no query"),
        pytest.param(
            "n_holes > 0", "n_holes > 0 and num_pixels between 5 and 9", id="and"
        ),
        pytest.param(
            "1-3 or 7", "(1-3 or 7) and num_pixels between 5 and 9", id="brackets"
        ),
        pytest.param(
            "num_pixels between 1 and 20 and z > 3",
            "num_pixels between 5 and 9 and z > 3",
            id="replaced",
        ),
        pytest.param(
            "z > 3 sort by -x",
            "z > 3 and num_pixels between 5 and 9 sort by -x",
            id="before the order",
        ),
        pytest.param(
            "sort by x", "num_pixels between 5 and 9 sort by x", id="order only"
        ),
    ],
)
def test_a_range_is_written_into_a_query(before, after):
    assert with_range(before, "num_pixels", 5, 9) == after
    assert range_in(after, "num_pixels") == (5, 9)


def test_a_range_of_another_column_is_not_taken_for_ones_own():
    text = with_range("largest_component between 1 and 2", "component", 5, 9)
    assert range_in(text, "component") == (5, 9)
    assert range_in(text, "largest_component") == (1, 2)
    assert range_in("bbox-1 between 1 and 2", "bbox-11") is None


@given(
    st.sampled_from(["", "1-6", "1-4 or num_pixels < 2", "not touches_border"]),
    st.floats(0, 40),
    st.floats(0, 40),
)
def test_what_is_written_selects_exactly_the_range(text, low, high):
    low, high = sorted((round(low, 2), round(high, 2)))
    index = build_index(faulty_volume())
    centers = index.centroids[:, 0]
    expected = index.labels[(centers >= low) & (centers <= high)]
    expected = np.intersect1d(expected, select_labels(index, text))
    found = select_labels(index, with_range(text, "centroid-0", low, high))
    np.testing.assert_array_equal(found, expected)


def test_a_query_tells_the_columns_it_needs():
    index = build_index(faulty_volume())
    text = "parts > 1 or touches 3 or z > 4 sort by n_holes"
    assert columns_needed(text, index) == (
        *("n_components", "centroid-0", "n_holes", "n_neighbours"),
    )
    assert columns_needed("status is rejected", index, ["status"]) == ()
    with pytest.raises(QueryError):
        columns_needed("status is rejected", index)


def test_a_query_tells_what_it_sorts_by():
    index = build_index(faulty_volume())
    assert sort_asked("voxels > 3 sort by -voxels", index) == ("num_pixels", True)
    assert sort_asked("sort by z", index) == ("centroid-0", False)
    assert sort_asked("voxels > 3", index) is None


def test_a_range_of_large_ids_is_written_and_read_with_all_digits():
    low, high = 2**53 + 1, 2**64 - 1
    text = with_range("", "label", low, high)
    assert text == "label between 9007199254740993 and 18446744073709551615"
    assert range_in(text, "label") == (low, high)
    assert with_range(text, "label", low + 2, high) == (
        "label between 9007199254740995 and 18446744073709551615"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "label > 2",
        "label > 2 or n_holes = 1",
        "label > 2 sort by -extent",
        "sort by extent",
        "(label > 2 or n_holes = 1) and extent < 0.5",
    ],
)
def test_a_range_that_was_written_can_be_taken_out_again(text):
    assert without_range(with_range(text, "num_pixels", 5, 9), "num_pixels") == text
    assert without_range(text, "num_pixels") == text


def test_what_says_nothing_without_its_range_stays():
    text = "not num_pixels between 5 and 9"
    assert without_range(text, "num_pixels") == text
    either = "num_pixels between 5 and 9 or label = 1"
    assert without_range(either, "num_pixels") == "label = 1"
