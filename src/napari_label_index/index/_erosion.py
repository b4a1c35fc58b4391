"""Labels less their surface: what a thin bridge held together falls into parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._components import neighbour_rows
from napari_label_index.index._parallel import Crew, n_threads_for
from napari_label_index.index._row_ranges import over_rows
from napari_label_index.kernels import count_eroded_parts

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, IntVector
    from napari_label_index.index._runs import RunTable


def find_eroded_parts(
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    time_axis: int | None = None,
    cancel: Cancel | None = None,
) -> IntVector:
    """Return in how many parts each label is after one erosion, (n_labels,).

    A voxel stays if all its face neighbours have its label; neighbours outside the
    volume are taken to have it, so that a label is not thinned where it is cut. What
    stays is joined at faces. Times are kept apart, and the most parts at one counted.
    """
    steps, _ = neighbour_rows(shape, 1, time_axis)
    time_or_none = -1 if time_axis is None else time_axis
    counts = np.zeros(runs.n_labels, np.int64)
    crew = Crew(n_threads_for(runs.n_runs), runs.n_labels, None, cancel)

    def work(part: RunTable, own: slice, rows: tuple[int, int]) -> None:
        count_eroded_parts(
            part.offsets, part.starts, part.lengths, shape, steps, bboxes[own],
            time_or_none, *rows, counts[own],
        )  # fmt: skip

    over_rows(runs, crew, work)
    return counts
