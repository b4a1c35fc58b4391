"""Connected components of every label, from the runs alone."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._parallel import Crew, n_threads_for
from napari_label_index.index._row_ranges import even_row_ranges, parts_of
from napari_label_index.index._runs import RunTable
from napari_label_index.kernels import count_at_once, join_runs, measure_parts

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, IntVector, OnProgress


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """How many connected components each label has; row ``i`` is ``labels[i]``.

    Attributes
    ----------
    counts : (n_labels,) int64
        Of all times together.
    at_once : (n_labels,) int64
        The most at any one time.
    largest : (n_labels,) int64
        Voxels of the largest.
    smallest : (n_labels,) int64
        Voxels of the smallest.
    """

    counts: IntVector
    at_once: IntVector
    largest: IntVector
    smallest: IntVector


def find_components(
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    connectivity: int,
    time_axis: int | None = None,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Components:
    """Count the components of every label."""
    crew = Crew(n_threads_for(runs.n_runs), runs.n_runs, on_progress, cancel)
    found = [
        join_with(crew, part, shape, bboxes[own], connectivity, time_axis)[0]
        for own, part in parts_of(runs)
    ]
    if len(found) == 1:
        return found[0]
    return Components(
        *(
            np.concatenate([getattr(each, field.name) for each in found])
            for field in fields(Components)
        )
    )


def join_parts(
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    connectivity: int,
    time_axis: int | None = None,
) -> tuple[Components, IntVector]:
    """Find the components of every label, and which of them each run belongs to.

    Returns
    -------
    components : Components
    parts : (n_runs,) uint32
        The component of each run within its label, in the order of their first voxels.
    """
    crew = Crew(n_threads_for(runs.n_runs), runs.n_runs)
    return join_with(crew, runs, shape, bboxes, connectivity, time_axis)


def join_with(
    crew: Crew,
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    connectivity: int,
    time_axis: int | None = None,
) -> tuple[Components, IntVector]:
    """As `join_parts`, by the threads of a crew, which counts runs."""
    steps, slacks = neighbour_rows(shape, connectivity, time_axis)
    parts = np.empty(runs.n_runs, np.uint32)
    n_parts = np.zeros(runs.n_labels, np.int64)
    at_once = n_parts if time_axis is None else np.zeros(runs.n_labels, np.int64)
    sizes = np.zeros((runs.n_labels, 2), np.int64)

    def work(rows: tuple[int, int]) -> None:
        join_runs(
            runs.offsets, runs.starts, runs.lengths, shape, steps, slacks,
            bboxes, *rows, parts, n_parts,
        )  # fmt: skip
        measure_parts(runs.offsets, runs.lengths, parts, n_parts, *rows, sizes)
        if time_axis is not None:
            count_at_once(
                runs.offsets, runs.starts, parts, bboxes, shape, time_axis,
                *rows, at_once,
            )  # fmt: skip
        crew.advance(int(runs.offsets[rows[1]] - runs.offsets[rows[0]]))

    crew.map(work, even_row_ranges(runs, 16 * crew.n_threads))
    return Components(n_parts, at_once, sizes[:, 1], sizes[:, 0]), parts


def neighbour_rows(
    shape: tuple[int, ...], connectivity: int, time_axis: int | None = None
) -> tuple[IntVector, IntVector]:
    """Return the steps to the neighbouring rows that come before a row in C order.

    Two voxels are neighbours if they differ by at most 1 on each axis, and on at most
    `connectivity` axes: 1 is faces, 2 also edges, 3 also corners (6, 18 and 26
    neighbours in 3D). Voxels at two times are never neighbours.

    Along an axis of one voxel there is no step. One that was taken all the same might
    lead to a later row, and past the last one: (-1, 1, 1) in (2, 1, 4, 4) is a row on.

    Returns
    -------
    steps : (n_steps, ndim - 1) int64
    slacks : (n_steps,) int64, 1 where columns may differ by one as well
    """
    n_axes = len(shape) - 1
    moves = [
        (0,) if shape[axis] == 1 or axis == time_axis else (-1, 0, 1)
        for axis in range(n_axes)
    ]
    steps, slacks = [], []
    for step in product(*moves):
        n_moved = sum(map(abs, step))
        if step < (0,) * n_axes and n_moved <= connectivity:
            steps.append(step)
            slacks.append(int(n_moved < connectivity))
    found = np.array(steps, np.int64).reshape(len(steps), n_axes)
    return found, np.array(slacks, np.int64)


def split(
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    row: int,
    connectivity: int,
    time_axis: int | None = None,
) -> RunTable:
    """Return the components of one label as a run table, numbered from 1."""
    starts, lengths = runs.of_row(row)
    alone = RunTable(
        runs.labels[row : row + 1].copy(),
        np.array([0, starts.size], np.int64),
        starts,
        lengths,
    )
    _, parts = join_parts(alone, shape, bboxes[row : row + 1], connectivity, time_axis)
    order = np.argsort(parts, kind="stable")
    run_counts = np.bincount(parts)
    offsets = np.concatenate([[0], np.cumsum(run_counts)]).astype(np.int64)
    labels = np.arange(1, run_counts.size + 1, dtype=np.uint32)
    return RunTable(labels, offsets, starts[order], lengths[order])
