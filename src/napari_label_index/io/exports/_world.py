"""From voxel coordinates to world coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_label_index._typing import FloatArray
    from napari_label_index.index import LabelIndex

__all__ = ["WorldMap", "world_map"]


@dataclass(frozen=True, slots=True, eq=False)
class WorldMap:
    """An affine map: ``world = matrix @ voxel + offset``."""

    matrix: FloatArray  # (ndim, ndim)
    offset: FloatArray  # (ndim,)

    def __call__(self, coords: npt.NDArray[Any]) -> FloatArray:
        """Return (n, ndim) world coordinates of (n, ndim) voxel coordinates."""
        scale = np.diagonal(self.matrix)
        if np.array_equal(self.matrix, np.diag(scale)):
            return np.asarray(coords * scale + self.offset, dtype=np.float64)
        return np.asarray(coords @ self.matrix.T + self.offset, dtype=np.float64)


def world_map(
    index: LabelIndex,
    spacing: Sequence[float] | None,
    origin: Sequence[float] | None,
    affine: npt.ArrayLike | None,
) -> WorldMap | None:
    """Return the map that the arguments ask for, None for plain voxels.

    What is left out of `spacing` and `origin` comes from the index.

    Raises
    ------
    ValueError
        When an argument does not fit the number of axes, is not finite, or would give
        different voxels the same coordinates.
    """
    ndim = index.ndim
    if affine is not None:
        if spacing is not None or origin is not None:
            raise ValueError("give either affine, or spacing and origin, not both")
        full = _checked("affine", affine, (ndim + 1, ndim + 1))
        matrix = full[:-1, :-1].copy()
        if np.linalg.matrix_rank(matrix) < ndim:
            raise ValueError(
                "affine is singular: different voxels would have the same coordinates, "
                f"got {full.tolist()}"
            )
        return WorldMap(matrix, full[:-1, -1].copy())
    if spacing is None and origin is None:
        return None
    sizes = _checked("spacing", index.spacing if spacing is None else spacing, (ndim,))
    if not sizes.all():
        raise ValueError(f"spacing must not hold 0, got {sizes.tolist()}")
    start = _checked("origin", index.origin if origin is None else origin, (ndim,))
    return WorldMap(np.diag(sizes), start)


def _checked(name: str, value: Any, shape: tuple[int, ...]) -> FloatArray:
    array = np.asarray(value, dtype=np.float64)
    if array.shape != shape or not np.isfinite(array).all():
        raise ValueError(
            f"{name} must hold finite numbers in shape {shape}, got {array.tolist()}"
        )
    return array
