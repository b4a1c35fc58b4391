"""How large an export will be, told before it is started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index.io._coords_file import chosen_rows, coords_dtype

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_label_index._typing import FloatArray
    from napari_label_index.index import LabelIndex

__all__ = ["estimate_export_bytes"]

# Zip entries, NPY headers and the table of contents of our four members.
_NPZ_OVERHEAD = 1200


def estimate_export_bytes(
    index: LabelIndex, labels: Iterable[int] | None, suffix: str, world: bool = False
) -> int:
    """Return about how many bytes `export_coords` will write.

    Parameters
    ----------
    index : LabelIndex
        The index to export from.
    labels : iterable of int or None
        The labels; None stands for all.
    suffix : str
        ``".csv"`` or ``".npz"``.
    world : bool
        Whether coordinates will be in world units.

    Returns
    -------
    int
        Bytes: within a few per cent for voxels, rougher for CSV in world units.
    """
    rows = chosen_rows(index, labels)
    counts = index.voxel_counts[rows]
    if suffix.lower() == ".npz":
        item = 8 if world else coords_dtype(index).itemsize
        per_label = index.labels.dtype.itemsize + 8
        voxels = int(counts.sum()) * index.ndim * item
        return voxels + len(rows) * per_label + _NPZ_OVERHEAD
    # One comma or line end after each of the ndim + 1 cells of a row.
    row_bytes = _digits(index.labels[rows]) + index.ndim + 1.0
    for axis in range(index.ndim):
        if world:
            row_bytes = row_bytes + _world_digits(index, axis)
        else:
            starts = index.bboxes[rows, axis]
            stops = index.bboxes[rows, axis + index.ndim]
            row_bytes = row_bytes + _mean_digits(starts, stops)
    header = len("label") + sum(len(name) + 1 for name in index.axes) + 1
    return int((counts * row_bytes).sum()) + header


def _digits(labels: npt.NDArray[Any]) -> FloatArray:
    """Return the characters of each label, the sign of negative ones included."""
    magnitudes = np.abs(labels.astype(np.float64))
    n_digits = np.floor(np.log10(np.maximum(magnitudes, 1.0))) + 1.0
    return n_digits + (labels < 0)


def _mean_digits(starts: npt.NDArray[Any], stops: npt.NDArray[Any]) -> FloatArray:
    """Return the mean number of digits of the whole numbers in each [start, stop)."""
    total = _digits_below(stops) - _digits_below(starts)
    return np.asarray(total / np.maximum(stops - starts, 1), dtype=np.float64)


def _digits_below(stops: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return how many digits all whole numbers below each stop have together."""
    total = stops.astype(np.int64)  # one digit each, and one more from 10, 100, ... on
    for power in range(1, 19):
        total = total + np.maximum(stops - 10**power, 0)
    return total


def _world_digits(index: LabelIndex, axis: int) -> float:
    """Return the mean length of a world coordinate, from a few that are written out."""
    places = np.linspace(0, max(index.shape[axis] - 1, 0), 64).round()
    values = (places * index.spacing[axis] + index.origin[axis]).tolist()
    return float(np.mean([len(repr(value).removesuffix(".0")) for value in values]))
