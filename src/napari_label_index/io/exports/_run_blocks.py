"""The runs of chosen labels, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index import LabelIndex, RunTable

__all__ = ["iter_runs", "run_counts"]


def run_counts(index: LabelIndex, rows: IntVector) -> IntVector:
    """Return how many runs the labels in some rows have."""
    counts: IntVector = index.runs.offsets[rows + 1] - index.runs.offsets[rows]
    return counts


def iter_runs(
    index: LabelIndex, rows: IntVector, max_runs: int
) -> Iterator[tuple[LabelArray, IntVector, IntVector]]:
    """Yield (labels (n,), voxel coordinates of the starts (n, ndim), lengths (n,))."""
    for _, part, chosen in index.runs.some(rows):
        yield from _iter_some(part, chosen, index.shape, max_runs)


def _iter_some(
    table: RunTable, rows: IntVector, shape: tuple[int, ...], max_runs: int
) -> Iterator[tuple[LabelArray, IntVector, IntVector]]:
    ends = np.cumsum(np.diff(table.offsets)[rows])
    n_runs = int(ends[-1]) if rows.size else 0
    firsts = table.offsets[rows + 1] - ends  # number of a run minus its place
    for begin in range(0, n_runs, max_runs):
        places = np.arange(begin, min(begin + max_runs, n_runs))
        owners = np.searchsorted(ends, places, "right")
        runs = places + firsts[owners]
        starts = np.unravel_index(table.starts[runs].astype(np.int64), shape)
        labels = table.labels[rows[owners]]
        yield labels, np.stack(starts, axis=1), table.lengths[runs]
