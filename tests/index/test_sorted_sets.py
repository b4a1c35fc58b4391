"""Sets of ids in sorted arrays, beside those of Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np

from napari_label_index.index._sorted_sets import (
    difference,
    distinct,
    intersection,
    union,
    unshared,
)

DTYPES = st.sampled_from(["u1", "i2", "i8", "u8", "?"])
IDS = DTYPES.flatmap(
    lambda dtype: st.tuples(
        *[st_np.arrays(dtype, st.integers(0, 40), elements=None) for _ in "ab"]
    )
)


@given(IDS)
def test_sets_are_those_of_python(pair):
    one, other = map(distinct, pair)
    a, b = (set(ids.tolist()) for ids in pair)
    for found, expected in (
        (one, a),
        (union(one, other), a | b),
        (intersection(one, other), a & b),
        (difference(one, other), a - b),
        (unshared(one, other), a ^ b),
    ):
        assert found.tolist() == sorted(expected)
        assert found.dtype == pair[0].dtype


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
def test_ids_beyond_the_digits_of_floats_stay_apart(dtype):
    ids = np.array([2**53, 2**53 + 1], dtype)
    assert difference(ids, ids[:1]).tolist() == [2**53 + 1]
    assert union(ids[:1], ids[1:]).tolist() == ids.tolist()
