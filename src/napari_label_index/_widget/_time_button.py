"""A small button that says which axis is time; its menu has all of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QMenu, QToolButton

from napari_label_index._widget._layer_facts import voxels_of
from napari_label_index._widget._time_axis import set_time_axis, time_axis_of

if TYPE_CHECKING:
    from napari.layers import Labels

ARROW = " \N{BLACK DOWN-POINTING SMALL TRIANGLE}"
LEAST_AXES = 3  # the pictures of a film are flat
TOOLTIP = (
    "Which axis is time. Along it, voxels are no neighbours: an object that moves is"
    " not in several parts."
)
ROWS = (
    (False, "Label", "One row for each label: its track over all times"),
    (
        True,
        "Label and time",
        "One row for each label at each time, where ids are used again or objects"
        " change",
    ),
)


class TimeButton(QToolButton):
    """Shows and changes the time axis of one layer; hidden where there can be none.

    Its menu also says what a row of the table is for: a label, or a label at a time.
    """

    rows_asked = Signal(bool)  # by time

    def __init__(self) -> None:
        super().__init__()
        self._layer: Labels | None = None
        self._is_by_time = False
        self.setAccessibleName("Time axis")
        self.setToolTip(TOOLTIP)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        # napari's style paints Qt's own arrow over the text.
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMenu(QMenu("Time axis", self))
        self.menu().setToolTipsVisible(True)
        self.menu().aboutToShow.connect(self.fill)
        self.hide()

    def show_layer(self, layer: Labels | None) -> None:
        """Show the time axis of a layer, now and when it is renamed."""
        self.close_layer()
        self._layer = layer
        if layer is not None:
            layer.events.axis_labels.connect(self._show_axis)
        self.setVisible(layer is not None and layer.ndim >= LEAST_AXES)
        self._show_axis()

    def close_layer(self) -> None:
        """Follow no layer."""
        if self._layer is not None:
            self._layer.events.axis_labels.disconnect(self._show_axis)
        self._layer = None

    def fill(self) -> None:
        """List the axes of the layer."""
        menu, layer = self.menu(), self._layer
        menu.clear()
        if layer is None:
            return
        chosen = time_axis_of(layer)
        shape = voxels_of(layer).shape
        for axis in (None, *range(layer.ndim - 1)):  # runs lie along the last one
            text = "None" if axis is None else f"Axis {axis}, {shape[axis]:,} long"
            action = menu.addAction(text, partial(set_time_axis, layer, axis))
            action.setCheckable(True)
            action.setChecked(axis == chosen)
        menu.addSeparator()
        # Not a section: napari's style shows the text of none.
        menu.addAction("One row for each:").setEnabled(False)
        for by_time, text, meaning in ROWS:
            action = menu.addAction(text, partial(self.rows_asked.emit, by_time))
            action.setToolTip(meaning)
            action.setCheckable(True)
            action.setChecked(by_time == self._is_by_time)
            action.setEnabled(chosen is not None and chosen < layer.ndim - 1)

    def show_rows(self, by_time: bool) -> None:
        """Show what a row is for."""
        self._is_by_time = by_time
        self._show_axis()

    def _show_axis(self, _event: object = None) -> None:
        axis = None if self._layer is None else time_axis_of(self._layer)
        text = "Time: none" if axis is None else f"Time: axis {axis}"
        if axis is not None and self._is_by_time:
            text += ", by time"
        self.setText(text + ARROW)
