"""A small square of one colour, for menus and combo boxes."""

from __future__ import annotations

from qtpy.QtGui import QColor, QIcon, QPixmap

SWATCH = 12  # pixels


def swatch_icon(color: QColor) -> QIcon:
    """Return an icon of one colour."""
    picture = QPixmap(SWATCH, SWATCH)
    picture.fill(color)
    return QIcon(picture)
