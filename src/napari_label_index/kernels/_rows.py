"""Runs label by label -> the runs of a window of rows, row by row.

They are listed label by label, sorted by column elsewhere, and dealt out to their rows.
"""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._find import first_run_from
from napari_label_index.kernels._jit import kernel


@kernel
def bound_runs(rows_of_table, offsets, starts, first, last, bounds):
    """Fill `bounds`, (n, 2), with the runs of labels at positions ``first:last``."""
    for number in range(rows_of_table.size):
        row = rows_of_table[number]
        begin, end = offsets[row], offsets[row + 1]
        bounds[number, 0] = first_run_from(starts, begin, end, np.uint64(first))
        bounds[number, 1] = first_run_from(starts, begin, end, np.uint64(last))


@kernel
def gather_runs(
    rows_of_table, bounds, starts, lengths, n_columns, first_row,
    rows, columns, stops, owners,
):  # fmt: skip
    """List the runs of a window, label by label.

    Parameters
    ----------
    rows_of_table : (n,) rows of the run table that have runs in the window
    bounds : (n, 2) int64 the stretch of their runs that is in the window
    starts, lengths : of the run table
    n_columns, first_row : of the volume, and the first row of the window
    rows, columns, stops, owners : (n_runs,) filled: the row of the window, the first
        column, one past the last, and the row of the table
    """
    filled = 0
    for number in range(rows_of_table.size):
        for k in range(bounds[number, 0], bounds[number, 1]):
            row = np.int64(starts[k]) // n_columns
            column = np.int64(starts[k]) - row * n_columns
            rows[filled] = row - first_row
            columns[filled] = column
            stops[filled] = column + np.int64(lengths[k])
            owners[filled] = rows_of_table[number]
            filled += 1


@kernel
def deal_runs_to_rows(order, rows, columns, stops, owners, ends, dealt):
    """Deal runs out to their rows, in this order, which is that of their columns.

    Parameters
    ----------
    order : (n_runs,)
    rows, columns, stops, owners : (n_runs,) as above
    ends : (n_rows + 1,) int64, filled: runs of row r are ``ends[r]:ends[r + 1]``
    dealt : tuple of arrays like `columns`, `stops` and `owners`, filled
    """
    ends[:] = 0
    for k in range(rows.size):
        ends[rows[k] + 1] += 1
    for row in range(ends.size - 1):
        ends[row + 1] += ends[row]
    cursors = ends[:-1].copy()
    for k in order:
        place = cursors[rows[k]]
        cursors[rows[k]] += 1
        dealt[0][place] = columns[k]
        dealt[1][place] = stops[k]
        dealt[2][place] = owners[k]
