"""Which time of a layer is in view, and which row of an index by time a click means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index._widget.picture._placement import data_to_world, displayed_axes
from napari_label_index.index import labels_on_line

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Labels

    from napari_label_index.index import LabelIndex


def time_in_view(viewer: ViewerModel, layer: Labels, index: LabelIndex) -> int | None:
    """Return the time at which a slider stands; None where time has none.

    napari finds the slice of a layer from the hidden axes of the inverse transform
    alone, also where the layer is turned.
    """
    axis = index.time_axis
    displayed = displayed_axes(viewer, layer)
    if axis is None or axis in displayed:
        return None
    hidden = [each for each in range(layer.ndim) if each not in displayed]
    linear, offset = data_to_world(layer)
    inverse = np.linalg.inv(linear)
    point = np.asarray(viewer.dims.point, float)[-layer.ndim :]
    voxel = inverse[np.ix_(hidden, hidden)] @ point[hidden]
    voxel -= (inverse @ offset)[hidden]
    return int(np.round(voxel[hidden.index(axis)]))


def row_clicked(
    viewer: ViewerModel, layer: Labels, index: LabelIndex, label: int, event: Any
) -> int | None:
    """Return the row of a label that a layer shows where it was clicked.

    Parameters
    ----------
    viewer, layer
        What is looked at.
    index : LabelIndex
        Of the layer, by label or by time.
    label : int
        What the layer shows there.
    event
        The mouse event of napari.
    """
    if not index.is_by_time:
        return label if label in index else None
    axis, time = index.time_axis, time_in_view(viewer, layer, index)
    if time is None and len(event.dims_displayed) == 3:
        return _first_on_line(layer, index, label, event)
    if time is None and axis is not None:
        place = layer.world_to_data(np.asarray(event.position)[-layer.ndim :])
        time = int(np.round(place[axis]))
    keys = index.keys_of([label])
    times = index.times_of(keys)
    found = keys[times == time]
    return int(found[0]) if found.size else None


def _first_on_line(
    layer: Labels, index: LabelIndex, label: int, event: Any
) -> int | None:
    """Return the first row of a label on the line of sight, where time is an axis."""
    start, end = layer.get_ray_intersections(
        event.position, event.view_direction, event.dims_displayed, world=True
    )
    if start is None or end is None:
        return None
    keys = labels_on_line(index, start, end)
    found = keys[index.ids_of(keys) == label]
    return int(found[0]) if found.size else None
