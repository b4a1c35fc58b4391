"""Holes of every label: cavities that no path of voxel faces leads out of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._components import join_with
from napari_label_index.index._parallel import Crew, n_threads_for
from napari_label_index.index._row_ranges import over_rows, parts_of
from napari_label_index.kernels import count_holes, list_hole_gaps, list_parts

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, IntVector
    from napari_label_index.index._runs import RunTable

_LABELS_AT_ONCE = 256  # between two looks at whether to stop


def find_holes(
    runs: RunTable,
    shape: tuple[int, ...],
    time_axis: int | None = None,
    cancel: Cancel | None = None,
) -> tuple[IntVector, IntVector]:
    """Return the holes of each label, (n_labels,), and the voxels in them.

    What is in a hole, background or other labels, makes no difference. A cavity that
    is open to the border of the volume is no hole. Times are kept apart.
    """
    time_or_none = -1 if time_axis is None else time_axis
    n_holes = np.zeros(runs.n_labels, np.int64)
    hole_voxels = np.zeros(runs.n_labels, np.int64)
    crew = Crew(n_threads_for(runs.n_runs), runs.n_labels, None, cancel)

    def work(part: RunTable, own: slice, rows: tuple[int, int]) -> None:
        count_holes(
            part.offsets, part.starts, part.lengths, shape, time_or_none, *rows,
            n_holes[own], hole_voxels[own],
        )  # fmt: skip

    over_rows(runs, crew, work)
    return n_holes, hole_voxels


def find_filled_voxels(
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    n_holes: IntVector,
    time_axis: int | None = None,
    cancel: Cancel | None = None,
) -> IntVector:
    """Return how many voxels in the holes of each label other labels fill.

    Whatever lies in a hole lies in it with its whole component. So each component is
    looked up once, by its first voxel, in the gaps that make up the holes.
    """
    filled = np.zeros(runs.n_labels, np.int64)
    if not n_holes.any():
        return filled
    part_starts, part_sizes = _all_components(runs, shape, bboxes, time_axis, cancel)
    order = np.argsort(part_starts)
    part_starts = part_starts[order]
    sizes_before = np.concatenate([[0], np.cumsum(part_sizes[order])])
    time_or_none = -1 if time_axis is None else time_axis

    def work(rows: IntVector) -> None:
        for row in rows.tolist():
            gaps, holes = list_hole_gaps(*runs.of_row(row), shape, time_or_none)
            inside = gaps[holes > 0]
            edges = inside[:, :1] * shape[-1] + inside[:, 1:]
            places = np.searchsorted(part_starts, edges.astype(part_starts.dtype))
            met = sizes_before[places[:, 1]] - sizes_before[places[:, 0]]
            filled[row] = met.sum()

    rows = np.flatnonzero(n_holes)
    crew = Crew(n_threads_for(runs.n_runs), rows.size, None, cancel)
    crew.map(work, np.array_split(rows, -(-rows.size // _LABELS_AT_ONCE)))
    return filled


def _all_components(
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    time_axis: int | None,
    cancel: Cancel | None,
) -> tuple[IntVector, IntVector]:
    """Return the first voxel and the size of every component of every label."""
    crew = Crew(n_threads_for(runs.n_runs), runs.n_runs, None, cancel)
    starts, sizes = [runs.no_runs()[0]], [np.empty(0, np.int64)]
    for own, part in parts_of(runs):
        components, numbers = join_with(crew, part, shape, bboxes[own], 1, time_axis)
        first_parts = np.cumsum(components.counts) - components.counts
        part_starts = np.empty(int(components.counts.sum()), starts[0].dtype)
        part_sizes = np.zeros(part_starts.size, np.int64)
        list_parts(
            part.offsets, part.starts, part.lengths, numbers,
            first_parts, part_starts, part_sizes,
        )  # fmt: skip
        starts.append(part_starts)
        sizes.append(part_sizes)
    return np.concatenate(starts), np.concatenate(sizes)
