"""Runs -> positions, coordinates and label images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.index._runs import even_row_ranges
from napari_label_index.kernels import (
    expand_coords,
    expand_positions,
    fill_coords_block,
    write_labels,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index._runs import RunTable


def coord_dtype(shape: tuple[int, ...]) -> np.dtype[Any]:
    """Return the smallest unsigned type that holds any coordinate in `shape`."""
    return np.min_scalar_type(max(max(shape) - 1, 0))


def positions(
    starts: IntVector, lengths: IntVector, n_voxels: int
) -> npt.NDArray[np.int64]:
    """Return the flat position of every voxel of some runs."""
    flat = np.empty(n_voxels, np.int64)
    expand_positions(starts, lengths, flat)
    return flat


def coords(
    starts: IntVector, lengths: IntVector, n_voxels: int, shape: tuple[int, ...]
) -> IntVector:
    """Return the coordinates of every voxel of some runs, (n_voxels, ndim)."""
    table = np.empty((n_voxels, len(shape)), coord_dtype(shape))
    expand_coords(starts, lengths, shape, table)
    return table


def index_arrays(
    starts: IntVector, lengths: IntVector, n_voxels: int, shape: tuple[int, ...]
) -> tuple[npt.NDArray[np.int64], ...]:
    """Return one array of coordinates per axis, as ``np.nonzero`` gives them."""
    arrays = np.empty((len(shape), n_voxels), np.int64)
    expand_coords(starts, lengths, shape, arrays.T)
    return tuple(arrays)


def all_coords(
    runs: RunTable, voxel_counts: IntVector, shape: tuple[int, ...]
) -> tuple[IntVector, IntVector]:
    """Return the coordinates of all labels, and where each label's begin."""
    offsets = np.zeros(runs.n_labels + 1, np.int64)
    np.cumsum(voxel_counts, out=offsets[1:])
    table = np.empty((int(offsets[-1]), len(shape)), coord_dtype(shape))

    def work(rows: tuple[int, int]) -> None:
        first, last = rows
        own = slice(runs.offsets[first], runs.offsets[last])
        part = table[offsets[first] : offsets[last]]
        expand_coords(runs.starts[own], runs.lengths[own], shape, part)

    crew = Crew(n_usable_cores(), runs.n_labels)
    crew.map(work, even_row_ranges(runs, 8 * crew.n_threads))
    return table, offsets


def iter_coords(
    runs: RunTable, rows: IntVector, shape: tuple[int, ...], max_voxels: int
) -> Iterator[tuple[LabelArray, IntVector]]:
    """Yield (labels, coordinates) of the labels in these rows, block by block."""
    cursor = np.zeros(3, np.int64)
    while True:
        block_rows = np.empty(max_voxels, np.int64)
        block = np.empty((max_voxels, len(shape)), coord_dtype(shape))
        filled = fill_coords_block(
            rows, runs.offsets, runs.starts, runs.lengths, shape,
            cursor, block_rows, block,
        )  # fmt: skip
        if filled:
            yield runs.labels[block_rows[:filled]], block[:filled]
        if filled < max_voxels:
            return


def label_image(
    runs: RunTable, shape: tuple[int, ...], dtype: np.dtype[Any], background: int
) -> LabelArray:
    """Return the volume that has these runs."""
    limits = np.iinfo(dtype)
    can_occur = limits.min <= background <= limits.max
    # Zeroed memory is free until it is written to, unlike memory filled with zeros.
    image = (
        np.full(shape, background, dtype)
        if can_occur and background
        else np.zeros(shape, dtype)
    )
    flat = image.reshape(-1)
    crew = Crew(n_usable_cores(), runs.n_labels)

    def work(rows: tuple[int, int]) -> None:
        write_labels(runs.labels, runs.offsets, runs.starts, runs.lengths, *rows, flat)

    crew.map(work, even_row_ranges(runs, 8 * crew.n_threads))
    return image
