"""Columns of widgets that scroll where the window is too low for them."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, QSize, Qt, QTimer
from qtpy.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget


class Column(QWidget):
    """Widgets below each other; it asks for no more than their least height."""

    def __init__(self, spacing: int) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(spacing)

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Return the least height: a scroll area gives all that it has anyway."""
        return int(self.column.minimumHeightForWidth(width))


class ScrollColumn(QScrollArea):
    """Shows a widget, with a bar only if it does not fit in its least height."""

    def __init__(self, content: QWidget, least_height: int) -> None:
        super().__init__()
        self._least_height = least_height
        # Also in a style sheet that gives every scroll area a border, as napari's does.
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("column")
        self.setStyleSheet("QScrollArea#column { border: 0px; padding: 0px; }")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Tab goes to what is in it.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As wide as the content and its bar ask for, and a few lines high."""
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self.widget().minimumSizeHint().width() + bar, self._least_height)


class PanelArea(ScrollColumn):
    """Panels that fold: as high as they are, up to half of the room that there is."""

    def __init__(self, *panels: QWidget, least_height: int, spacing: int) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(spacing)
        for panel in panels:
            layout.addWidget(panel)
        layout.addStretch()
        super().__init__(content, least_height)
        self._room = 0
        self._revealed, self._at_end = content, False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._reveal)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        content.installEventFilter(self)

    def set_room(self, height: int) -> None:
        """Take at most half of this height."""
        if height != self._room:
            self._room = height
            self.updateGeometry()

    def reveal(self, panel: QWidget, *, at_end: bool = False) -> None:
        """Scroll to a panel, once it has its place.

        Of what is too high, the beginning is to be seen, or with `at_end` the end.
        """
        self._revealed, self._at_end = panel, at_end
        self._timer.start()

    def sizeHint(self) -> QSize:  # noqa: N802
        height = self._content_height()
        return QSize(self.minimumSizeHint().width(), min(height, self._room // 2))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        least = super().minimumSizeHint()
        return QSize(least.width(), min(self._content_height(), least.height()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return bool(super().eventFilter(watched, event))

    def _reveal(self) -> None:
        first = self._revealed.y()
        last = first + self._revealed.height()
        for edge in (first, last) if self._at_end else (last, first):
            self.ensureVisible(0, edge, 0, 0)

    def _content_height(self) -> int:
        layout = self.widget().layout()
        if layout.hasHeightForWidth():
            return int(layout.totalHeightForWidth(max(self.viewport().width(), 1)))
        return int(layout.totalSizeHint().height())
