"""All labels on a straight line through the volume, from the runs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import FloatArray, IntVector, LabelArray
    from napari_label_index.index._label_index import LabelIndex

_LOOKS_PER_VOXEL = 2  # as napari looks for the first one


def labels_on_line(
    index: LabelIndex, start: npt.ArrayLike, end: npt.ArrayLike
) -> LabelArray:
    """Return the labels that a line meets, each once, the first one first.

    The line is looked at twice per voxel, so that a corner which it cuts by less than
    half a voxel may be missed.

    Parameters
    ----------
    index : LabelIndex
        The index of the volume.
    start, end : (ndim,) array of float
        Ends of the line, in voxels; voxel ``i`` reaches from ``i - 0.5`` to
        ``i + 0.5``. What lies outside the volume is background.

    Returns
    -------
    (n,) array of the index's type
    """
    begin, stop = np.asarray(start, float), np.asarray(end, float)
    places = _places(begin, stop, index.shape)
    if not len(places):
        return index.labels[:0]
    positions = np.ravel_multi_index(tuple(places.T), index.shape)
    order = np.argsort(positions, kind="stable")
    rows = _rows_that_may_be_met(index.bboxes, begin, stop)
    firsts = [_first_met(index, row, positions, order) for row in rows.tolist()]
    met = np.array(firsts, np.int64)
    is_met = met < len(positions)
    return index.labels[rows[is_met][np.argsort(met[is_met], kind="stable")]]


def _places(start: FloatArray, end: FloatArray, shape: tuple[int, ...]) -> IntVector:
    """Return the voxels looked at, (n, ndim), inside the volume."""
    n_looks = _LOOKS_PER_VOXEL * int(np.ceil(np.linalg.norm(end - start))) + 1
    places = np.floor(np.linspace(start, end, n_looks) + 0.5).astype(np.int64)
    inside = ((places >= 0) & (places < shape)).all(axis=1)
    found: IntVector = places[inside]
    return found


def _rows_that_may_be_met(
    bboxes: IntVector, start: FloatArray, end: FloatArray
) -> IntVector:
    """Return the rows whose boxes the line goes through, or passes within half a voxel.

    Between two planes of a box the line is for a part of its way from 0 to 1; in the
    box it is where these parts of all axes have something in common.
    """
    enters, leaves = np.zeros(len(bboxes)), np.ones(len(bboxes))
    for axis, (begin, way) in enumerate(zip(start, end - start, strict=True)):
        low, high = bboxes[:, axis] - 1.0, bboxes[:, start.size + axis]
        if way == 0:
            leaves[(begin < low) | (begin > high)] = -1.0
            continue
        bounds = (low - begin) / way, (high - begin) / way
        np.maximum(enters, np.minimum(*bounds), out=enters)
        np.minimum(leaves, np.maximum(*bounds), out=leaves)
    rows: IntVector = np.flatnonzero(enters <= leaves)
    return rows


def _first_met(
    index: LabelIndex, row: int, positions: IntVector, order: IntVector
) -> int:
    """Return which look is the first that meets a label; past the end if none."""
    starts, lengths = index.runs.of_row(row)
    sought = positions[order].astype(starts.dtype)
    runs = np.searchsorted(starts, sought, "right") - 1
    hits = (runs >= 0) & (sought - starts[runs] < lengths[runs])
    return int(order[hits].min()) if hits.any() else len(positions)
