"""How the values of one column are spread, to be brushed with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from qtpy.QtCore import QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_label_index._widget._wording import number

if TYPE_CHECKING:
    from napari.utils.theme import Theme

    from napari_label_index._typing import IntVector
    from napari_label_index._widget.filter._bins import Bins

LEAST_DRAG = 4  # pixels; less is a click


class Histogram(QWidget):
    """Paints bins; a drag over them tells a range of values."""

    # Smallest and largest value: Qt's floats would round large ids.
    brushed = Signal(object, object)
    unbrushed = Signal()  # by a click, which takes the range back

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Histogram")
        self.setToolTip(
            "All labels pale, those shown by the filter full.\n"
            "Drag to show only a range; a click takes it back."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._bins: Bins | None = None
        self._range: tuple[float, float] | None = None
        self._drag: tuple[float, float] | None = None
        self._is_log = False
        self._message = ""
        self.use_colors(*map(QColor, ("#ffffff", "#007acc", "#888888")))

    @property
    def bins(self) -> Bins | None:
        """What is painted."""
        return self._bins

    def use_theme(self, theme: Theme) -> None:
        """Take the colours of a napari theme."""
        pick = (theme.text, theme.current, theme.primary)
        self.use_colors(*(QColor(color.as_hex()) for color in pick))

    def use_colors(self, text: QColor, shown: QColor, rest: QColor) -> None:
        """Paint in these colours."""
        self._text, self._shown, self._rest = text, shown, rest
        self.update()

    def show_bins(
        self, bins: Bins | None, brushed: tuple[float, float] | None, message: str = ""
    ) -> None:
        """Paint `bins` and the range that the filter asks for, or a message."""
        self._bins, self._range, self._message = bins, brushed, message
        self.update()

    def set_log(self, is_log: bool) -> None:
        """Paint the logarithm of the counts."""
        self._is_log = is_log
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, 46 + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(80, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self._bins is not None:
            self._drag = (event.position().x(), event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag is not None:
            self._drag = (self._drag[0], event.position().x())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag is None:
            return
        self._drag = (self._drag[0], event.position().x())
        brushed = self._dragged_range()
        self._drag = None
        self.update()
        if brushed is not None:
            self.brushed.emit(*brushed)
        elif self._range is not None:
            self.unbrushed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        if self._bins is None:
            painter.setPen(self._text)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._message)
            return
        self._paint_bars(painter, self._bins.counts, self._rest)
        self._paint_bars(painter, self._bins.shown, self._shown)
        brushed = self._dragged_range() or self._range
        if brushed is not None:
            self._paint_range(painter, self._bins, *brushed)
        self._paint_ends(painter, self._bins, brushed)

    def _plot(self) -> QRectF:
        height = self.height() - self.fontMetrics().height() - 1
        return QRectF(0, 0, self.width(), height)

    def _heights(self, counts: IntVector) -> npt.NDArray[np.float64]:
        assert self._bins is not None
        scale = np.log1p if self._is_log else np.asarray
        most = max(float(scale(self._bins.counts.max())), 1e-9)
        heights: npt.NDArray[np.float64] = scale(counts) / most
        return heights

    def _paint_bars(self, painter: QPainter, counts: IntVector, color: QColor) -> None:
        plot = self._plot()
        wide = plot.width() / len(counts)
        for i, height in enumerate(self._heights(counts).tolist()):
            if height > 0:  # at least two pixels: a single label must be seen
                tall = max(height * plot.height(), 2.0)
                bar = QRectF(i * wide, plot.bottom() - tall, max(wide - 0.5, 1), tall)
                painter.fillRect(bar, color)

    def _paint_range(
        self, painter: QPainter, bins: Bins, low: float, high: float
    ) -> None:
        plot, past = self._plot(), 1 if bins.is_whole else 0
        scale = plot.width() / (bins.stop - bins.first)
        left = max((low - bins.first) * scale, 0.0)
        right = min((high + past - bins.first) * scale, plot.width())
        veil = QColor(self._text)
        veil.setAlpha(50)
        painter.fillRect(QRectF(left, 0, right - left, plot.height()), veil)
        painter.setPen(self._text)
        for x in (left, max(right - 1, left)):
            painter.drawLine(QPointF(x, 0), QPointF(x, plot.height()))

    def _paint_ends(
        self, painter: QPainter, bins: Bins, brushed: tuple[float, float] | None
    ) -> None:
        line = self.rect().adjusted(1, int(self._plot().height()), -1, 0)
        painter.setPen(self._text)
        ends = bins.range_of(0, len(bins.counts) - 1)
        flag = Qt.AlignmentFlag
        if brushed is not None:
            text = f"{number(brushed[0])} to {number(brushed[1])}"
            painter.drawText(line, flag.AlignHCenter | flag.AlignBottom, text)
            return
        painter.drawText(line, flag.AlignLeft | flag.AlignBottom, number(ends[0]))
        painter.drawText(line, flag.AlignRight | flag.AlignBottom, number(ends[1]))

    def _dragged_range(self) -> tuple[float, float] | None:
        if self._drag is None or self._bins is None:
            return None
        left, right = sorted(self._drag)
        if right - left < LEAST_DRAG:
            return None
        n_bins = len(self._bins.counts)
        first, last = (
            min(max(int(x / max(self.width(), 1) * n_bins), 0), n_bins - 1)
            for x in (left, right)
        )
        return self._bins.range_of(first, last)
