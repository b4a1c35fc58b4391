"""Which box of the volume a picture covers, and how coarsely it is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.utils.transforms import Affine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari.components import ViewerModel
    from napari.layers import Layer

    from napari_label_index._typing import Box, FloatArray

# What one texture may hold: OpenGL 4 promises 16384 (2D) and 2048 (3D) texels an axis.
_MAX_AXIS = {2: 16_384, 3: 2_048}
# In 3D, all of 120,050 labels at 14 million texels are drawn in 61 ms, at 18 in 83.
MAX_TEXELS = {2: 64_000_000, 3: 14_000_000}


@dataclass(frozen=True, slots=True)
class Placement:
    """A box of voxels, drawn as one texel for each `step` voxels."""

    box: Box
    step: tuple[int, ...]  # per axis

    @property
    def shape(self) -> tuple[int, ...]:
        """Texels per axis."""
        return tuple(
            _count(axis.stop - axis.start, step)
            for axis, step in zip(self.box, self.step, strict=True)
        )

    @property
    def origin(self) -> list[float]:
        """Voxel coordinate of the centre of the first texel.

        A texel sits in the middle of its voxels, but the last one may stand for
        fewer: the picture is moved back until it ends inside the box, for the range
        of napari's sliders would grow otherwise.
        """
        return [
            axis.start + min((step - 1) / 2, (axis.stop - 1 - axis.start) % step)
            for axis, step in zip(self.box, self.step, strict=True)
        ]


def place(box: Box, shape: Sequence[int], displayed: Sequence[int]) -> Placement:
    """Cover `box` in the displayed axes, and all of `shape` in the others.

    The other axes cost nothing, because only the slice in view is ever drawn; and
    slices of a layer that is rotated out of the picture plane stay in register.
    """
    covered = tuple(
        axis if number in displayed else slice(0, size)
        for number, (axis, size) in enumerate(zip(box, shape, strict=True))
    )
    n_displayed = 3 if len(displayed) >= 3 else 2
    sizes = {axis: covered[axis].stop - covered[axis].start for axis in displayed}
    step = dict.fromkeys(range(len(shape)), 1)
    while displayed:
        texels = {axis: _count(size, step[axis]) for axis, size in sizes.items()}
        longest = max(texels, key=texels.__getitem__)
        if (
            texels[longest] <= _MAX_AXIS[n_displayed]
            and math.prod(texels.values()) <= MAX_TEXELS[n_displayed]
        ):
            break
        step[longest] += 1
    return Placement(covered, tuple(step.values()))


def _count(size: int, step: int) -> int:
    return -(-size // step)


def displayed_axes(viewer: ViewerModel, layer: Layer) -> list[int]:
    """Axes of `layer` that are in view, in drawing order.

    The axes of a layer are the last ones of the viewer, which may have more.
    """
    missing = viewer.dims.ndim - layer.ndim
    return [axis - missing for axis in viewer.dims.displayed if axis >= missing]


def data_to_world(layer: Layer) -> tuple[FloatArray, FloatArray]:
    """Matrix and offset of a layer's whole transform."""
    offset = np.array(layer.data_to_world(np.zeros(layer.ndim)))
    axes = [np.array(layer.data_to_world(axis)) - offset for axis in np.eye(layer.ndim)]
    return np.stack(axes, axis=1), offset


def transform_of_part(source: Layer, placement: Placement) -> dict[str, Any]:
    """Where a layer with this part of the data of `source` belongs in the world."""
    physical = Affine(
        scale=source.scale,
        rotate=source.rotate,
        shear=source.shear,
        translate=source.translate,
    )
    return {
        "scale": source.scale * placement.step,
        "rotate": source.rotate,
        "shear": source.shear,
        "translate": physical(placement.origin),
        "affine": source.affine.affine_matrix,
        "units": source.units,
        "axis_labels": source.axis_labels,
    }
