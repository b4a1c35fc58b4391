"""Rows by label or by label and time: one kind of index in place of the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.session._ahead import look_ahead
from napari_label_index.session._job import Report, Work, in_phase
from napari_label_index.session._selection import NO_LABELS
from napari_label_index.session._state import Ready, SettledState, Stale

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, LabelArray, OnProgress
    from napari_label_index.index import LabelIndex
    from napari_label_index.session._selection import LabelSelection

GROUPING = "Grouping by time"
MAX_RUNS_AT_ONCE = 1_000_000  # are grouped in some 50 ms


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


def rows_of_kind(
    index: LabelIndex,
    by_time: bool,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> LabelIndex:
    """Return an index by time, where that is asked for and there is time."""
    if by_time and index.can_be_by_time:
        return index.by_time(on_progress=on_progress, cancel=cancel)
    return index.by_label()


def takes_long(index: LabelIndex, by_time: bool) -> bool:
    """Whether the rows would be grouped for longer than a window may stand still."""
    is_by_time = by_time and index.can_be_by_time
    # Runs in files may be far away, and all of them are read to be split at times.
    is_read = is_by_time and index.runs.is_in_files
    is_large = is_read or index.n_runs > MAX_RUNS_AT_ONCE
    return index.is_by_time != is_by_time and is_large


def rows_work(index: LabelIndex, by_time: bool) -> Work:
    """Work that gives the same index in the other kind of rows."""

    def work(report: Report, cancel: Cancel) -> LabelIndex:
        rows = rows_of_kind(index, by_time, in_phase(report, GROUPING), cancel)
        look_ahead(rows)
        return rows

    return work


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
