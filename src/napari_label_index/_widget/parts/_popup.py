"""A page of text that pops up beside a button and goes with Esc or a click outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QObject, QPoint, QSize, Qt, QUrl, Signal
from qtpy.QtGui import QGuiApplication, QKeyEvent
from qtpy.QtWidgets import QFrame, QTextBrowser, QVBoxLayout, QWidget

from napari_label_index._widget.parts._theme import link_color

if TYPE_CHECKING:
    from napari.utils.theme import Theme

PREFERRED = QSize(400, 560)
MARGIN = 8


class TextPopup(QFrame):
    """Shows one page of rich text, with links.

    Parameters
    ----------
    name
        What a screen reader calls it.
    parent
        Whose style it takes.
    """

    link_clicked = Signal(str, str)  # what stands before and after the colon

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.page = QTextBrowser()
        self.page.setAccessibleName(name)
        self.page.setOpenLinks(False)
        self.page.anchorClicked.connect(self._on_anchor_clicked)
        self.page.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)

    def show_beside(self, widget: QWidget, html: str) -> None:
        """Show `html` below `widget`, moved as far as the screen asks for."""
        self.page.setHtml(html)
        screen = widget.screen() or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        self.resize(PREFERRED.boundedTo(room.size() - QSize(MARGIN, MARGIN)))
        corner = widget.mapToGlobal(QPoint(0, widget.height()))
        last = room.bottomRight() - QPoint(self.width(), self.height())
        self.move(
            max(min(corner.x(), last.x()), room.left()),
            max(min(corner.y(), last.y()), room.top()),
        )
        self.show()
        self.page.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keep keys from the dock behind: Qt counts the popup as a part of it."""
        if watched is self.page and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
        return bool(super().eventFilter(watched, event))

    def use_theme(self, theme: Theme) -> None:
        """Take the colours of a napari theme."""
        style = f"a {{ color: {link_color(theme)} }}"
        self.page.document().setDefaultStyleSheet(style)

    def _on_anchor_clicked(self, url: QUrl) -> None:
        self.hide()
        # Fully decoded: a query holds blanks, brackets and signs of comparison.
        decoded = QUrl.ComponentFormattingOption.FullyDecoded
        self.link_clicked.emit(url.scheme(), url.path(decoded))
