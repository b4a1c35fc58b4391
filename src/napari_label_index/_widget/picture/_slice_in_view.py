"""Where a layer is cut: the voxels of hidden axes, and lines of sight in voxels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index._widget.picture._placement import data_to_world

if TYPE_CHECKING:
    from collections.abc import Collection

    from napari.layers import Layer

    from napari_label_index._typing import FloatArray


def hidden_voxel(
    layer: Layer, position: npt.ArrayLike, displayed: Collection[int]
) -> dict[int, int]:
    """Return the voxel at which each axis that is not displayed is cut.

    napari finds the slice of a layer from these axes of the inverse transform alone,
    also where the layer is turned.

    Parameters
    ----------
    layer
        What is cut.
    position : (n,) array
        World coordinates, of at least as many axes as the layer has.
    displayed
        Axes of the layer that are in view.
    """
    hidden = [axis for axis in range(layer.ndim) if axis not in displayed]
    if not hidden:
        return {}
    linear, offset = data_to_world(layer)
    inverse = np.linalg.inv(linear)
    point = np.asarray(position, float)[-layer.ndim :]
    voxel = inverse[np.ix_(hidden, hidden)] @ point[hidden]
    voxel -= (inverse @ offset)[hidden]
    return dict(zip(hidden, np.round(voxel).astype(int).tolist(), strict=True))


def line_of_sight(
    layer: Layer, position: npt.ArrayLike, event: Any
) -> tuple[FloatArray, FloatArray] | None:
    """Return both ends of the line of sight in a layer, in voxels; None beside it.

    napari gives the hidden axes of both in world coordinates.

    Parameters
    ----------
    layer
        What is looked at, in 3D.
    position : (n,) array
        World coordinates of the mouse.
    event
        Has the direction and the axes that are displayed.
    """
    shown = list(event.dims_displayed)
    start, end = layer.get_ray_intersections(
        np.asarray(position), event.view_direction, shown, world=True
    )
    if start is None or end is None:
        return None
    missing = len(np.asarray(position)) - layer.ndim
    start, end = np.array(start, float), np.array(end, float)
    displayed = [axis - missing for axis in shown]
    for axis, voxel in hidden_voxel(layer, position, displayed).items():
        start[axis] = end[axis] = voxel
    return start, end
