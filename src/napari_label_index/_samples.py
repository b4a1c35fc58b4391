"""Generated label images for sample data, tests and benchmarks; NumPy alone.

One ellipsoid is drawn into each cell of a regular grid::

    shape 1000 x 700 x 700, grid 50 x 49 x 49      120,050 objects
      "cells"   radii 0.3 to 0.5 of a cell   27 % foreground, none overlap
      "tissue"  radii 0.6 to 1.0             99 % foreground, all overlap
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from napari_label_index._typing import FloatArray, IntVector, LabelArray


def ellipsoids(
    shape: tuple[int, ...],
    grid: tuple[int, ...],
    radii: tuple[float, float] = (0.3, 0.5),
    *,
    seed: int = 0,
    dtype: npt.DTypeLike = np.int32,
) -> LabelArray:
    """Label image with one ellipsoid in each cell of `grid`.

    Parameters
    ----------
    shape : tuple of int
        Shape of the label image, with any number of axes.
    grid : tuple of int
        Number of cells along each axis, no more than there are voxels.
    radii : tuple of float
        Smallest and largest radius, as a fraction of a cell, drawn for each
        axis. Up to 0.5 no object leaves its cell; above, later objects cover
        parts of earlier ones, but no object is lost.
    seed : int
        The same seed gives the same image.
    dtype : data type
        Integer type that holds the ids.

    Returns
    -------
    label_image : (*shape) array
        Ids 1 to ``prod(grid)`` in random order, and background 0.
    """
    _check(shape, grid, np.dtype(dtype))
    rng = np.random.default_rng(seed)
    cells = np.indices(grid).reshape(len(grid), -1).T
    ids = (rng.permutation(len(cells)) + 1).astype(dtype)
    size = np.array(shape) / np.array(grid)
    radius = rng.uniform(*radii, size=cells.shape)
    # Room is what jitter may use without leaving the cell; big ones get a little.
    room = np.maximum(0.5 - radius, 0.1 if max(radii) > 0.5 else 0.0)
    jitter = rng.uniform(-room, room)
    centres = (cells + 0.5 + jitter) * size - 0.5

    label_image = np.zeros(shape, dtype)
    _draw(label_image, ids, centres, radius * size)
    # The centres come last, each in a voxel of its own cell: every id is present.
    first = cells * np.array(shape) // np.array(grid)
    last = (cells + 1) * np.array(shape) // np.array(grid) - 1
    middle = np.clip(np.round(centres).astype(np.intp), first, last)
    label_image[tuple(middle.T)] = ids
    return label_image


def _check(shape: tuple[int, ...], grid: tuple[int, ...], dtype: np.dtype) -> None:
    if len(shape) != len(grid) or any(
        not 1 <= n <= size for n, size in zip(grid, shape, strict=True)
    ):
        raise ValueError(
            f"grid must hold 1 to shape[i] cells for each axis of shape {shape}, "
            f"got {grid}"
        )
    if dtype.kind not in "iu" or math.prod(grid) > np.iinfo(dtype).max:
        raise ValueError(f"dtype must hold ids up to {math.prod(grid)}, got {dtype}")


def _draw(
    label_image: LabelArray, ids: IntVector, centres: FloatArray, radii: FloatArray
) -> None:
    """Draw each ellipsoid inside its own box: memory stays at the image alone."""
    shape = np.array(label_image.shape)
    starts = np.clip(np.ceil(centres - radii).astype(np.intp), 0, shape)
    stops = np.clip(np.floor(centres + radii).astype(np.intp) + 1, 0, shape)
    for label, centre, radius, start, stop in zip(
        ids, centres, radii, starts, stops, strict=True
    ):
        axes = [
            ((np.arange(a, b) - c) / r) ** 2
            for a, b, c, r in zip(start, stop, centre, radius, strict=True)
        ]
        distance = axes[0]
        for axis in axes[1:]:
            distance = np.add.outer(distance, axis)
        box = tuple(slice(a, b) for a, b in zip(start, stop, strict=True))
        np.copyto(label_image[box], label, where=distance <= 1)
