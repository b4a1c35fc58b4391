"""The buttons of the dock that belong to none of its panels."""

from __future__ import annotations

from qtpy.QtWidgets import QPushButton

from napari_label_index._widget._wording import ELLIPSIS

COMPARE_TOOLTIP = "Compare with another Labels layer"


def index_button() -> QPushButton:
    """Return the button that indexes the layer."""
    return _button("Index", "List every label of the layer with its voxels")


def focus_button() -> QPushButton:
    """Return the button that brings the selection into view."""
    return _button("Focus", "Fit the selected labels in view (Enter)")


def export_button() -> QPushButton:
    """Return the button that opens the export panel."""
    tooltip = "Write labels to files: coordinates, tables, masks, outlines and more"
    button = _button(f"Export{ELLIPSIS}", tooltip)
    button.setCheckable(True)
    return button


def compare_button() -> QPushButton:
    """Return the button that opens the comparison."""
    button = _button(f"Compare{ELLIPSIS}", COMPARE_TOOLTIP)
    button.setCheckable(True)
    return button


def _button(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip)
    return button
