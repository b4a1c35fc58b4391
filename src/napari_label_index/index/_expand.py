"""Runs -> positions, coordinates and label images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index.index._lookup import can_hold
from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.index._row_ranges import over_rows
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
    crew = Crew(n_usable_cores(), runs.n_labels)

    def work(part: RunTable, own: slice, rows: tuple[int, int]) -> None:
        first, last = rows
        chosen = slice(part.offsets[first], part.offsets[last])
        to = table[offsets[own.start + first] : offsets[own.start + last]]
        expand_coords(part.starts[chosen], part.lengths[chosen], shape, to)

    over_rows(runs, crew, work)
    return table, offsets


def iter_coords(
    runs: RunTable, rows: IntVector, shape: tuple[int, ...], max_voxels: int
) -> Iterator[tuple[LabelArray, IntVector]]:
    """Yield (labels, coordinates) of the labels in these rows, block by block."""
    labels, block = _new_block(runs, shape, max_voxels)
    filled = 0
    for _, part, chosen in runs.some(rows):
        cursor = np.zeros(3, np.int64)
        while True:
            block_rows = np.empty(max_voxels - filled, np.int64)
            n_more = fill_coords_block(
                chosen, part.offsets, part.starts, part.lengths, shape,
                cursor, block_rows, block[filled:],
            )  # fmt: skip
            labels[filled : filled + n_more] = part.labels[block_rows[:n_more]]
            filled += n_more
            if filled < max_voxels:
                break  # there are no more in this part
            yield labels, block
            labels, block = _new_block(runs, shape, max_voxels)
            filled = 0
    if filled:
        yield labels[:filled], block[:filled]


def _new_block(
    runs: RunTable, shape: tuple[int, ...], size: int
) -> tuple[LabelArray, IntVector]:
    block = np.empty((size, len(shape)), coord_dtype(shape))
    return np.empty(size, runs.labels.dtype), block


def label_image(
    runs: RunTable,
    shape: tuple[int, ...],
    labels: LabelArray,
    dtype: np.dtype[Any],
    background: int,
) -> LabelArray:
    """Return the volume that has these runs, of which row ``i`` is ``labels[i]``."""
    if background and can_hold(dtype, background):
        image = np.full(shape, background, dtype)
    else:  # zeroed memory is free until it is written to, unlike memory filled with 0
        image = np.zeros(shape, dtype)
    flat = image.reshape(-1)
    labels = labels.view()
    labels.flags.writeable = False  # as those of tables: one kernel for both
    crew = Crew(n_usable_cores(), runs.n_labels)

    def work(part: RunTable, own: slice, rows: tuple[int, int]) -> None:
        write_labels(labels[own], part.offsets, part.starts, part.lengths, *rows, flat)

    over_rows(runs, crew, work)
    return image
