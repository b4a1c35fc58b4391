"""A click on an object in the picture, whichever layer is active."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index._widget._proxies import unproxied
from napari_label_index._widget.picture._placement import data_to_world, displayed_axes
from napari_label_index._widget.picture._slice_in_view import (
    hidden_voxel,
    line_of_sight,
)
from napari_label_index._widget.picture._telling import say_nothing, telling
from napari_label_index._widget.picture._time_in_view import row_clicked
from napari_label_index.index import labels_on_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from napari.components import ViewerModel
    from napari.layers import Labels

    from napari_label_index._typing import FloatArray, LabelArray
    from napari_label_index._widget.picture._telling import Tell
    from napari_label_index.index import LabelIndex

_LEFT_BUTTON, _RIGHT_BUTTON = 1, 2
_STILL_A_CLICK = 3  # pixels; a hand on a mouse or a pen is never quite still


class ClickPicker:
    """Calls `on_pick` with the label of each object that is clicked.

    A click is a press and a release of a button with no drag in between: a drag of the
    left one moves the picture, and one of the right one zooms.
    It is left alone while a tool is in use: the active layer must be in its pan and
    zoom mode. So is a click on the background, or with Alt or Control held; but in 3D
    Alt and Shift together ask for all labels on the line of sight.

    Parameters
    ----------
    viewer : napari.Viewer
    layer_of : callable
        Gives the Labels layer to pick from, or None.
    index_of : callable
        Gives its `LabelIndex`, or None. Labels that it lacks are not picked.
    on_pick : callable
        Called as ``on_pick(label, add)``; `add` is True if Shift was held.
    unseen_in_3d : callable, optional
        Called as ``unseen_in_3d(event)`` where the layer is hidden in 3D; gives the
        label that is meant. If left out: nobody can tell, and None is.
    on_menu : callable, optional
        Called as ``on_menu(label)`` for the right button.
    on_line : callable, optional
        Called as ``on_line(labels)`` with all labels on the line of sight, from front
        to back, where there are any.
    tell : callable, optional
        Called with a sentence where the index cannot be read.
    """

    def __init__(
        self,
        viewer: ViewerModel,
        layer_of: Callable[[], Labels | None],
        index_of: Callable[[], LabelIndex | None],
        on_pick: Callable[[int, bool], None],
        unseen_in_3d: Callable[[Any], int | None] = lambda event: None,
        on_menu: Callable[[int], None] = lambda label: None,
        on_line: Callable[[LabelArray], None] = lambda labels: None,
        tell: Tell = say_nothing,
    ) -> None:
        self._viewer = unproxied(viewer)
        self._layer_of = layer_of
        self._index_of = index_of
        self._on_pick = on_pick
        self._unseen_in_3d = unseen_in_3d
        self._on_menu = on_menu
        self._on_line = on_line
        self._tell = tell
        # The viewer hears every click, a layer only those while it is active.
        self._viewer.mouse_drag_callbacks.append(self._on_drag)

    def close(self) -> None:
        """Listen no more; a second call does nothing."""
        if self._on_drag in self._viewer.mouse_drag_callbacks:
            self._viewer.mouse_drag_callbacks.remove(self._on_drag)

    def _on_drag(self, viewer: ViewerModel, event: Any) -> Iterator[None]:
        """Follow one press of a button to its release, as napari's generators do."""
        button = event.button
        if button not in (_LEFT_BUTTON, _RIGHT_BUTTON) or not self._is_idle():
            return
        asks_for_line = _asks_for_line(event)
        if not asks_for_line and {"Alt", "Control"} & set(event.modifiers):
            return
        pressed_at = np.array(event.pos)
        position = np.array(event.position)
        yield
        while event.type == "mouse_move":
            if np.abs(np.array(event.pos) - pressed_at).max() > _STILL_A_CLICK:
                return
            yield
        with telling(self._tell):
            if asks_for_line:
                self._tell_line(position, event)
            else:
                self._pick(position, event, button)

    def _pick(self, position: Any, event: Any, button: int) -> None:
        label = self._label_at(position, event)
        if label is None:
            return
        if button == _RIGHT_BUTTON:
            self._on_menu(label)
        else:
            self._on_pick(label, "Shift" in event.modifiers)

    def _tell_line(self, position: Any, event: Any) -> None:
        layer, index = self._layer_of(), self._index_of()
        if layer is None or index is None:
            return
        labels = _labels_on_sight(layer, index, position, event)
        if len(labels):
            self._on_line(labels)

    def _is_idle(self) -> bool:
        active = self._viewer.layers.selection.active
        return active is None or str(active.mode) == "pan_zoom"

    def _label_at(self, position: Any, event: Any) -> int | None:
        """Label at a world position, if the index has it."""
        layer, index = self._layer_of(), self._index_of()
        if layer is None or index is None:
            return None
        is_slice = len(event.dims_displayed) == 2
        if layer.visible:
            value = self._value_in_view(layer, position, event)
            if isinstance(value, tuple):  # (level, value) of a multiscale layer
                value = value[1]
            if value is not None:
                value = row_clicked(self._viewer, layer, index, int(value), event)
            if layer.multiscale and value is None:
                # The level on show is too coarse for it, or is no level of labels.
                value = self._indexed_label(layer, index, position, event)
        elif is_slice:
            value = self._indexed_label(layer, index, position, event)
        else:
            value = self._unseen_in_3d(event)
        return int(value) if value is not None and value in index else None

    def _value_in_view(self, layer: Labels, position: Any, event: Any) -> Any:
        """What the layer shows at a world position, as its `get_value` says it."""
        displayed = displayed_axes(self._viewer, layer)
        if len(event.dims_displayed) == 2 and len(displayed) == 2:
            # Of a layer that is turned out of the picture plane napari shows a slice
            # without that turn, but looks up the voxel with it: another object.
            voxel = _voxel_in_slice(layer, displayed, position)
            if layer.multiscale:
                # napari draws a coarse voxel over all that it stands for, and looks
                # it up as if it lay around the first of these.
                factors = layer.downsample_factors[layer.data_level]
                voxel[displayed] -= (factors[displayed] - 1) / 2
            return layer.get_value(voxel)
        return layer.get_value(
            position,
            view_direction=event.view_direction,
            dims_displayed=event.dims_displayed,
            world=True,
        )

    def _indexed_label(
        self, layer: Labels, index: LabelIndex, position: Any, event: Any
    ) -> int | None:
        """Label at a world position from the index; in 3D the first one in sight."""
        displayed = displayed_axes(self._viewer, layer)
        if len(event.dims_displayed) == 3:
            labels = _labels_on_sight(layer, index, position, event)
            return int(labels[0]) if len(labels) else None
        voxel = np.round(_voxel_in_slice(layer, displayed, position)).astype(int)
        if np.any(voxel < 0) or np.any(voxel >= index.shape):
            return None
        return index.label_at(tuple(voxel.tolist()))


def _asks_for_line(event: Any) -> bool:
    keys = set(event.modifiers)
    is_3d = len(event.dims_displayed) == 3
    return is_3d and event.button == _LEFT_BUTTON and keys == {"Alt", "Shift"}


def _labels_on_sight(
    layer: Labels, index: LabelIndex, position: Any, event: Any
) -> LabelArray:
    """Labels on the line of sight through a world position in 3D, the first first."""
    ends = line_of_sight(layer, position, event)
    return index.labels[:0] if ends is None else labels_on_line(index, *ends)


def _voxel_in_slice(layer: Labels, displayed: list[int], position: Any) -> FloatArray:
    """Voxel that is drawn at a world position, as napari slices the layer."""
    linear, offset = data_to_world(layer)
    at = np.asarray(position, float)[-layer.ndim :]
    voxel = np.zeros(layer.ndim)
    voxel[displayed] = np.linalg.solve(
        linear[np.ix_(displayed, displayed)], at[displayed] - offset[displayed]
    )
    for axis, place in hidden_voxel(layer, position, displayed).items():
        voxel[axis] = place
    return voxel
