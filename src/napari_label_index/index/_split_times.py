"""Runs of labels -> runs of labels at times, and back; the volume is not needed.

Where time is the first axis, the runs of a label lie in the order of its times, so that
both tables share their runs: only labels and offsets are new.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._parallel import Crew
from napari_label_index.index._regrouped_runs import RegroupedRuns
from napari_label_index.index._row_ranges import parts_of
from napari_label_index.index._runs import RunTable, firsts_of

if TYPE_CHECKING:
    from napari_label_index._typing import BoolArray, Cancel, IntVector, OnProgress
    from napari_label_index.index._time_keys import TimeKeys


class _OtherTimes(RegroupedRuns):
    """Labels at times of a table of labels, or the other way round."""

    __slots__ = ()


def split_at_times(
    runs: RunTable,
    shape: tuple[int, ...],
    time_axis: int,
    keys: TimeKeys,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> RunTable:
    """Return the same runs, grouped by label and time.

    Parameters
    ----------
    runs : RunTable
        Grouped by label.
    shape, time_axis
        Of the volume; time is not the last axis.
    keys : TimeKeys
        What the labels of the new table are made with.
    on_progress, cancel : optional callbacks
        As in `build_index`.
    """
    crew = Crew(1, runs.n_runs, on_progress, cancel)
    if runs.is_in_files:
        return _split_in_files(runs, shape, time_axis, keys, crew)
    (table,) = crew.map(lambda whole: _split(whole, shape, time_axis, keys), [runs])
    crew.advance(runs.n_runs)
    crew.report()
    return table


def _split(
    runs: RunTable, shape: tuple[int, ...], time_axis: int, keys: TimeKeys
) -> RunTable:
    times = _times_of(runs, shape, time_axis)
    starts, lengths, n_runs = runs.starts, runs.lengths, runs.n_runs
    if time_axis > 0:
        order = _order_within(runs.offsets, times, shape[time_axis])
        times, starts, lengths = times[order], starts[order], lengths[order]
    firsts = np.flatnonzero(_begins(times, runs.offsets))
    rows = np.searchsorted(runs.offsets, firsts, "right") - 1
    labels = keys.pack(runs.labels[rows], times[firsts])
    offsets = np.append(firsts, n_runs).astype(np.int64)
    return RunTable(labels, offsets, starts, lengths)


def _split_in_files(
    runs: RunTable,
    shape: tuple[int, ...],
    time_axis: int,
    keys: TimeKeys,
    crew: Crew,
) -> RunTable:
    """Find labels and offsets part by part; each label is a group."""
    if isinstance(runs, _OtherTimes):
        return runs.base  # from which these were joined

    def regroup(table: RunTable) -> RunTable:
        return _split(table, shape, time_axis, keys)

    labels, n_runs = [np.empty(0, keys.dtype)], [np.zeros(1, np.int64)]
    n_times = [np.zeros(1, np.int64)]
    for _, part in parts_of(runs):
        (split,) = crew.map(regroup, [part])
        rows = np.searchsorted(part.labels, keys.labels_of(split.labels))
        labels.append(split.labels)
        n_runs.append(np.diff(split.offsets))
        n_times.append(np.bincount(rows, minlength=part.n_labels))
        crew.advance(part.n_runs)
    crew.report()
    ends = np.cumsum(np.concatenate(n_times))
    edges = np.stack([np.arange(ends.size), ends])
    offsets = np.cumsum(np.concatenate(n_runs))
    return _OtherTimes(runs, np.concatenate(labels), offsets, edges, regroup)


def join_times(
    runs: RunTable, shape: tuple[int, ...], time_axis: int, keys: TimeKeys
) -> RunTable:
    """Return the same runs, grouped by label: the opposite of `split_at_times`."""
    if runs.is_in_files and isinstance(runs, _OtherTimes):
        return runs.base  # from which these were split
    ids = keys.labels_of(runs.labels)
    firsts = firsts_of(ids)
    offsets = np.append(runs.offsets[firsts], runs.n_runs).astype(np.int64)
    if runs.is_in_files:

        def regroup(table: RunTable) -> RunTable:
            return join_times(table, shape, time_axis, keys)

        edges = np.stack([np.append(firsts, ids.size), np.arange(offsets.size)])
        return _OtherTimes(runs, ids[firsts], offsets, edges, regroup)
    starts, lengths = runs.starts, runs.lengths
    if time_axis > 0:
        order = _order_within(offsets, starts, prod(shape))
        starts, lengths = starts[order], lengths[order]
    return RunTable(ids[firsts], offsets, starts, lengths)


def count_times(
    runs: RunTable,
    shape: tuple[int, ...],
    time_axis: int,
    cancel: Cancel | None = None,
) -> IntVector:
    """Return at how many times each label is there, (n_labels,) int64."""
    crew = Crew(1, runs.n_labels, None, cancel)

    def work(part: RunTable) -> IntVector:
        return _count_times(part, shape, time_axis)

    # Part by part, or all of them would be in memory at once.
    counts = [found for _, part in parts_of(runs) for found in crew.map(work, [part])]
    return np.concatenate(counts)


def _count_times(runs: RunTable, shape: tuple[int, ...], time_axis: int) -> IntVector:
    times = _times_of(runs, shape, time_axis)
    if time_axis > 0:
        times = times[_order_within(runs.offsets, times, shape[time_axis])]
    if not times.size:
        return np.zeros(runs.n_labels, np.int64)
    begins = _begins(times, runs.offsets)
    counts: IntVector = np.add.reduceat(begins, runs.offsets[:-1], dtype=np.int64)
    return counts


def _times_of(runs: RunTable, shape: tuple[int, ...], time_axis: int) -> IntVector:
    """Return the time of each run, in the type of the starts."""
    starts = runs.starts
    times: IntVector = starts // starts.dtype.type(prod(shape[time_axis + 1 :]))
    if time_axis > 0:
        times %= starts.dtype.type(shape[time_axis])
    return times


def _order_within(offsets: IntVector, values: IntVector, n_values: int) -> IntVector:
    """Return the stable order of runs by values below `n_values`, in each group.

    One number for both: the groups are in order, and values are in long stretches, so
    that a merge sort has little to do.
    """
    n_groups = offsets.size - 1
    groups = np.repeat(np.arange(n_groups), np.diff(offsets))
    if n_groups * n_values >= 2**63:
        return np.lexsort((values, groups))
    groups *= n_values
    groups += values.astype(np.int64)
    order: IntVector = np.argsort(groups, kind="stable")
    return order


def _begins(times: IntVector, offsets: IntVector) -> BoolArray:
    """Return which runs begin a label or a time, of runs in the order of both."""
    begins = np.ones(times.size, bool)
    np.not_equal(times[1:], times[:-1], out=begins[1:])
    begins[offsets[:-1]] = True
    return begins
