"""Which rows of a table some labels have, which are shown, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, overload

import numpy as np

from napari_label_index.index._lookup import places_in
from napari_label_index.index.query._query_order import order_of

if TYPE_CHECKING:
    from napari_label_index._typing import BoolArray, IntVector, LabelArray

NO_ROWS: IntVector = np.empty(0, np.int64)
_FEW_ROWS = 500


class EveryRow:
    """All rows as they stand in the index, without an array of them.

    An array of ten million takes as long as all else that shows them.
    """

    def __init__(self, n_rows: int) -> None:
        self._n_rows = n_rows

    def __len__(self) -> int:
        return self._n_rows

    @overload
    def __getitem__(self, view_rows: int) -> int: ...

    @overload
    def __getitem__(self, view_rows: IntVector) -> IntVector: ...

    def __getitem__(self, view_rows: int | IntVector) -> int | IntVector:
        return view_rows


Rows: TypeAlias = "IntVector | EveryRow"


def rows_among(known: LabelArray, labels: LabelArray) -> IntVector:
    """Return the rows of those of the labels that are known."""
    if not known.size:
        return NO_ROWS
    # In the table's dtype: int64 and uint64 would meet as float64.
    labels = labels.astype(known.dtype, copy=False)
    rows = places_in(known, labels)
    rows = np.minimum(rows, len(known) - 1)
    found: IntVector = rows[known[rows] == labels]
    return found


def mask_of(known: LabelArray, labels: LabelArray | None) -> BoolArray | None:
    """Return which of the known labels are among some others; None for all of them."""
    if labels is None or np.array_equal(labels, known):
        return None
    mask = np.zeros(len(known), bool)
    mask[rows_among(known, labels)] = True
    return mask


def shown_of(order: Rows, is_shown: BoolArray | None) -> Rows:
    """Return the rows of an order that are shown; None for all of them."""
    if is_shown is None:
        return order
    if isinstance(order, EveryRow):
        return np.flatnonzero(is_shown)
    return order[is_shown[order]]


def places_of(order: Rows, n_rows: int) -> Rows:
    """Return where each row stands in an order that lacks some, or -1.

    They are rows of a Qt view, which are of 32 bits.
    """
    if isinstance(order, EveryRow):
        return order
    places = np.full(n_rows, -1, np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def sorted_values(values: LabelArray, rows: IntVector) -> LabelArray:
    """Return what stands in some rows of sorted values, without a sort of millions."""
    is_there = np.zeros(len(values), bool)
    is_there[rows] = True
    return values[is_there]


def are_same(one: BoolArray | None, other: BoolArray | None) -> bool:
    """Whether two masks let the same rows be seen."""
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)


def stable_order(values: LabelArray, *, descending: bool) -> IntVector:
    """Return the rows in the order of their values; equal ones keep theirs."""
    return order_of(values, descending)


def order_after(
    order: IntVector, before: LabelArray, values: LabelArray, *, descending: bool
) -> IntVector:
    """Return the order of rows of which few have another value than before.

    These are taken out and put in where they belong: a tenth of the time of a sort.
    """
    changed = np.flatnonzero(values != before)
    if changed.size > _FEW_ROWS:
        return stable_order(values, descending=descending)
    is_changed = np.zeros(len(values), bool)
    is_changed[changed] = True
    others = order[~is_changed[order]]
    changed = changed[stable_order(values[changed], descending=descending)]
    sorted_values = values[others]
    places = [
        _place_of(row, others, sorted_values, values, descending)
        for row in changed.tolist()
    ]
    placed: IntVector = np.insert(others, places, changed)
    return placed


def _place_of(
    row: int, others: IntVector, in_order: LabelArray, values: LabelArray, down: bool
) -> int:
    """Return where a row goes among others: after smaller values, ties by row."""
    if down:
        rising = in_order[::-1]
        first = len(others) - int(np.searchsorted(rising, values[row], "right"))
        stop = len(others) - int(np.searchsorted(rising, values[row], "left"))
    else:
        first = int(np.searchsorted(in_order, values[row], "left"))
        stop = int(np.searchsorted(in_order, values[row], "right"))
    return first + int(np.searchsorted(others[first:stop], row))
