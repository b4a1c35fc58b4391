"""What a layer says of its voxels: where they are from, and where they lie."""

from __future__ import annotations

from mmap import mmap
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.utils.transforms import Affine

from napari_label_index._widget._time_axis import TIME, axes_of
from napari_label_index.io.images._units import shared_length

if TYPE_CHECKING:
    from napari.layers import Labels, Layer

    from napari_label_index._typing import FloatArray

# Properties that place a layer in the world; each has an event of the same name.
TRANSFORM = ("scale", "rotate", "shear", "translate", "affine", "units", "axis_labels")


def voxels_of(layer: Layer) -> Any:
    """The array of a layer, at full resolution."""
    return layer.data[0] if layer.multiscale else layer.data


def is_in_memory(voxels: Any) -> bool:
    """Whether an array lies in memory, all of it; a memory map does not."""
    if not isinstance(voxels, np.ndarray):
        return False
    while isinstance(voxels, np.ndarray) and not isinstance(voxels, np.memmap):
        voxels = voxels.base
    return not isinstance(voxels, np.memmap | mmap)


def place_of(layer: Labels | None) -> tuple[str | None, str]:
    """File or folder that a layer was read from, if any, and its name."""
    if layer is None:
        return None, ""
    path = layer.source.path
    return (None if path is None else str(path)), layer.name


def transform_of(layer: Layer) -> dict[str, Any]:
    """Where a layer lies, as keywords for another one that is to lie there."""
    return {name: getattr(layer, name) for name in TRANSFORM}


def world_affine(layer: Labels) -> FloatArray:
    """``(ndim + 1, ndim + 1)`` matrix from voxels to world, every transform in it."""
    own = Affine(
        scale=layer.scale,
        rotate=layer.rotate,
        shear=layer.shear,
        translate=layer.translate,
    )
    matrix: FloatArray = np.asarray(layer.affine.affine_matrix @ own.affine_matrix)
    return matrix


def unit_of(layer: Labels) -> str:
    """Unit of length that all axes of a layer share, time apart; "" for voxels."""
    units = zip(axes_of(layer), layer.units, strict=True)
    return shared_length(str(unit) for axis, unit in units if axis != TIME)
