"""Questions about places: boxes, masks, the label at a voxel, sections."""

from __future__ import annotations

import operator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.kernels import draw_runs

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import Box, IntVector
    from napari_label_index.index._runs import RunTable

_MANY_LABELS = 20_000  # worth a second thread when drawn


def box_of(bbox: IntVector) -> Box:
    """Return a row of starts and stops as slices."""
    ndim = bbox.size // 2
    bounds = [int(bound) for bound in bbox]
    return tuple(
        slice(*pair) for pair in zip(bounds[:ndim], bounds[ndim:], strict=True)
    )


def clipped(box: Box, shape: tuple[int, ...]) -> Box:
    """Return a box with numbers for bounds, cut to the volume.

    Raises
    ------
    ValueError
        If it does not have one slice for each axis, or one has a step.
    """
    if len(box) != len(shape):
        raise ValueError(f"the box needs {len(shape)} slices, got {len(box)}")
    bounds = [part.indices(size) for part, size in zip(box, shape, strict=True)]
    if any(step != 1 for _, _, step in bounds):
        raise ValueError("the slices of the box must have no step")
    return tuple(slice(start, max(start, stop)) for start, stop, _ in bounds)


def rows_meeting(bboxes: IntVector, box: Box, shape: tuple[int, ...]) -> IntVector:
    """Return the rows of the labels whose boxes meet this one, sorted."""
    ndim = len(shape)
    meets = np.ones(len(bboxes), np.bool_)
    for axis, (window, size) in enumerate(zip(box, shape, strict=True)):
        begin, end, _ = window.indices(size)
        meets &= (bboxes[:, axis] < end) & (bboxes[:, ndim + axis] > begin)
    return np.flatnonzero(meets)


def draw(
    runs: RunTable,
    rows: IntVector,
    values: npt.NDArray[Any],
    shape: tuple[int, ...],
    box: Box,
    step: int | tuple[int, ...],
) -> npt.NDArray[Any]:
    """Draw ``box[::step]``: the value of its label in each voxel of those in `rows`.

    All else is 0, in the dtype of `values`.
    """
    box, steps = clipped(box, shape), _steps(step, len(shape))
    counts = [
        -(-(part.stop - part.start) // step)
        for part, step in zip(box, steps, strict=True)
    ]
    picture = np.zeros(counts, values.dtype)
    if not (picture.size and rows.size):
        return picture
    for own, some, chosen in runs.some(rows):
        _draw_into(picture, some, chosen, values[own], shape, box, steps)
    return picture


def _steps(step: int | tuple[int, ...], ndim: int) -> tuple[int, ...]:
    """Return the step along each axis; `ValueError` unless all are above 0."""
    steps = (step,) * ndim if isinstance(step, (int, np.integer)) else tuple(step)
    if len(steps) != ndim or min(steps) < 1:
        raise ValueError(f"a step is 1 or more, or {ndim} such numbers, got {step}")
    return tuple(map(operator.index, steps))


def _draw_into(
    picture: npt.NDArray[Any],
    runs: RunTable,
    rows: IntVector,
    values: npt.NDArray[Any],
    shape: tuple[int, ...],
    box: Box,
    steps: tuple[int, ...],
) -> None:
    begin, end = zip(*((part.start, part.stop) for part in box), strict=True)

    def draw_part(part: slice) -> None:
        draw_runs(
            rows[part], values[part], runs.offsets, runs.starts, runs.lengths,
            shape, begin, end, steps, picture.reshape(-1),
        )  # fmt: skip

    if rows.size < _MANY_LABELS:
        draw_part(slice(None))
    else:  # side by side: labels share no voxel
        crew = Crew(n_usable_cores(), rows.size)
        bounds = np.linspace(0, rows.size, crew.n_threads + 1).astype(int).tolist()
        crew.map(draw_part, [slice(*pair) for pair in pairwise(bounds)])


def row_at(
    runs: RunTable, bboxes: IntVector, shape: tuple[int, ...], place: tuple[int, ...]
) -> int | None:
    """Return the row of the label that has this voxel, or None."""
    inside = all(0 <= at < size for at, size in zip(place, shape, strict=True))
    if not inside:
        return None
    rows = np.arange(runs.n_labels)
    for axis, at in enumerate(place):  # few boxes are left after the first axis
        starts, stops = bboxes[rows, axis], bboxes[rows, len(shape) + axis]
        rows = rows[(starts <= at) & (at < stops)]
    position = int(np.ravel_multi_index(place, shape))
    for row in rows.tolist():
        starts, lengths = runs.of_row(row)
        # In the type of the starts, or searchsorted would convert all of them.
        run = np.searchsorted(starts, starts.dtype.type(position), "right") - 1
        if run >= 0 and position - int(starts[run]) < int(lengths[run]):
            return int(row)
    return None


def largest_section(
    starts: IntVector,
    lengths: IntVector,
    box: Box,
    shape: tuple[int, ...],
    axes: tuple[int, ...],
) -> tuple[int, ...]:
    """Return the place along `axes` where some runs have most voxels."""
    if not axes:
        return ()
    last_axis = len(shape) - 1
    where = np.unravel_index(starts.astype(np.int64), shape)
    sizes = [box[axis].stop - box[axis].start for axis in axes]
    keys = [where[axis] - box[axis].start for axis in axes]
    if last_axis not in axes:
        totals = np.zeros(sizes, np.int64)
        np.add.at(totals, tuple(keys), lengths.astype(np.int64))
    else:
        # A run adds one to each column it covers: up at its start, down after its end.
        at_last = axes.index(last_axis)
        sizes[at_last] += 1
        totals = np.zeros(sizes, np.int64)
        np.add.at(totals, tuple(keys), 1)
        keys[at_last] = keys[at_last] + lengths
        np.add.at(totals, tuple(keys), -1)
        totals = totals.cumsum(axis=at_last)
    best = np.unravel_index(np.argmax(totals), totals.shape)
    return tuple(
        int(place) + box[axis].start for place, axis in zip(best, axes, strict=True)
    )
