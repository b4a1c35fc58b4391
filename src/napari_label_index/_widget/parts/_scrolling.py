"""Columns of widgets that scroll where the window is too low for them."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, QSize, Qt, QTimer
from qtpy.QtWidgets import (
    QFrame,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

LEAST_ROWS = 3  # of an empty table: its place is to be seen

SETTLE_MS = 60


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
    """Panels that fold: as high as they are, up to half of the room that there is.

    What a table beside them has no rows for is theirs as well.
    """

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
        self._table: QTableView | None = None
        self._revealed, self._at_end, self._is_settled = content, False, True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._reveal)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        content.installEventFilter(self)

    def set_room(self, height: int) -> None:
        """Take at most half of this height, if a table needs the rest."""
        if height != self._room:
            self._room = height
            self.updateGeometry()

    def share_with(self, table: QTableView) -> None:
        """Take the room that a table has no rows for."""
        self._table = table
        model = table.model()
        for changed in (model.modelReset, model.layoutChanged):
            changed.connect(self.updateGeometry)
        table.installEventFilter(self)

    def reveal(self, panel: QWidget, *, at_end: bool = False) -> None:
        """Scroll to a panel, once it has its place.

        Of what is too high, the beginning is to be seen, or with `at_end` the end.
        """
        self._revealed, self._at_end, self._is_settled = panel, at_end, False
        self._timer.start(0)

    def sizeHint(self) -> QSize:  # noqa: N802
        height = self._content_height()
        most = max(self._room // 2, self.height() + self._spare())
        return QSize(self.minimumSizeHint().width(), min(height, most))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        least = super().minimumSizeHint()
        most = max(least.height(), self.height() + self._spare())
        return QSize(least.width(), min(self._content_height(), most))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        kind = event.type()
        is_new = kind == QEvent.Type.LayoutRequest and watched is self.widget()
        if is_new or (kind == QEvent.Type.Resize and watched is self._table):
            self.updateGeometry()
        return bool(super().eventFilter(watched, event))

    def _spare(self) -> int:
        """Height that the table has beyond its rows; less than 0 where it scrolls.

        With the height of the panels it adds up to the same, whoever has it now: the
        layout comes to rest.
        """
        table = self._table
        if table is None or not table.isVisible():
            return 0
        n_rows = max(table.model().rowCount(), LEAST_ROWS)
        around = table.height() - table.viewport().height()
        rows = n_rows * table.verticalHeader().defaultSectionSize()
        needed = max(around + rows, table.minimumSizeHint().height())
        return int(table.height() - needed)

    def _reveal(self) -> None:
        first = self._revealed.y()
        last = first + self._revealed.height()
        for edge in (first, last) if self._at_end else (last, first):
            self.ensureVisible(0, edge, 0, 0)
        if not self._is_settled:
            # Columns in columns take a few rounds until each has its height.
            self._is_settled = True
            self._timer.start(SETTLE_MS)

    def _content_height(self) -> int:
        layout = self.widget().layout()
        if layout.hasHeightForWidth():
            return int(layout.totalHeightForWidth(max(self.viewport().width(), 1)))
        return int(layout.totalSizeHint().height())
