"""How large an export will be, told before it is started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index.index._expand import coord_dtype
from napari_label_index.io.exports._estimate_rough import estimate_rough
from napari_label_index.io.exports._export import chosen_rows
from napari_label_index.io.exports._world import world_map

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_label_index._typing import FloatArray, IntVector
    from napari_label_index.index import LabelIndex

__all__ = ["estimate_export_bytes"]

# Zip entries, NPY headers and the table of contents of our four members.
_NPZ_OVERHEAD = 1200

_N_SAMPLES = 512

_GZIP_RATIO = 0.19  # 9,000 generated cells


def estimate_export_bytes(
    index: LabelIndex,
    labels: Iterable[int] | None,
    suffix: str,
    world: bool = False,
    affine: npt.ArrayLike | None = None,
    *,
    what: str = "coords",
) -> int:
    """Return about how many bytes an export will write.

    Parameters
    ----------
    index : LabelIndex
        The index to export from.
    labels : iterable of int or None
        The labels; None stands for all.
    suffix : str
        The ending of the file, such as ``".csv"``.
    world : bool
        Whether coordinates will be in world units.
    affine : array-like of shape (ndim + 1, ndim + 1), optional
        From voxels to world; by default the spacing and origin of the index.
    what : str
        The kind of export, as in `export`.

    Returns
    -------
    int
        Bytes: within a few per cent for voxels as CSV or NPZ, rougher for CSV in world
        units, and for all else right to a factor of two or so.
    """
    rows = chosen_rows(index, labels)
    ending = suffix.lower()
    if what != "coords" or ending == ".parquet":
        return estimate_rough(index, rows, what, ending)
    if ending == ".csv.gz":
        plain = estimate_export_bytes(index, labels, ".csv", world, affine)
        return int(plain * _GZIP_RATIO)
    counts = index.voxel_counts[rows]
    if ending == ".npz":
        item = 8 if world else coord_dtype(index.shape).itemsize
        per_label = index.labels.dtype.itemsize + 8
        voxels = int(counts.sum()) * index.ndim * item
        return voxels + len(rows) * per_label + _NPZ_OVERHEAD
    # One comma or line end after each of the ndim + 1 cells of a row.
    row_bytes = _digits(index.ids[rows]) + index.ndim + 1.0
    if world:
        row_bytes = row_bytes + _world_digits(index, rows, affine)
    else:
        for axis in range(index.ndim):
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


def _world_digits(
    index: LabelIndex, rows: IntVector, affine: npt.ArrayLike | None
) -> float:
    """Return the mean length of a row of world coordinates, from some written out."""
    spacing = None if affine is not None else index.spacing
    to_world = world_map(index, spacing, None, affine)
    if to_world is None or not len(rows):
        return 0.0
    values = to_world(_sample(index, rows)).ravel().tolist()
    n_digits = sum(len(repr(value).removesuffix(".0")) for value in values)
    return n_digits * index.ndim / len(values)


def _sample(index: LabelIndex, rows: IntVector) -> IntVector:
    """Return places in the boxes of labels, more of them where a label is large.

    Boxes hold other voxels as well, but those have as many digits.
    """
    numbers = np.arange(_N_SAMPLES) + 0.5
    ends = np.cumsum(index.voxel_counts[rows])
    of_sample = np.searchsorted(ends, numbers * (ends[-1] / _N_SAMPLES))
    starts, stops = np.split(index.bboxes[rows[of_sample]], 2, axis=1)
    # Multiples of square roots, modulo 1, are spread evenly and the same every time.
    roots = np.sqrt([2.0, 3.0, 5.0, 7.0, 11.0])[: index.ndim]
    inside = np.outer(numbers, roots) % 1
    places: IntVector = starts + (inside * (stops - starts)).astype(np.int64)
    return places
