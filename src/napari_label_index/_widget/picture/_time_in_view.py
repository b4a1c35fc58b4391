"""Which time of a layer is in view, and which row of an index by time a click means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index._widget.picture._placement import displayed_axes
from napari_label_index._widget.picture._slice_in_view import (
    hidden_voxel,
    line_of_sight,
)
from napari_label_index.index import labels_on_line

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Labels

    from napari_label_index.index import LabelIndex


def time_in_view(viewer: ViewerModel, layer: Labels, index: LabelIndex) -> int | None:
    """Return the time at which a slider stands; None where time has none."""
    if index.time_axis is None:
        return None
    displayed = displayed_axes(viewer, layer)
    return hidden_voxel(layer, viewer.dims.point, displayed).get(index.time_axis)


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
    found = keys[index.times_of(keys) == time]
    return int(found[0]) if found.size else None


def _first_on_line(
    layer: Labels, index: LabelIndex, label: int, event: Any
) -> int | None:
    """Return the first row of a label on the line of sight, where time is an axis."""
    ends = line_of_sight(layer, event.position, event)
    if ends is None:
        return None
    keys = labels_on_line(index, *ends)
    found = keys[index.ids_of(keys) == label]
    return int(found[0]) if found.size else None
