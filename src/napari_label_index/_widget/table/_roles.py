"""Roles, directions and arrows of a table, under short names."""

from __future__ import annotations

from qtpy.QtCore import QModelIndex, Qt
from qtpy.QtGui import QPalette

ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
DECORATION = Qt.ItemDataRole.DecorationRole
ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole
TOOLTIP = Qt.ItemDataRole.ToolTipRole
FOREGROUND = Qt.ItemDataRole.ForegroundRole
DISABLED, TEXT = QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ASCENDING = Qt.SortOrder.AscendingOrder
DESCENDING = Qt.SortOrder.DescendingOrder
UP = " \N{BLACK UP-POINTING SMALL TRIANGLE}"
DOWN = " \N{BLACK DOWN-POINTING SMALL TRIANGLE}"


def arrow(sorted_by: int, order: Qt.SortOrder, section: int) -> str:
    """Return what follows the header of a column: napari paints over Qt's own arrow."""
    if section != sorted_by:
        return ""
    return UP if order == ASCENDING else DOWN
