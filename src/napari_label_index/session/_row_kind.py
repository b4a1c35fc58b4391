"""Rows by label or by label and time: one kind of index in place of the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.session._selection import NO_LABELS
from napari_label_index.session._state import Ready, SettledState, Stale

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex
    from napari_label_index.session._selection import LabelSelection


def in_rows(state: SettledState, by_time: bool) -> SettledState:
    """Return the same state with rows of that kind; without a time axis, by label.

    Raises
    ------
    UnsupportedLabelsError
        If the labels are too large for rows by time.
    """
    if not isinstance(state, Ready | Stale):
        return state
    rows = rows_of_kind(state.index, by_time)
    return state if rows is state.index else replace(state, index=rows)


def rows_of_kind(index: LabelIndex, by_time: bool) -> LabelIndex:
    """Return an index by time, where that is asked for and there is time."""
    return index.by_time() if by_time and index.can_be_by_time else index.by_label()


def is_other_kind(before: LabelIndex | None, after: LabelIndex | None) -> bool:
    """Whether labels of one index mean nothing in the other."""
    if before is None or after is None:
        return False
    return before.times != after.times


def rows_of_whole(
    before: LabelIndex, rows: LabelArray, after: LabelIndex
) -> LabelArray:
    """Return the rows of `after` of the labels that have all their rows among `rows`.

    Parameters
    ----------
    before, after
        The same volume in two kinds of rows.
    rows
        ``(n,)`` rows of `before`.
    """
    ids, n_given = np.unique(before.ids_of(rows), return_counts=True)
    _, n_all = np.unique(before.ids[np.isin(before.ids, ids)], return_counts=True)
    return after.keys_of(ids[n_given == n_all])


def ids_selected(
    index: LabelIndex | None, selection: LabelSelection
) -> tuple[LabelArray, LabelArray]:
    """Return the labels of the volume that are selected, and the focused one."""
    if index is None:
        return NO_LABELS, NO_LABELS
    focused = [] if selection.focused is None else [selection.focused]
    keys = np.array(focused, index.labels.dtype)
    return index.distinct_ids_of(selection.labels), index.ids_of(keys)


def select_ids(
    index: LabelIndex | None,
    selection: LabelSelection,
    ids: tuple[LabelArray, LabelArray],
) -> None:
    """Select all rows of labels, and focus the first row of the focused one."""
    if index is None:
        return
    selected, focused = ids
    selection.select(index.keys_of(selected))
    for key in index.keys_of(focused)[:1].tolist():
        selection.focus(key)
