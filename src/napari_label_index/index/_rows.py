"""The runs of a window of a volume, row by row and left to right.

A run table holds runs label by label; what lies side by side is seen row by row.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._runs import length_dtype
from napari_label_index.kernels import deal_runs_to_rows, gather_runs

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector
    from napari_label_index.index._placed_runs import PlacedRuns

_WINDOW_RUNS = 2**19  # of one window, so that its rows stay in the cache
_WINDOW_ROWS = 2**22  # of voxels, at 8 bytes each


def windows_of(placed: PlacedRuns, begin: int, stop: int) -> list[tuple[int, int]]:
    """Cut a slab into windows with a bounded number of runs and rows."""
    n_items = placed.items[1] - placed.items[0]
    by_runs = _WINDOW_RUNS * n_items // max(placed.runs.n_runs, 1)
    by_rows = _WINDOW_ROWS // max(prod(placed.shape[1:-1]), 1)
    thickness = max(1, min(by_runs, by_rows))
    return [(at, min(at + thickness, stop)) for at in range(begin, stop, thickness)]


def runs_by_row(
    placed: PlacedRuns, begin: int, stop: int
) -> tuple[int, IntVector, IntVector, IntVector, IntVector]:
    """Return the runs of ``begin:stop`` of the first axis, row by row.

    Returns
    -------
    first_row : the row of voxels that the window begins with
    ends : (n_rows + 1,) int64: runs of row r are ``ends[r]:ends[r + 1]``
    columns, stops : (n_runs,) first column of each run, and one past its last
    owners : (n_runs,) uint32 row of the index
    """
    runs = placed.runs
    rows, bounds = placed.bounds(begin, stop)
    n_columns, rows_per_item = placed.shape[-1], prod(placed.shape[1:-1])
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
