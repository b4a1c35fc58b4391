"""The line in which a query is written: wrong parts underlined, names completed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qtpy.QtCore import QCoreApplication, QEvent, QStringListModel, Qt, QTimer, Signal
from qtpy.QtGui import (
    QColor,
    QInputMethodEvent,
    QKeyEvent,
    QTextCharFormat,
    QTextFormat,
)
from qtpy.QtWidgets import QCompleter, QLineEdit, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable

PAUSE_MS = 150  # a key every 150 ms is slow typing: the query waits for its end
LEAST_LETTERS = 2  # before names are offered
KEYWORDS = ("and", "or", "not", "between", "contains", "touches", "in", "sort by", "is")
_LAST_WORD = re.compile(r"[A-Za-z_][\w-]*$")


class QueryEdit(QLineEdit):
    """Tells what is written once there is a pause, or at Enter."""

    asked = Signal(str)
    left = Signal()  # by Esc

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Filter, such as n_components > 1")
        self.setAccessibleName("Filter")
        self.setToolTip("Show only the labels that a query means (/ or Ctrl+F)")
        self.setClearButtonEnabled(True)
        self._wrong = (0, 0)
        self._wrong_color = QColor("red")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.ask)
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setWidget(self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.activated[str].connect(self._complete)
        self.textChanged.connect(self._on_text_changed)
        self.textEdited.connect(self._on_text_edited)
        self.returnPressed.connect(self.ask)

    @property
    def wrong(self) -> tuple[int, int]:
        """Position and length of what is underlined."""
        return self._wrong

    def set_names(self, names: Iterable[str]) -> None:
        """Offer these names while one of them is typed."""
        self._names.setStringList(sorted({*names, *KEYWORDS}))

    @property
    def is_being_written(self) -> bool:
        """Whether what stands here is not asked yet."""
        return bool(self._pause.isActive())

    @property
    def is_completing(self) -> bool:
        """Whether names are on offer now."""
        return bool(self._completer.popup().isVisible())

    def show_text(self, text: str) -> None:
        """Show a query that is asked already."""
        if text != self.text():
            self.setText(text)
        self._pause.stop()

    def use_popup_style(self, style: str) -> None:
        """Take a style for the names on offer, which are a window of their own."""
        self._completer.popup().setStyleSheet(style)

    def ask(self) -> None:
        """Tell what is written now."""
        self._pause.stop()
        self.asked.emit(self.text())

    def underline(self, position: int, length: int, color: QColor) -> None:
        """Underline what is wrong; a length of 0 underlines nothing."""
        self._wrong = (position, length)
        self._wrong_color = color
        style = QTextCharFormat()
        style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        style.setUnderlineColor(color)
        style.setForeground(color)
        part = QInputMethodEvent.Attribute(
            QInputMethodEvent.AttributeType.TextFormat,
            position - self.cursorPosition(),
            length,
            QTextFormat(style),  # of this very class, or Qt ignores it
        )
        # The one way to format a part of a QLineEdit. It changes no text.
        event = QInputMethodEvent("", [part] if length else [])
        QCoreApplication.sendEvent(self, event)

    def event(self, event: QEvent) -> bool:
        """Claim Esc before it reaches the shortcut that clears the selection."""
        if event.type() == QEvent.Type.ShortcutOverride and is_escape(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if is_escape(event):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _on_text_changed(self) -> None:
        self._pause.start()
        if self._wrong[1]:
            self.underline(0, 0, self._wrong_color)

    def _on_text_edited(self) -> None:
        word = _LAST_WORD.search(self.text()[: self.cursorPosition()])
        popup = self._completer.popup()
        if word is None or len(word[0]) < LEAST_LETTERS:
            popup.hide()
            return
        self._completer.setCompletionPrefix(word[0])
        offered = self._completer.completionCount()
        is_whole = word[0] in self._names.stringList()
        if not offered or (is_whole and offered == 1):
            popup.hide()
        else:
            self._completer.complete()

    def _complete(self, name: str) -> None:
        before = self.text()[: self.cursorPosition()]
        after = self.text()[self.cursorPosition() :]
        word = _LAST_WORD.search(before)
        begin = word.start() if word else len(before)
        self.setText(f"{before[:begin]}{name} {after.lstrip()}")
        self.setCursorPosition(begin + len(name) + 1)


def is_escape(event: QEvent) -> bool:
    """Whether `event` is about the Esc key."""
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
