"""Intensities of every label, from another image of the same shape."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index._blocks import item_cuts
from napari_label_index.index._parallel import Crew
from napari_label_index.index._read_block import read_block
from napari_label_index.index._runs import RunTable
from napari_label_index.index._slabs import PlacedRuns, slabs_of, windows_between
from napari_label_index.kernels import add_intensities

if TYPE_CHECKING:
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

_BLOCK_VOXELS = 2**24
_MOST_BYTES = 2**29  # of a row of chunks that is read whole


def measure_intensities(
    index: LabelIndex,
    image: Any,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Columns:
    """Return mean, least, largest and summed intensity, (n_labels,) each.

    The image is read once, in blocks of its first axis, in one thread: sums do not
    depend on how many there are.
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
    runs, bboxes = _within(index, box)
    placed = PlacedRuns.of(runs, sizes, bboxes)
    sums = np.zeros(len(index))
    lows, highs = np.full(len(index), np.inf), np.full(len(index), -np.inf)
    item = prod(placed.shape[1:])
    cuts = _cuts(image, placed.shape, is_whole=box == _whole(index.shape))
    crew = Crew(1, placed.shape[0], on_progress, cancel)

    def work(task: tuple[PlacedRuns, tuple[int, int]]) -> None:
        slab, (begin, stop) = task
        key = box
        if len(sizes) > 1:
            key = (slice(box[0].start + begin, box[0].start + stop), *box[1:])
        block = read_block(image, key)
        values = _plain(np.ascontiguousarray(block).reshape(-1))
        rows, bounds = slab.bounds(begin, stop)
        add_intensities(
            rows, bounds, slab.runs.starts, slab.runs.lengths, begin * item,
            values, sums, lows, highs,
        )  # fmt: skip
        crew.advance(stop - begin)

    for first, last, (slab,) in slabs_of(placed, check=crew.report):
        windows = windows_between(cuts, first, last) if len(index) else []
        crew.map(work, [(slab, window) for window in windows])
    return {
        "intensity_mean": sums / index.voxel_counts,
        "intensity_min": lows,
        "intensity_max": highs,
        "intensity_sum": sums,
    }


def _cuts(image: Any, shape: tuple[int, ...], *, is_whole: bool) -> list[int]:
    """Return where to cut an image, or a box of it that lies anywhere in its chunks."""
    most = _MOST_BYTES // np.dtype(image.dtype).itemsize
    return item_cuts(image if is_whole else None, shape, _BLOCK_VOXELS, most)


def _within(index: LabelIndex, box: Box) -> tuple[RunTable, IntVector]:
    """Return runs and boxes as they are in a box that holds all of them."""
    runs, bboxes = index.runs, index.bboxes
    if box == _whole(index.shape):
        return runs, bboxes
    first = np.array([part.start for part in box])
    shape = tuple(part.stop - part.start for part in box)
    places = np.unravel_index(runs.starts.astype(np.int64), index.shape)
    moved = [place - start for place, start in zip(places, first, strict=True)]
    starts = np.ravel_multi_index(moved, shape).astype(runs.starts.dtype)
    inner = RunTable(runs.labels, runs.offsets, starts, runs.lengths)
    return inner, bboxes - np.tile(first, 2)


def _plain(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return numbers in a native type that kernels know."""
    if values.dtype.kind == "b":
        return values.view(np.uint8)
    if values.dtype.kind == "f" and values.dtype.itemsize not in (4, 8):
        return values.astype(np.float64)
    return values.astype(values.dtype.newbyteorder("="), copy=False)
