"""Which colour is no object: the frequent ones as swatches, none, or any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QSize, Signal
from qtpy.QtGui import QColor, QIcon
from qtpy.QtWidgets import QComboBox

from napari_label_index._widget.colors._colors_text import OTHER, color_name
from napari_label_index._widget.parts._narrow_combo import make_narrow
from napari_label_index._widget.parts._swatch_icon import SWATCH, swatch_icon
from napari_label_index.session import BLACK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_label_index.io import Color
    from napari_label_index.session import FrequentColor


class BackgroundCombo(QComboBox):
    """Lists colours; the last line asks for another one."""

    chosen = Signal()  # another colour than before, by the user
    other_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Background colour")
        self.setToolTip("Voxels of this colour are no object")
        self.setIconSize(QSize(SWATCH, SWATCH))
        make_narrow(self)
        self._bits = 8
        self._colors: list[Color | None] = []
        self.color: Color | None = BLACK
        self.activated.connect(self._on_activated)
        self.show_colors((), 8)

    def show_colors(self, frequent: Sequence[FrequentColor], bits: int) -> None:
        """Offer these colours, those of an image with `bits` a channel."""
        self._bits = bits
        shares = dict(frequent)
        self._colors = [*shares, None]
        for color in (self.color, BLACK):
            if color not in self._colors:
                self._colors.insert(0, color)
        self.clear()
        for color in self._colors:
            name = color_name(color, bits, shares.get(color, 0.0) if color else 0.0)
            self.addItem(_swatch(color, bits), name)
        self.addItem(OTHER)
        self.choose(self.color)

    def choose(self, color: Color | None) -> None:
        """Show a colour as the chosen one; it is added if it is not there."""
        self.color = color
        if color not in self._colors:
            self._colors.insert(0, color)
            name = color_name(color, self._bits)
            self.insertItem(0, _swatch(color, self._bits), name)
        self.setCurrentIndex(self._colors.index(color))

    def _on_activated(self, place: int) -> None:
        if place == len(self._colors):
            self.choose(self.color)  # until there is another one
            self.other_asked.emit()
        elif self._colors[place] != self.color:
            self.color = self._colors[place]
            self.chosen.emit()


def _swatch(color: Color | None, bits: int) -> QIcon:
    if color is None:
        return QIcon()
    return swatch_icon(QColor(*(channel >> bits - 8 for channel in color)))
