"""The runs of a window of a volume, row by row and left to right.

A run table holds runs label by label; what lies side by side is seen row by row.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._runs import length_dtype
from napari_label_index.kernels import bound_runs, deal_runs_to_rows, gather_runs

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector
    from napari_label_index.index._runs import RunTable

_WINDOW_RUNS = 2**19  # of one window, so that its rows stay in the cache


def as_planes(
    shape: tuple[int, ...], bboxes: IntVector
) -> tuple[tuple[int, ...], IntVector]:
    """Give a single row an axis before it; leave other shapes as they are."""
    if len(shape) > 1:
        return shape, bboxes
    zeros, ones = np.zeros(len(bboxes), np.int64), np.ones(len(bboxes), np.int64)
    padded = np.stack([zeros, bboxes[:, 0], ones, bboxes[:, 1]], axis=1)
    return (1, *shape), padded


def item_windows(runs: RunTable, n_items: int) -> list[tuple[int, int]]:
    """Cut the first axis into windows that hold a bounded number of runs."""
    if not runs.n_runs:
        return []
    thickness = max(1, _WINDOW_RUNS * n_items // runs.n_runs)
    return [
        (start, min(start + thickness, n_items))
        for start in range(0, n_items, thickness)
    ]


def bounds_in(
    runs: RunTable, shape: tuple[int, ...], bboxes: IntVector, begin: int, stop: int
) -> tuple[IntVector, IntVector]:
    """Return which rows of the table meet ``begin:stop`` of the first axis.

    Returns
    -------
    rows : (n,) int64
    bounds : (n, 2) int64, the stretch of their runs that is in the window
    """
    rows = np.flatnonzero((bboxes[:, 0] < stop) & (bboxes[:, len(shape)] > begin))
    bounds = np.empty((rows.size, 2), np.int64)
    item = prod(shape[1:])
    bound_runs(rows, runs.offsets, runs.starts, begin * item, stop * item, bounds)
    return rows, bounds


def runs_by_row(
    runs: RunTable, shape: tuple[int, ...], bboxes: IntVector, begin: int, stop: int
) -> tuple[int, IntVector, IntVector, IntVector, IntVector]:
    """Return the runs of ``begin:stop`` of the first axis, row by row.

    Returns
    -------
    first_row : the row of voxels that the window begins with
    ends : (n_rows + 1,) int64: runs of row r are ``ends[r]:ends[r + 1]``
    columns, stops : (n_runs,) first column of each run, and one past its last
    owners : (n_runs,) uint32 row of the run table
    """
    rows, bounds = bounds_in(runs, shape, bboxes, begin, stop)
    n_columns, rows_per_item = shape[-1], prod(shape[1:-1])
    first_row = begin * rows_per_item
    n_runs = int((bounds[:, 1] - bounds[:, 0]).sum())
    row_of_run, owners = np.empty(n_runs, np.uint32), np.empty(n_runs, np.uint32)
    columns = np.empty(n_runs, length_dtype(n_columns))
    stops = np.empty_like(columns)
    gather_runs(
        rows, bounds, runs.starts, runs.lengths, n_columns, first_row,
        row_of_run, columns, stops, owners,
    )  # fmt: skip
    order = np.argsort(columns, kind="stable")  # a radix sort where 16 bits suffice
    ends = np.empty((stop - begin) * rows_per_item + 1, np.int64)
    dealt = (np.empty_like(columns), np.empty_like(stops), np.empty_like(owners))
    deal_runs_to_rows(order, row_of_run, columns, stops, owners, ends, dealt)
    return (first_row, ends, *dealt)
