"""Chosen labels drawn from their runs, slab by slab along the first axis."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._blocks import item_cuts
from napari_label_index.index._placed_runs import PlacedRuns
from napari_label_index.index._slabs import windows_with_runs
from napari_label_index.io.exports._gather import runs_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from napari_label_index._typing import Box, IntVector
    from napari_label_index.index import LabelIndex

__all__ = ["box_around", "iter_drawn"]

_SLAB_VOXELS = 1 << 22


def box_around(index: LabelIndex, rows: IntVector, crop: bool) -> Box:
    """Return the smallest box around some labels, or the whole volume.

    Raises
    ------
    ValueError
        When there is no label to crop to.
    """
    if not crop:
        return tuple(slice(0, size) for size in index.shape)
    if not rows.size:
        raise ValueError("there is no box around no labels; choose at least one")
    return index.union_bbox(index.labels[rows])


def iter_drawn(
    index: LabelIndex,
    rows: IntVector,
    values: npt.NDArray[Any],
    background: int,
    box: Box,
    check: Callable[[], None],
) -> Iterator[tuple[npt.NDArray[Any], int]]:
    """Yield slabs of a box with some labels in it, and their numbers of voxels.

    Parameters
    ----------
    index : LabelIndex
        The labels.
    rows : (n_chosen,) int array
        Which of them to draw.
    values : (n_labels,) array
        What to draw for each row of the index; its type is that of the slabs.
    background : int
        What stands elsewhere.
    box : tuple of slices
        The part of the volume to draw, whole labels in it.
    check : callable
        Called now and then while runs are read; raises to stop.
    """
    placed = PlacedRuns.of(index.runs, index.shape, index.bboxes, rows)
    first, *inner = (slice(0, 1), *box)[-len(placed.shape) :]
    item = prod(placed.shape[1:])
    items = first.start, first.stop
    cuts = item_cuts(None, placed.shape, _SLAB_VOXELS)
    for begin, stop, slab in windows_with_runs(placed, cuts, check, items):
        met, bounds = slab.bounds(begin, stop)
        runs, owners = runs_in(bounds)
        starts = slab.runs.starts[runs].astype(np.int64) - begin * item
        lengths = slab.runs.lengths[runs].astype(np.int64)
        ends = np.cumsum(lengths)
        n_voxels = int(ends[-1]) if ends.size else 0
        drawn = np.full((stop - begin) * item, background, values.dtype)
        places = np.arange(n_voxels) + np.repeat(starts - (ends - lengths), lengths)
        drawn[places] = np.repeat(values[met][owners], lengths)
        planes = drawn.reshape(stop - begin, *placed.shape[1:])[(slice(None), *inner)]
        yield (planes if index.ndim > 1 else planes[0]), n_voxels
