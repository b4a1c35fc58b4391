"""Which rows of a table some labels have, which are shown, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from napari_label_index._typing import BoolArray, IntVector, LabelArray

NO_ROWS: IntVector = np.empty(0, np.int64)


def rows_among(known: LabelArray, labels: LabelArray) -> IntVector:
    """Return the rows of those of the labels that are known."""
    if not known.size:
        return NO_ROWS
    # In the table's dtype: int64 and uint64 would meet as float64.
    labels = labels.astype(known.dtype)
    rows = np.searchsorted(known, labels)
    rows = np.minimum(rows, len(known) - 1)
    found: IntVector = rows[known[rows] == labels]
    return found


def mask_of(known: LabelArray, labels: LabelArray | None) -> BoolArray | None:
    """Return which of the known labels are among some others; None for all of them."""
    if labels is None:
        return None
    mask = np.zeros(len(known), bool)
    mask[rows_among(known, labels)] = True
    return mask


def are_same(one: BoolArray | None, other: BoolArray | None) -> bool:
    """Whether two masks let the same rows be seen."""
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)


def stable_order(values: LabelArray, *, descending: bool) -> IntVector:
    """Return the rows in the order of their values; equal ones keep theirs."""
    if not descending:
        return np.argsort(values, kind="stable")
    # Reversed twice, so that equal values keep their order going down too.
    order: IntVector = len(values) - 1 - np.argsort(values[::-1], kind="stable")[::-1]
    return order
