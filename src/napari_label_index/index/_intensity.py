"""Intensities of every label, from another image of the same shape."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index._parallel import Crew
from napari_label_index.index._rows import as_planes, bounds_in
from napari_label_index.kernels import add_intensities

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import Cancel, FloatArray, OnProgress
    from napari_label_index.index._label_index import LabelIndex

_BLOCK_VOXELS = 2**24


def measure_intensities(
    index: LabelIndex,
    image: Any,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> dict[str, FloatArray]:
    """Return mean, least, largest and summed intensity, (n_labels,) each.

    The image is read once, in blocks of its first axis, in one thread: sums do not
    depend on how many there are.
    """
    given = tuple(int(size) for size in image.shape)
    if given != index.shape or np.dtype(image.dtype).kind not in "iufb":
        raise UnsupportedLabelsError(
            f"an image of intensities must hold numbers, one for each of the "
            f"{index.shape} voxels, got {np.dtype(image.dtype)} of shape {given}"
        )
    shape, bboxes = as_planes(index.shape, index.bboxes)
    sums = np.zeros(len(index))
    lows, highs = np.full(len(index), np.inf), np.full(len(index), -np.inf)
    item = prod(shape[1:])
    thickness = max(1, _BLOCK_VOXELS // max(item, 1))
    crew = Crew(1, shape[0], on_progress, cancel)

    def work(begin: int) -> None:
        stop = min(begin + thickness, shape[0])
        block = image[begin:stop] if len(given) > 1 else image[:]
        values = _plain(np.ascontiguousarray(block).reshape(-1))
        rows, bounds = bounds_in(index.runs, shape, bboxes, begin, stop)
        add_intensities(
            rows, bounds, index.runs.starts, index.runs.lengths, begin * item,
            values, sums, lows, highs,
        )  # fmt: skip
        crew.advance(stop - begin)

    crew.map(work, range(0, shape[0], thickness) if len(index) else [])
    return {
        "intensity_mean": sums / index.voxel_counts,
        "intensity_min": lows,
        "intensity_max": highs,
        "intensity_sum": sums,
    }


def _plain(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return numbers in a native type that kernels know."""
    if values.dtype.kind == "b":
        return values.view(np.uint8)
    if values.dtype.kind == "f" and values.dtype.itemsize not in (4, 8):
        return values.astype(np.float64)
    return values.astype(values.dtype.newbyteorder("="), copy=False)
