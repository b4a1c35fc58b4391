"""What an edit within a box does to runs, from the rows of that box alone.

The rows of the box are scanned anew, from end to end. A label that had or has voxels
in the box keeps its runs of all other rows, and takes the new ones of these. No other
label has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import NotIntegerLabelsError, UnsupportedLabelsError
from napari_label_index.index._parallel import Crew, n_threads_for
from napari_label_index.index._read_block import read_block
from napari_label_index.index._run_grouping import group_runs, total_work
from napari_label_index.index._runs import RunTable, start_dtype
from napari_label_index.index._sorted_sets import distinct, union
from napari_label_index.index._split_times import split_at_times
from napari_label_index.index._validate import check_label_image

if TYPE_CHECKING:
    from typing import Any

    from napari_label_index._typing import Box, IntVector, LabelArray
    from napari_label_index.index._time_keys import TimeKeys


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit did to the runs."""

    changed: RunTable  # all runs of the labels that changed, and of new ones
    gone: LabelArray  # labels that have no voxel any more


def find_edit(
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    data: Any,
    box: Box,
    background: int,
    by_time: tuple[TimeKeys, int] | None = None,
) -> Edit:
    """Compare the runs of an index with a volume that has changed within a box.

    Parameters
    ----------
    runs, shape, bboxes
        Of the index.
    data : array-like of the same shape
        The volume now; read in the rows of the box alone.
    box : tuple of slices
        One per axis, with starts and stops within the shape.
    background : int
        The label that is left out.
    by_time : (TimeKeys, int), optional
        Where the runs are those of labels at times: the keys, and the axis of time.
    """
    begin, end = zip(*((axis.start, axis.stop) for axis in box), strict=True)
    rows = _RowsOfBox(shape, begin, end)
    dtype = runs.labels.dtype if by_time is None else by_time[0].label_dtype
    fresh = rows.in_volume(_runs_of_rows(data, rows.key, dtype, background))
    if by_time is not None:
        keys, time_axis = by_time
        fresh = split_at_times(fresh, shape, time_axis, keys)
    # Axis by axis: `all` along an axis this short takes ten times as long.
    met = np.ones(len(bboxes), bool)
    for axis, (first, stop) in enumerate(zip(begin, end, strict=True)):
        met &= (bboxes[:, axis] < stop) & (bboxes[:, len(shape) + axis] > first)
    before = runs.labels[met]
    labels = union(before, _labels_between(fresh, shape[-1], begin[-1], end[-1]))
    merged = [_merged(runs, fresh, label, rows) for label in labels]
    # Of most labels whose boxes meet this one, and a large one meets every box, not a
    # voxel has changed.
    is_other = np.array(
        [not _are_runs_of(runs, *each) for each in zip(labels, merged, strict=True)],
        bool,
    )
    labels, pieces = labels[is_other], list(compress(merged, is_other))
    counts = np.array([starts.size for starts, _ in pieces], np.int64)
    offsets = np.concatenate([[0], np.cumsum(counts[counts > 0])]).astype(np.int64)
    starts = np.concatenate([fresh.starts[:0], *(starts for starts, _ in pieces)])
    lengths = np.concatenate([fresh.lengths[:0], *(lengths for _, lengths in pieces)])
    changed = RunTable(labels[counts > 0], offsets, starts, lengths)
    return Edit(changed, labels[counts == 0])


class _RowsOfBox:
    """The rows of a volume that a box meets, each from end to end."""

    def __init__(
        self, shape: tuple[int, ...], begin: tuple[int, ...], end: tuple[int, ...]
    ) -> None:
        self._sizes = shape[:-1]
        self._begin, self._end = begin[:-1], end[:-1]
        self._row_length = shape[-1]
        bounds = zip(self._begin, self._end, strict=True)
        self.key = (*(slice(*pair) for pair in bounds), slice(0, shape[-1]))
        numbers = np.zeros((1,), np.int64)
        for size, low, high in zip(self._sizes, self._begin, self._end, strict=True):
            numbers = np.add.outer(numbers * size, np.arange(low, high)).ravel()
        self._numbers = numbers  # of the rows, in the volume

    @property
    def first(self) -> int:
        """Flat position of the first voxel."""
        return int(self._numbers[0]) * self._row_length

    @property
    def last(self) -> int:
        """Flat position of the last voxel."""
        return (int(self._numbers[-1]) + 1) * self._row_length - 1

    def in_volume(self, runs: RunTable) -> RunTable:
        """Return runs of these rows alone as runs of the volume."""
        rows, columns = np.divmod(runs.starts.astype(np.int64), self._row_length)
        starts = self._numbers[rows] * self._row_length + columns
        dtype = start_dtype(prod(self._sizes) * self._row_length)
        return RunTable(runs.labels, runs.offsets, starts.astype(dtype), runs.lengths)

    def contain(self, starts: IntVector) -> IntVector:
        """Return which runs lie in one of the rows."""
        rest = starts // self._row_length
        inside = np.ones(starts.size, bool)
        for axis in range(len(self._sizes) - 1, -1, -1):
            rest, place = np.divmod(rest, self._sizes[axis])
            inside &= (place >= self._begin[axis]) & (place < self._end[axis])
        return inside


def _runs_of_rows(
    data: Any,
    key: tuple[slice, ...],
    label_dtype: np.dtype[Any],
    background: int,
) -> RunTable:
    volume = check_label_image(read_block(data, key))
    if volume.label_dtype != label_dtype:
        raise UnsupportedLabelsError(
            f"the volume now holds {volume.label_dtype}, the index {label_dtype} ids; "
            "build the index again"
        )
    crew = Crew(n_threads_for(volume.n_voxels), total_work(volume))
    try:
        return group_runs(volume, background, crew)
    except NotIntegerLabelsError as error:
        first = tuple(axis.start for axis in key)
        raise NotIntegerLabelsError(f"{error}, counted from {first}") from error


def _labels_between(
    fresh: RunTable, row_length: int, low: int, high: int
) -> LabelArray:
    """Return the labels that have a voxel from one column to before another."""
    columns = fresh.starts % fresh.starts.dtype.type(row_length)
    meets = (columns < high) & (columns + fresh.lengths > low)
    return distinct(np.repeat(fresh.labels, np.diff(fresh.offsets))[meets])


def _merged(
    runs: RunTable, fresh: RunTable, label: Any, rows: _RowsOfBox
) -> tuple[IntVector, IntVector]:
    """Return the runs of a label: old ones elsewhere, fresh ones in `rows`."""
    old_starts, old_lengths = _runs_of(runs, label)
    new_starts, new_lengths = _runs_of(fresh, label)
    # Bounds in the type of the starts, or searchsorted would convert all of them.
    bounds = np.array([rows.first, rows.last], old_starts.dtype)
    head = int(np.searchsorted(old_starts, bounds[0], "left"))
    tail = int(np.searchsorted(old_starts, bounds[1], "right"))
    kept = head + np.flatnonzero(~rows.contain(old_starts[head:tail]))
    order = np.argsort(np.concatenate([old_starts[kept], new_starts]), kind="stable")

    def joined(old: IntVector, new: IntVector) -> IntVector:
        middle = np.concatenate([old[kept], new])[order]
        return np.concatenate([old[:head], middle, old[tail:]])

    return joined(old_starts, new_starts), joined(old_lengths, new_lengths)


def _are_runs_of(
    table: RunTable, label: Any, found: tuple[IntVector, IntVector]
) -> bool:
    return all(map(np.array_equal, _runs_of(table, label), found))


def _runs_of(table: RunTable, label: Any) -> tuple[IntVector, IntVector]:
    row = int(np.searchsorted(table.labels, label))
    if row < table.n_labels and table.labels[row] == label:
        return table.of_row(row)
    return table.no_runs()
