"""What a query is refused for, where the error points, and what it says."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.errors import (
    LabelIndexError,
    QueryError,
    QuerySyntaxError,
    UnknownColumnError,
)
from napari_label_index.index import parse_query

CONDITION = "a condition, such as num_pixels > 50 or 12 40-60"
NEXT = "'and', 'or', 'sort by' or the end"


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("12,", (3, 0), "expected another id, but the query ends here"),
        ("12 and", (6, 0), f"expected {CONDITION}, but the query ends here"),
        ("and", (0, 3), f"expected {CONDITION}, found 'and'"),
        ("()", (1, 1), f"expected {CONDITION}, found ')'"),
        ("1 2 a", (4, 1), f"expected another id, {NEXT}, found 'a'"),
        ("touches 1 2-3", (10, 3), f"expected another id, {NEXT}, found '2-3'"),
        ("a b", (2, 1), f"a comparison such as > 50, {NEXT}, found 'b'"),
        ("(a = 1", (6, 0), "'and', 'or' or ')', but the query ends here"),
        ("status is x)", (11, 1), f"expected {NEXT}, found ')'"),
        ("a >", (3, 0), "expected a number or a column, but the query ends here"),
        ("a >\n> 5", (4, 1), "expected a number or a column, found '>'"),
        ("a > 1,000", (5, 1), "(numbers have no thousands separators)"),
        ("a is", (4, 0), "expected a word or a number, but the query ends here"),
        ("a is not ()", (9, 1), "expected a word or a number, found '('"),
        ("a between 3", (11, 0), "expected 'and', but the query ends here"),
        ("a between 3-5", (10, 3), "(a range of values is written: between 40 and 60)"),
        ("touches a", (8, 1), "expected an id, found 'a'"),
        ("sort z", (5, 1), "expected 'by', found 'z'"),
        ("sort by", (7, 0), "expected a column to sort by, but the query ends here"),
        ("sort by z or 5", (10, 2), "expected the end, found 'or'"),
        ("12.5", (4, 0), "expected a comparison such as > 50, but the query ends"),
        ("40 - 60", (3, 1), "found '-' (a range has no spaces: 40-60)"),
        ("5 40-60-80", (2, 8), "found '40-60-80'"),
        ("60-40", (0, 5), "a range goes up: write 40-60"),
        ("5 < 6", (0, 5), "expected a column on one side of the comparison"),
        ("a > 1e999", (4, 5), "a number must be below 1e308"),
        ("a & b", (2, 1), "found '&' (write 'and')"),
        ("a || b", (2, 2), "found '||' (write 'or')"),
        ("!a", (0, 1), "found '!' (write 'not')"),
        ("a is 'b", (5, 1), 'found "\'" (the quotation mark is not closed)'),
        ("a.b > 3", (1, 2), "found '.b'"),
        ("a \u0430nd b", (2, 3), "(names are written in plain letters)"),
        ("\u017fort by z", (0, 4), "(names are written in plain letters)"),
        ("a\0b", (1, 1), "found '\\x00'"),
        ("a \u202e", (2, 1), "found '\\u202e'"),
    ],
)
def test_a_syntax_error_says_what_was_expected_and_where(text, place, told):
    with pytest.raises(QuerySyntaxError) as error:
        parse_query(text)
    assert (error.value.position, error.value.length) == place
    assert told in str(error.value)
    assert str(error.value).isprintable()


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("(" * 10**6, (1000, 999_000), "at most 1,000 characters, got 1,000,000"),
        ("1" * 1001, (1000, 1), "at most 1,000 characters, got 1,001"),
        ("a > 1" + "0" * 20, (4, 21), "at most 20 digits, got 21"),
        ("(" * 51 + "1", (50, 1), "parentheses nest at most 50 deep"),
        (" or ".join(["a"] * 101), (500, 1), "at most 200 names, signs and numbers"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_parsed(text, place, told):
    with pytest.raises(QuerySyntaxError, match=told) as error:
        parse_query(text)
    assert (error.value.position, error.value.length) == place


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50 + "1" + ")" * 50,
        "1 " * 500,
        "1" + "0" * 19,
        " or ".join(["a"] * 100),
        "not " * 199 + "a",
        " " * 999 + "1",
    ],
)
def test_the_largest_allowed_is_parsed(text):
    assert parse_query(text).condition is not None


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("num_pixel > 3", (0, 9), "no column 'num_pixel'; did you mean 'num_pixels'?"),
        ("12 sort by -centroid", (12, 8), "did you mean 'centroid-0' or 'centroid-1'?"),
        ("voxel > 5", (0, 5), "did you mean 'voxels'?"),
        ("a1 > touches_bordr", (0, 2), "there is no column 'a1'"),
        ("BORDR", (0, 5), "did you mean 'border'?"),
        ("z > 5", (0, 1), "there is no column 'z'"),
        ("y > xyzxyz", (4, 6), "there is no column 'xyzxyz'"),
        ("status is rejected", (0, 6), "there is no column 'status'"),
    ],
)
def test_an_unknown_column_is_told_with_the_closest_names(text, place, told):
    known = ["num_pixels", "touches_border", "centroid-0", "centroid-1"]
    with pytest.raises(UnknownColumnError) as error:
        parse_query(text).keys(known, ("y", "x"))
    assert (error.value.position, error.value.length) == place
    assert told in str(error.value)


def test_an_unknown_column_is_told_before_any_is_computed():
    class Columns(dict):
        def __getitem__(self, key):
            raise AssertionError("computed")

    query = parse_query("slow > 5 and nowhere > 3")
    with pytest.raises(UnknownColumnError, match="nowhere"):
        query.rows(Columns(slow=None), (), lambda _: ())


def test_query_errors_are_value_errors_that_survive_pickling():
    for kind in (QueryError, QuerySyntaxError, UnknownColumnError):
        error = pickle.loads(pickle.dumps(kind("why", 3, 4)))
        assert isinstance(error, LabelIndexError)
        assert isinstance(error, ValueError)
        assert (str(error), error.position, error.length) == ("why", 3, 4)


WORDS = [
    *("a", "12", "3-5", "1.5", "'b'", "<", "=", ",", "(", ")", "-", "@"),
    *("and", "or", "not", "is", "between", "touches", "sort", "by", "true"),
]


def refusal(text):
    """The error that a text is refused with, if it is."""
    try:
        parse_query(text)
    except QueryError as error:
        return error
    return None


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_every_sentence_of_known_words_is_parsed_or_refused_in_a_sentence(text):
    error = refusal(text)
    if error is not None:
        assert len(str(error)) > 20
        assert 0 <= error.position <= error.position + error.length <= len(text)
        assert (error.length == 0) == (error.position == len(text))


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text):
    error = refusal(text)
    if error is not None:
        assert 0 <= error.position <= error.position + error.length <= len(text)
        assert str(error).isprintable()


@pytest.mark.parametrize(
    ("text", "told", "place"),
    [
        ("12 or num_pixels", "'num_pixels' holds numbers: compare it", (6, 10)),
        ("status", "'status' holds words: compare it", (0, 6)),
        ("num_pixels is rejected", "'num_pixels' holds numbers, not words", (14, 8)),
        ("status > 5", "'status' holds words, not numbers", (9, 1)),
        ("status = num_pixels", "'status' holds words, not numbers", (9, 10)),
        ("status > 'a'", "words have no order", (9, 3)),
        ("status < status", "words have no order", (9, 6)),
        ("num_pixels is true", "'num_pixels' holds numbers, not yes or no", (14, 4)),
        ("when > 3", "'when' holds datetime64", (0, 4)),
    ],
)
def test_a_column_is_asked_only_for_what_it_can_hold(text, told, place):
    columns = {
        "num_pixels": np.arange(7),
        "status": np.array(["a", "b"] * 3 + ["c"]),
        "when": np.zeros(7, "M8[s]"),
    }
    with pytest.raises(QuerySyntaxError, match=told) as error:
        parse_query(text).rows(columns, np.arange(7), lambda _label: np.arange(0))
    assert (error.value.position, error.value.length) == place
