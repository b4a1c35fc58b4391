"""Dialogs of the panel of colours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtGui import QColor
from qtpy.QtWidgets import QColorDialog, QFileDialog

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

    from napari_label_index.io import Color


def ask_color(parent: QWidget, bits: int) -> Color | None:
    """Ask for a colour, which can be picked on the screen; None means never mind."""
    color = QColorDialog.getColor(QColor(0, 0, 0), parent, "Background colour")
    if not color.isValid():
        return None
    if bits == 8:
        return (color.red(), color.green(), color.blue())
    wide = color.rgba64()
    return (wide.red(), wide.green(), wide.blue())


def ask_ids(parent: QWidget) -> Path | None:
    """Ask for a CSV with the ids of colours; None means never mind."""
    title, kinds = "Ids of colours", "CSV (*.csv);;All files (*)"
    name, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return Path(name) if name else None
