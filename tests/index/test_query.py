"""What a query selects: each part of the language, and whole queries on a volume."""

from __future__ import annotations

import operator
import pickle

import numpy as np
import pytest

import oracle
from napari_label_index.errors import QueryError, QuerySyntaxError, UnknownColumnError
from napari_label_index.index import (
    CodedWords,
    build_index,
    parse_query,
    select_labels,
)

LABELS = np.array([-5, 3, 12, 15, 40, 55, 61], np.int64)
COLUMNS = {
    "label": LABELS,
    "num_pixels": np.array([1, 50, 50, 199, 200, 7, 3000]),
    "n_components": np.array([1, 1, 2, 1, 3, 1, 1]),
    "touches_border": np.array([1, 0, 0, 1, 0, 0, 0], bool),
    "bbox-0": np.arange(7),
    "centroid-0": np.array([0.0, 300.0, 400.0, 400.5, 350.25, np.nan, -1.5]),
    "status": np.array(["", "accepted", "rejected", "unsure", "rejected", "", "true"]),
    "Big Name": np.arange(7),
    "Fancy": np.arange(7),
}
NEIGHBOURS = {12: [15, 40], 15: [12], 40: [12]}


def coded(words):
    """The same words, not in alphabetical order, and one that no label has."""
    known = np.append(np.unique(words), "nowhere")[::-1]
    codes = [known.tolist().index(word) for word in words.tolist()]
    return CodedWords(np.array(codes, np.uint8), known)


CODED = COLUMNS | {"status": coded(COLUMNS["status"])}


def selected(text, columns=COLUMNS, labels=LABELS):
    def touches(label):
        return np.array(NEIGHBOURS.get(label, []), labels.dtype)

    return parse_query(text).select(columns, labels, touches, ("z",)).tolist()


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("", LABELS.tolist()),
        (" \t\n", LABELS.tolist()),
        ("12", [12]),
        ("12 15 40-60", [12, 15, 40, 55]),
        ("40-60,15,  12 , -5", [-5, 12, 15, 40, 55]),
        ("-10--1 61", [-5, 61]),
        ("-10-3", [-5, 3]),
        ("13 99999999999999999999", []),
        ("num_pixels >= 50 and not touches_border", [3, 12, 40, 61]),
        ("n_components > 1", [12, 40]),
        ("50 <= num_pixels < 200", [3, 12, 15]),
        ("50<=num_pixels<200", [3, 12, 15]),
        ("200 > num_pixels > 7 != n_components", [3, 12, 15]),
        ("z between 300 and 400", [3, 12, 40]),
        ("z between 300 and 400 and n_components = 1", [3]),
        ("Z > 400", [15]),
        ("centroid-0 > 400.4", [15]),
        ("not z <= 1e3", [55]),
        ("bbox-0 = 3", [15]),
        ("bbox-0=3", [15]),
        ("bbox-0 between 1 and n_components", [3, 12]),
        ("status is rejected", [12, 40]),
        ("status is not rejected", [-5, 3, 15, 55, 61]),
        ("status == 'unsure' or status = \"accepted\"", [3, 15]),
        ("status is ''", [-5, 55]),
        ("status is 'true'", [61]),
        ("touches_border is true", [-5, 15]),
        ("touches_border is not true", [3, 12, 40, 55, 61]),
        ("touches_border is false", [3, 12, 40, 55, 61]),
        ("touches_border = 1", [-5, 15]),
        ("n_components is 3", [40]),
        ("n_components is not 1", [12, 40]),
        ("touches 12", [15, 40]),
        ("touches 12, 40", [12, 15, 40]),
        ("touches 13 or touches 99999999999999999999", []),
        ("touches 12 and num_pixels > 199", [40]),
        ("12 or 15 and 40", [12]),
        ("(12 or 15) and not 12", [15]),
        ("not (12 or not 15)", [15]),
        ("not not 12", [12]),
        ("voxels = 50", [3, 12]),
        ("parts > 1 and comp < 3 or border", [-5, 12, 15]),
        ("NOT Border AND Num_Pixels > 199 SORT BY -Voxels", [61, 40]),
        ("fancy = 2", [12]),
        ("sort by num_pixels", [-5, 55, 3, 12, 15, 40, 61]),
        ("sort by -num_pixels", [61, 40, 15, 3, 12, 55, -5]),
        ("sort by z", [61, -5, 3, 40, 12, 15, 55]),
        ("sort by -z", [15, 12, 40, 3, -5, 61, 55]),
        ("sort by -label", LABELS.tolist()[::-1]),
        ("sort by -touches_border", [-5, 15, 3, 12, 40, 55, 61]),
        ("sort by -status", [15, 61, 12, 40, 3, -5, 55]),
        ("12 40 3 sort by - bbox-0", [40, 12, 3]),
        ("num_pixels > n_components sort by status", [55, 3, 12, 40, 61, 15]),
    ],
)
@pytest.mark.parametrize("columns", [COLUMNS, CODED], ids=["words", "coded"])
def test_a_query_selects_these_labels_in_this_order(text, labels, columns):
    assert selected(text, columns) == labels


def test_coded_words_are_an_array_of_words_where_one_is_needed():
    words = CODED["status"]
    np.testing.assert_array_equal(words, COLUMNS["status"])
    np.testing.assert_array_equal(words[np.array([2, 0])], ["rejected", ""])
    assert words.shape == (7,)
    others = CODED | {"other": COLUMNS["status"][[0, 2, 2, 3, 3, 5, 5]]}
    assert selected("status == other", others) == [-5, 12, 15, 55]
    assert selected("other != status", others) == [3, 40, 61]
    assert selected('status contains "CCEP"', CODED) == [3]
    with pytest.raises(QuerySyntaxError, match="holds words"):
        selected("status > 3", CODED)


@pytest.mark.parametrize(
    ("dtype", "ids"),
    [
        (np.uint64, [0, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 2, 2**64 - 1]),
        (np.int64, [-(2**63), -(2**53) - 1, -(2**53), 0, 2**53 + 1, 2**63 - 1]),
        (np.dtype(">u8"), [0, 2**53, 2**53 + 1, 2**64 - 2, 2**64 - 1]),
        (np.uint8, [0, 1, 254, 255]),
    ],
)
@pytest.mark.parametrize(
    ("sign", "holds"),
    [
        ("<", operator.lt),
        ("<=", operator.le),
        (">", operator.gt),
        (">=", operator.ge),
        ("==", operator.eq),
        ("!=", operator.ne),
    ],
)
def test_ids_of_64_bits_are_never_floats(dtype, ids, sign, holds):
    labels = np.array(ids, dtype)
    limits = [*ids, -1, 2**53 + 1, 2**63, 2**64 - 1, 10**20 - 1, -(10**20) + 1]
    for limit in limits:
        expected = [i for i in ids if holds(i, limit)]
        assert selected(f"label {sign} {limit}", {"label": labels}, labels) == expected
        half = [i for i in ids if holds(2 * i, 2 * limit + (1 if limit >= 0 else -1))]
        found = selected(f"label {sign} {limit}.5", {"label": labels}, labels)
        assert found == half
        same = [i for i in ids if i == limit]
        assert selected(f"{limit}", {"label": labels}, labels) == same
    top = max(ids)
    assert selected(f"{top - 1}-{top}", {"label": labels}, labels) == [
        i for i in ids if i >= top - 1
    ]


def test_columns_of_unlike_integers_compare_exactly():
    columns = {
        "a": np.array([2**64 - 1, 2**53 + 1, 5], np.uint64),
        "b": np.array([-1, 2**53, 5], np.int64),
    }
    labels = np.arange(3)
    assert selected("a = b", columns, labels) == [2]
    assert selected("a > b", columns, labels) == [0, 1]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_numbers_beyond_a_float_column_are_infinite_to_it(dtype):
    columns = {"a": np.array([-np.inf, -1, 0.1, np.nan, np.inf], dtype)}
    labels = np.arange(5)
    assert selected("a < 1e300", columns, labels) == [0, 1, 2]
    assert selected("a > -1e300", columns, labels)[:2] == [1, 2]
    assert selected("a = 0.1", columns, labels) == [2]
    assert selected("a != 0.1", columns, labels) == [0, 1, 3, 4]


def test_words_may_come_as_any_kind_of_text_array():
    words = ["a", "b", "long word"]
    for values in (
        np.array(words),
        np.array(words, object),
        np.array(words, np.dtypes.StringDType()),
    ):
        columns, labels = {"word": values, "same": values}, np.arange(3)
        assert selected("word is 'long word'", columns, labels) == [2]
        assert selected("word != same", columns, labels) == []
        assert selected("word is not a sort by -word", columns, labels) == [2, 1]


def test_a_real_column_goes_before_an_axis_and_an_axis_before_an_alias():
    columns = {"num_pixels": np.array([1, 2]), "centroid-0": np.array([5, 6])}
    query, labels = parse_query("voxels = 2"), np.arange(2)

    def rows(axes, more):
        found = {**columns, **more}
        return query.rows(found, labels, lambda _: labels, axes).tolist()

    assert rows(("z",), {}) == [1]
    assert rows(("voxels",), {}) == []
    assert rows(("voxels",), {"voxels": np.array([2, 0])}) == [0]


def test_a_query_knows_what_it_needs_before_anything_is_computed():
    query = parse_query("voxels > 5 and (Z < 3 or num_pixels = parts) sort by -comp")
    assert query.columns == ("voxels", "Z", "num_pixels", "parts", "comp")
    known = ["num_pixels", "n_components", "centroid-0"]
    assert query.keys(known, ("z",)) == ("num_pixels", "centroid-0", "n_components")
    assert not query.asks_contacts
    assert parse_query("not (12 or touches 5)").asks_contacts
    assert parse_query("12 15").columns == ()
    with pytest.raises(UnknownColumnError):
        query.keys(known, ("y",))


def test_only_the_columns_of_the_query_are_taken():
    class Columns(dict):
        def __getitem__(self, key):
            assert key == "num_pixels"
            return super().__getitem__(key)

    assert selected("voxels = 7", Columns(COLUMNS)) == [55]


def test_equal_queries_are_equal_however_they_are_written():
    query = parse_query("num_pixels>=50 and not(touches_border)sort by -z")
    same = parse_query(" num_pixels  >=  50 AND NOT touches_border SORT by - z ")
    assert query == same
    assert hash(query) == hash(same)
    assert parse_query(str(query)) == query
    assert pickle.loads(pickle.dumps(query)) == query
    assert query != parse_query("num_pixels >= 51 and not touches_border sort by -z")
    assert parse_query("12") is parse_query("12")


def test_a_column_of_the_wrong_length_is_the_callers_fault():
    with pytest.raises(ValueError, match="one value for each of the 7 labels") as told:
        selected("bbox-0 = 1", {**COLUMNS, "bbox-0": np.arange(3)})
    assert not isinstance(told.value, QueryError)
    with pytest.raises(TypeError, match="a query is a text, got int"):
        parse_query(12)


@pytest.fixture(scope="module")
def volume():
    rng = np.random.default_rng(5)
    return rng.choice(np.array([0, 0, 7, 40, 45, 61, 2**63], np.uint64), (6, 7, 8))


def test_queries_on_a_volume(volume):
    index = build_index(volume)
    ids = oracle.labels_of(volume)
    counts = {i: int((volume == i).sum()) for i in ids}
    low = sorted(counts.values())[1]
    found = select_labels(index, f"voxels > {low} sort by -voxels")
    assert found.dtype == np.uint64
    expected = [i for i in ids if counts[i] > low]
    assert found.tolist() == sorted(expected, key=lambda i: -counts[i])
    touching = {i for pair in oracle.contacts(volume) if 7 in pair for i in pair} - {7}
    assert select_labels(index, "touches 7").tolist() == sorted(touching)
    centre = {i: oracle.centroid(volume, i)[0] for i in ids}
    assert select_labels(index, "z < 2.5").tolist() == [
        i for i in ids if centre[i] < 2.5
    ]
    assert select_labels(index, "").tolist() == ids


def test_columns_beside_the_index_go_before_its_own(volume):
    index = build_index(volume)
    n_labels = len(index)
    extra = {"status": ["rejected"] + [""] * (n_labels - 1), "n_holes": range(n_labels)}
    query = parse_query("status is rejected or n_holes > 2")
    assert select_labels(index, query, extra).tolist() == [
        label for row, label in enumerate(index) if row == 0 or row > 2
    ]
    with pytest.raises(UnknownColumnError, match="no column 'status'"):
        select_labels(index, query)


def test_an_index_without_labels_answers_every_query():
    index = build_index(np.zeros((3, 4), np.int32))
    for text in ("", "12 40-60", "voxels > 3 sort by -y", "touches 5", "not border"):
        assert select_labels(index, text).size == 0
