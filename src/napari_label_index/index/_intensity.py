"""Intensities of every label, from another image of the same shape."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index._block_reader import BlockReader, block_cuts
from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.index._placed_runs import PlacedRuns
from napari_label_index.index._read_block import read_block
from napari_label_index.index._runs import RunTable, bounded_stretches
from napari_label_index.index._slabs import windows_with_runs
from napari_label_index.kernels import add_intensities

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from napari_label_index._typing import (
        Box,
        Cancel,
        FloatArray,
        IntVector,
        LabelArray,
        OnProgress,
    )
    from napari_label_index.index._label_index import LabelIndex

    Columns = dict[str, FloatArray]  # (n_labels,) each
    Task = Callable[[], None]

_BLOCK_VOXELS = 2**24
# Of one task: threads share out the labels of a window, most often in so many tasks.
_TASK_RUNS, _TASKS = 2**15, 16


def measure_intensities(
    index: LabelIndex,
    image: Any,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Columns:
    """Return mean, least, largest and summed intensity, (n_labels,) each.

    The image is read once, in blocks of its first axis, the next while labels are
    measured in one. Threads share out labels, so that sums do not depend on how many
    there are.
    """
    check_image(image, index.shape)
    return _measured(index, image, _whole(index.shape), on_progress, cancel)


def changed_box(index: LabelIndex, changed: LabelArray) -> Box | None:
    """Return the box of those of some labels that an index has; None without any."""
    rows = np.flatnonzero(np.isin(index.labels, changed))
    if not rows.size:
        return None
    starts, stops = np.split(index.bboxes[rows], 2, axis=1)
    return tuple(map(slice, starts.min(axis=0).tolist(), stops.max(axis=0).tolist()))


def measure_changed(
    index: LabelIndex,
    image: Any,
    before: tuple[LabelArray, Columns],
    changed: LabelArray,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Columns:
    """Return what `measure_intensities` does, from what was found before some edits.

    The image is read in the box of the labels that changed alone. Each label is summed
    in the same order, so that the answer is the same to the last bit.

    Parameters
    ----------
    index, image
        As they are now.
    before : tuple
        The labels of an index that this one follows, and their intensities.
    changed : (n,) array
        The labels that changed, came or went since, sorted.
    on_progress, cancel : optional callbacks
        As in `build_index`.
    """
    check_image(image, index.shape)
    labels_before, columns = before
    is_changed = np.isin(index.labels, changed)
    rows_before = np.searchsorted(labels_before, index.labels[~is_changed])
    found = {name: np.empty(len(index)) for name in columns}
    box = changed_box(index, changed)
    fresh: Columns = {}
    if box is not None:
        some = replace(index, runs=index.runs.take(np.flatnonzero(is_changed)))
        fresh = _measured(some, image, box, on_progress, cancel)
    for name, values in found.items():
        values[~is_changed] = columns[name][rows_before]
        if box is not None:
            values[is_changed] = fresh[name]
    return found


def check_image(image: Any, shape: tuple[int, ...]) -> None:
    """Raise `UnsupportedLabelsError` unless it has a number for each voxel."""
    given = tuple(int(size) for size in image.shape)
    if given != shape or np.dtype(image.dtype).kind not in "iufb":
        raise UnsupportedLabelsError(
            f"an image of intensities must hold numbers, one for each of the "
            f"{shape} voxels, got {np.dtype(image.dtype)} of shape {given}"
        )


def _call(task: Task) -> None:
    task()


def _whole(shape: tuple[int, ...]) -> Box:
    return tuple(slice(0, size) for size in shape)


def _measured(
    index: LabelIndex,
    image: Any,
    box: Box,
    on_progress: OnProgress | None,
    cancel: Cancel | None,
) -> Columns:
    """Measure labels that lie in a box, of which alone the image is read."""
    sizes = tuple(part.stop - part.start for part in box)
    placed = PlacedRuns.of(*_within(index, box, sizes))
    found = _Sums.of(len(index))
    # A box lies anywhere in its chunks.
    chunked = image if box == _whole(index.shape) else None
    itemsize = np.dtype(image.dtype).itemsize
    cuts = block_cuts(chunked, placed.shape, itemsize, _BLOCK_VOXELS)

    def read(begin: int, stop: int) -> npt.NDArray[Any]:
        first = slice(box[0].start + begin, box[0].start + stop)
        block = read_block(image, (first, *box[1:]) if len(sizes) > 1 else box)
        return _plain(np.ascontiguousarray(block).reshape(stop - begin, -1))

    crew = Crew(n_usable_cores(), placed.shape[0], on_progress, cancel)
    blocks = BlockReader(read, cuts)
    windows = windows_with_runs(placed, cuts, crew.report) if len(index) else ()
    for begin, stop, slab in windows:
        (values,) = crew.map(lambda pair: blocks.window(*pair), [(begin, stop)])
        tasks: list[Task] = [partial(blocks.read_ahead, stop)]
        crew.map(_call, tasks + found.of_window(slab, begin, values))
        crew.advance(stop - begin)
    crew.report()
    sums = found.sums
    return {
        "intensity_mean": sums / index.voxel_counts,
        "intensity_min": found.lows,
        "intensity_max": found.highs,
        "intensity_sum": sums,
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Sums and extremes of all labels, as far as their voxels have been read."""

    sums: FloatArray
    lows: FloatArray
    highs: FloatArray

    @classmethod
    def of(cls, n_labels: int) -> _Sums:
        lows, highs = np.full(n_labels, np.inf), np.full(n_labels, -np.inf)
        return cls(np.zeros(n_labels), lows, highs)

    def of_window(
        self, slab: PlacedRuns, begin: int, values: npt.NDArray[Any]
    ) -> list[Task]:
        """Return what adds the values of a window, to be done in threads.

        Each takes some labels, and adds up the voxels of a label in their order.
        """
        rows, bounds = slab.bounds(begin, begin + len(values))
        first, flat = begin * prod(slab.shape[1:]), values.reshape(-1)

        def add(part: slice) -> None:
            add_intensities(
                rows[part], bounds[part], slab.runs.starts, slab.runs.lengths, first,
                flat, self.sums, self.lows, self.highs,
            )  # fmt: skip

        sizes = bounds[:, 1] - bounds[:, 0]
        parts = bounded_stretches(sizes, max(_TASK_RUNS, int(sizes.sum()) // _TASKS))
        return [partial(add, part) for part in parts]


def _within(
    index: LabelIndex, box: Box, shape: tuple[int, ...]
) -> tuple[RunTable, tuple[int, ...], IntVector]:
    """Return runs, shape and boxes as they are in a box that holds all of them."""
    runs, bboxes = index.runs, index.bboxes
    if shape == index.shape:
        return runs, shape, bboxes
    first = np.array([part.start for part in box])
    places = np.unravel_index(runs.starts.astype(np.int64), index.shape)
    moved = [place - start for place, start in zip(places, first, strict=True)]
    starts = np.ravel_multi_index(moved, shape).astype(runs.starts.dtype)
    inner = RunTable(runs.labels, runs.offsets, starts, runs.lengths)
    return inner, shape, bboxes - np.tile(first, 2)


def _plain(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return numbers in a native type that kernels know."""
    if values.dtype.kind == "b":
        return values.view(np.uint8)
    if values.dtype.kind == "f" and values.dtype.itemsize not in (4, 8):
        return values.astype(np.float64)
    return values.astype(values.dtype.newbyteorder("="), copy=False)
