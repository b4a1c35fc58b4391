"""Sets that have a name, in queries; ids compared exactly whatever their type."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import napari_label_index as nli
from napari_label_index.errors import QuerySyntaxError, UnknownSetError
from napari_label_index.index import among, parse_query

BIG = 2**63
VOLUME = np.array([[1, 1, 0, BIG + 1, BIG + 2], [2, 0, 3, 5, 5]], np.uint64)
SETS = {"my set": [1, BIG + 1, 7], "good": np.array([3, -1]), "none": []}
DTYPES = ("int8", "uint8", "int32", "int64", "uint64")


@pytest.fixture(scope="module")
def index():
    return nli.build_index(VOLUME)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('in "my set"', [1, BIG + 1]),
        ("in 'my set' or in good", [1, 3, BIG + 1]),
        ('not in "my set" and num_pixels = 1', [2, 3, BIG + 2]),
        ('IN "none"', []),
        ('(in "my set") sort by -label', [BIG + 1, 1]),
    ],
)
def test_a_set_is_a_condition_like_others(index, query, expected):
    assert index.select(query, sets=SETS).tolist() == expected


@pytest.mark.parametrize(
    ("query", "error", "position", "length"),
    [
        ("in", QuerySyntaxError, 2, 0),
        ("1 or in 5", QuerySyntaxError, 8, 1),
        ('in "nope', QuerySyntaxError, 3, 1),
        ('not in "My set"', UnknownSetError, 7, 8),
        ("in goood", UnknownSetError, 3, 5),
    ],
)
def test_what_is_wrong_is_told_with_its_place(index, query, error, position, length):
    with pytest.raises(error) as told:
        index.select(query, sets=SETS)
    assert (told.value.position, told.value.length) == (position, length)


def test_the_closest_name_is_told(index):
    with pytest.raises(UnknownSetError, match="did you mean 'good'"):
        index.select("in goood", sets=SETS)
    with pytest.raises(UnknownSetError, match=r"there is no set 'x'$"):
        index.select("in x")


def test_a_query_says_which_sets_it_asks_for():
    assert parse_query('in a or not (in "b c" and in a)').sets == ("a", "b c")
    assert parse_query("num_pixels > 1").sets == ()


def test_ids_of_a_set_are_whole_numbers(index):
    with pytest.raises(TypeError):
        index.select("in x", sets={"x": np.array([1.5])})


@given(st.data())
def test_ids_are_found_as_pythons_integers_compare(data):
    dtype = np.dtype(data.draw(st.sampled_from(DTYPES)))
    info = np.iinfo(dtype)
    edges = [0, 1, 2, BIG - 1, BIG, BIG + 1, -BIG, 2**53, 2**53 + 1, -1, 2**64 - 1]
    ids = st.one_of(st.sampled_from(edges), st.integers(-(2**65), 2**65))
    fits = [each for each in edges if info.min <= each <= info.max]
    known = np.unique(np.array(data.draw(st.lists(st.sampled_from(fits))), dtype))
    wanted = data.draw(st.lists(ids))
    expected = sorted(set(known.tolist()) & set(wanted))
    assert among(known, wanted).tolist() == expected
    for other in ("int64", "uint64"):
        span = np.iinfo(other)
        some = [each for each in wanted if span.min <= each <= span.max]
        expected = sorted(set(known.tolist()) & set(some))
        assert among(known, np.array(some, other)).tolist() == expected
