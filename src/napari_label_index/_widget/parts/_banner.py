"""A sentence in a coloured frame; it takes no room while there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel, QWidget

from napari_label_index._widget.parts._theme import banner_style

if TYPE_CHECKING:
    from napari.utils.theme import Theme

Kind = Literal["info", "warning", "error"]


class Banner(QLabel):
    """Shows one sentence at a time; its colour is never the only message."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: Kind = "info"
        self._theme: Theme | None = None
        self.setAccessibleName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hide()

    def say(self, text: str, kind: Kind = "info") -> None:
        """Show `text`, or nothing where it is empty."""
        self._kind = kind
        self.setText(text)
        self.setAccessibleDescription(text)
        self._paint()
        self.setVisible(bool(text))

    def use_theme(self, theme: Theme) -> None:
        """Take the colours of a napari theme."""
        self._theme = theme
        self._paint()

    def _paint(self) -> None:
        if self._theme is not None:
            self.setStyleSheet(banner_style(self._theme, self._kind))
