"""Chosen labels drawn from their runs, slab by slab along the first axis."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._rows import as_planes, bounds_in
from napari_label_index.io.exports._gather import runs_in

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """
    is_chosen = np.zeros(len(index), bool)
    is_chosen[rows] = True
    shape, bboxes = as_planes(index.shape, index.bboxes)
    first, *inner = (slice(0, 1), *box)[-len(shape) :]
    item = prod(shape[1:])
    thickness = max(1, _SLAB_VOXELS // max(item, 1))
    for begin in range(first.start, first.stop, thickness):
        stop = min(begin + thickness, first.stop)
        met, bounds = bounds_in(index.runs, shape, bboxes, begin, stop)
        bounds, met = bounds[is_chosen[met]], met[is_chosen[met]]
        runs, owners = runs_in(bounds)
        starts = index.runs.starts[runs].astype(np.int64) - begin * item
        lengths = index.runs.lengths[runs].astype(np.int64)
        ends = np.cumsum(lengths)
        n_voxels = int(ends[-1]) if ends.size else 0
        slab = np.full((stop - begin) * item, background, values.dtype)
        places = np.arange(n_voxels) + np.repeat(starts - (ends - lengths), lengths)
        slab[places] = np.repeat(values[met][owners], lengths)
        planes = slab.reshape(stop - begin, *shape[1:])[(slice(None), *inner)]
        yield (planes if index.ndim > 1 else planes[0]), n_voxels
