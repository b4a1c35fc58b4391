"""Sorting rows: the radix sort of long columns agrees with numpy's stable sort."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from napari_label_index.index.query import _query_order
from napari_label_index.index.query._query_order import order_of, radix_order
from napari_label_index.kernels import DIGIT_BITS, sort_rows

DTYPES = [kind + size for kind in "iu" for size in "1248"] + ["f2", "f4", "f8", ">f8"]


def columns(dtype):
    """Columns with ties: a few values, the extremes among them."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        few = st.sampled_from([0.0, -0.0, 1.5, -2.0, 3e4, np.inf, -np.inf, np.nan])
    else:
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        few = st.sampled_from([low, low + 1, 0, 1, 100, high - 1, high])
    any_value = hnp.from_dtype(dtype)
    shapes = st.integers(1, 40)
    return hnp.arrays(
        dtype, shapes, elements=st.one_of(few, any_value), fill=st.nothing()
    )


def python_order(values, descending):
    """Row by row: what is no number last, ties by row."""
    numbers = [value.item() for value in values]
    rows = [row for row, number in enumerate(numbers) if number == number]
    rows.sort(key=lambda row: -numbers[row] if descending else numbers[row])
    return rows + [row for row, number in enumerate(numbers) if number != number]


@pytest.mark.parametrize("dtype", DTYPES)
@given(data=st.data())
def test_both_sorts_order_as_python_does(dtype, data):
    values = data.draw(columns(dtype))
    for descending in (False, True):
        expected = python_order(values, descending)
        assert order_of(values, descending).tolist() == expected
        assert radix_order(values, descending).tolist() == expected


@pytest.mark.parametrize("sort", [sort_rows, sort_rows.py_func], ids=["jit", "python"])
@pytest.mark.parametrize("top", [1, 2**11 - 1, 2**11, 2**33, 2**64 - 1])
def test_the_kernel_sorts_and_keeps_the_order_of_equal_keys(sort, top):
    rng = np.random.default_rng(0)
    keys = rng.integers(0, top, 500, np.uint64, endpoint=True)
    keys[100:300] = keys[:200]
    expected = np.argsort(keys, kind="stable")
    rows = np.arange(keys.size, dtype=np.uint16)
    others = np.empty_like(keys), np.empty_like(rows)
    counts = np.zeros((6, 1 << DIGIT_BITS), np.uint64)
    with np.errstate(over="ignore"):
        n_passes = sort(keys, rows, *others, counts)
    np.testing.assert_array_equal(others[1] if n_passes % 2 else rows, expected)


def test_long_columns_take_the_radix_sort_and_words_never(monkeypatch):
    monkeypatch.setattr(_query_order, "_MIN_RADIX", 4)
    for values in (
        np.array([3, 1, 2, 1]),
        np.array([3.5, np.nan, -1, 3.5]),
        np.array([True, False, True, False]),
        np.array(["b", "", "c", "b"]),
        np.array(["b", "", "c", "b"], object),
        np.array([3, 1, 2, 1], np.longdouble),
    ):
        up, down = order_of(values, False), order_of(values, True)
        assert up.dtype == np.int64
        if values.dtype.kind in "UO":
            assert up.tolist() == [1, 0, 3, 2]
            assert down.tolist() == [2, 0, 3, 1]
        else:
            assert up.tolist() == python_order(values, False)
            assert down.tolist() == python_order(values, True)
