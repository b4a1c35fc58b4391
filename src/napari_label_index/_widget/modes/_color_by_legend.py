"""What the colours mean: a bar from the least to the greatest value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtGui import QImage, QPainter, QPaintEvent
from qtpy.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from napari_label_index._widget.modes._color_by_palette import level_colors

if TYPE_CHECKING:
    from napari_label_index.session import ColorScale

_BAR_HEIGHT = 12
AT_MOST, AT_LEAST = "\N{LESS-THAN OR EQUAL TO}", "\N{GREATER-THAN OR EQUAL TO}"
BELOW = "The labels below, which are few, have this colour too"
ABOVE = "The labels above, which are few, have this colour too"


class ColorBar(QWidget):
    """The colours, from low to high."""

    def __init__(self) -> None:
        super().__init__()
        rgba = np.round(level_colors() * 255).astype(np.uint8)
        self._pixels = np.ascontiguousarray(rgba).tobytes()
        image_format = QImage.Format.Format_RGBA8888
        self._image = QImage(self._pixels, len(rgba), 1, 4 * len(rgba), image_format)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(120, _BAR_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), self._image)
        painter.end()


class ColorLegend(QWidget):
    """Shows a `ColorScale`: its column, its limits, and whether it is logarithmic.

    It is hidden as long as there is none.
    """

    log_toggled = Signal(bool)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Legend of the colours")
        self.name = QLabel()
        self.low, self.high = QLabel(), QLabel()
        self.gaps = QLabel("grey: no value")
        self.log = QCheckBox("log")
        self.log.setToolTip("Steps of the logarithm: for values of many sizes")
        self.log.toggled.connect(self.log_toggled)
        self.close_button = QPushButton("Off")
        self.close_button.setToolTip("Give the labels their own colours back")
        self.close_button.clicked.connect(self.closed)
        self.name.setMinimumWidth(40)  # a long name is cut off, not the dock widened
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(2)
        layout.addWidget(self.name, 0, 0, 1, 2)
        layout.addWidget(self.log, 0, 2)
        layout.addWidget(self.close_button, 0, 3)
        layout.addWidget(ColorBar(), 1, 0, 1, 4)
        layout.addWidget(self.low, 2, 0)
        layout.addWidget(self.gaps, 2, 1, Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.high, 2, 2, 1, 2, Qt.AlignmentFlag.AlignRight)
        layout.setColumnStretch(1, 1)
        self.hide()

    def show_scale(self, scale: ColorScale | None, title: str = "") -> None:
        """Show this scale, with a title if its name is not to be read; or nothing."""
        self.setVisible(scale is not None)
        if scale is None:
            return
        self.name.setText(title or scale.name)
        self.name.setToolTip(f"Colours show the column {scale.name}")
        low, high = map(value_text, scale.limits)
        has_lower, has_higher = scale.is_cut
        self.low.setText(f"{AT_MOST} {low}" if has_lower else low)
        self.low.setToolTip(BELOW if has_lower else "The least value")
        self.high.setText(f"{AT_LEAST} {high}" if has_higher else high)
        self.high.setToolTip(ABOVE if has_higher else "The greatest value")
        self.gaps.setVisible(scale.has_gaps)
        self.log.setEnabled(scale.can_be_log)
        self.log.blockSignals(True)
        self.log.setChecked(scale.is_log)
        self.log.blockSignals(False)
        self.setAccessibleDescription(
            f"{title or scale.name} from {self.low.text()} to {self.high.text()}"
        )


def value_text(value: float) -> str:
    """As in "12", "1,204", "0.0123" and "3.1e+09"."""
    is_whole = value == round(value) or abs(value) >= 100
    return f"{value:,.0f}" if is_whole and abs(value) < 1e7 else f"{value:.3g}"
