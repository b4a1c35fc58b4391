"""Rows that are put in their place one by one stand as a sort would put them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index._widget.table import _row_order
from napari_label_index._widget.table._row_order import order_after, stable_order

VALUES = st.lists(st.integers(0, 5), min_size=1, max_size=30)


@pytest.mark.parametrize("few", [0, 500], ids=["sorted anew", "put in place"])
@given(VALUES, st.data(), st.booleans(), st.sampled_from([np.uint8, np.float64]))
def test_the_order_after_an_edit_is_that_of_a_sort(few, values, data, down, dtype):
    before = np.array(values, dtype)
    after = before.copy()
    edits = st.tuples(st.integers(0, len(values) - 1), st.integers(0, 5))
    for row, value in data.draw(st.lists(edits, max_size=6)):
        after[row] = value
    order = stable_order(before, descending=down)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_row_order, "_FEW_ROWS", few)
        found = order_after(order, before, after, descending=down)
    signed = after.astype(float) * (-1 if down else 1)
    expected = sorted(range(len(values)), key=lambda row: (signed[row], row))
    assert found.tolist() == expected
