"""Intensities of the voxels that an export lists, in its order, in one read.

Coordinates come label by label, an image slab by slab. So the image is read once, in
its own order, and each value is put where its voxel will be listed. That takes room for
the intensities of all voxels to write: in memory if they are few, else in a temporary
file beside the output, which the system drops with the process.
"""

from __future__ import annotations

import tempfile
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index.index._block_reader import BlockReader, block_cuts
from napari_label_index.index._placed_runs import PlacedRuns
from napari_label_index.index._slabs import windows_with_runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_label_index._typing import IntVector
    from napari_label_index.index import LabelIndex

__all__ = ["gather", "runs_in"]

_SLAB_VOXELS = 1 << 22
_IN_MEMORY_BYTES = 1 << 26


def _written_dtype(image: Any) -> np.dtype[Any]:
    """Return the type in which the numbers of an image are written."""
    dtype = np.dtype(image.dtype)
    if dtype.kind == "b":
        return np.dtype(np.uint8)
    return np.dtype(np.float32) if dtype == np.float16 else dtype.newbyteorder("=")


def gather(
    index: LabelIndex,
    rows: IntVector,
    image: Any,
    folder: Path,
    check: Callable[[], None],
) -> npt.NDArray[Any]:
    """Return (n_voxels,) intensities in the order in which the rows are listed.

    Parameters
    ----------
    index : LabelIndex
        The labels.
    rows : (n,) int array
        Different rows of the index, in the order wanted.
    image : array-like
        Of the shape of the volume; read once, in slabs of its first axis.
    folder : Path
        Where the temporary file goes.
    check : callable
        Called now and then; raises to stop.
    """
    counts = index.voxel_counts[rows]
    place_of_row = np.full(len(index), -1, np.int64)
    place_of_row[rows] = np.cumsum(counts) - counts  # where the next value goes
    values = _room(int(counts.sum()), _written_dtype(image), folder)
    placed = PlacedRuns.of(index.runs, index.shape, index.bboxes, rows)
    cuts = block_cuts(image, placed.shape, values.itemsize, _SLAB_VOXELS)

    def read(begin: int, stop: int) -> npt.NDArray[Any]:
        block = np.asarray(image[begin:stop] if index.ndim > 1 else image[:])
        return block.reshape(stop - begin, *placed.shape[1:])

    blocks = BlockReader(read, cuts)
    thickness = max(1, _SLAB_VOXELS // max(prod(placed.shape[1:]), 1))
    windows = windows_with_runs(placed, cuts, check)
    for begin, stop, slab in windows if rows.size else ():
        check()
        block = blocks.window(begin, stop)
        for at in range(begin, stop, thickness):
            part = block[at - begin : at - begin + thickness]
            _put(values, place_of_row, slab, at, part)
    return values


def _put(
    values: npt.NDArray[Any],
    place_of_row: IntVector,
    slab: PlacedRuns,
    begin: int,
    block: npt.NDArray[Any],
) -> None:
    """Put the intensities of some items where they are listed; count them there."""
    met, bounds = slab.bounds(begin, begin + len(block))
    runs, owners = runs_in(bounds)
    first = begin * prod(slab.shape[1:])
    starts = slab.runs.starts[runs].astype(np.int64) - first
    lengths = slab.runs.lengths[runs].astype(np.int64)
    ends = np.cumsum(lengths)
    # Runs of a label follow each other here as they do in the list.
    n_before = np.concatenate([[0], ends])[
        np.concatenate([[0], np.cumsum(bounds[:, 1] - bounds[:, 0])])
    ]
    shift = place_of_row[met] - n_before[:-1]
    within = np.arange(ends[-1] if ends.size else 0)
    sources = within + np.repeat(starts - (ends - lengths), lengths)
    flat = np.ascontiguousarray(block).reshape(-1)
    values[within + np.repeat(shift[owners], lengths)] = flat[sources]
    place_of_row[met] += np.diff(n_before)


def runs_in(bounds: IntVector) -> tuple[IntVector, IntVector]:
    """Return the numbers of the runs in (n, 2) stretches, and of their stretches."""
    sizes = bounds[:, 1] - bounds[:, 0]
    owners = np.repeat(np.arange(len(bounds)), sizes)
    before = np.cumsum(sizes) - sizes
    return np.arange(owners.size) + (bounds[:, 0] - before)[owners], owners


def _room(n_values: int, dtype: np.dtype[Any], folder: Path) -> npt.NDArray[Any]:
    n_bytes = n_values * dtype.itemsize
    if n_bytes <= _IN_MEMORY_BYTES:
        return np.empty(n_values, dtype)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.truncate(n_bytes)
        return np.memmap(file, dtype, "r+", shape=(n_values,))
