"""The line for the name of a set; it takes no room while none is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QStringListModel, Qt, Signal
from qtpy.QtWidgets import QApplication, QCompleter, QLineEdit, QWidget

from napari_label_index._widget.filter._query_edit import is_escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qtpy.QtCore import QEvent
    from qtpy.QtGui import QKeyEvent


class SetNameEdit(QLineEdit):
    """Asks for one name: Enter gives it, Esc gives none."""

    named = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Name of the set")
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self._focus_before: QWidget | None = None
        self.returnPressed.connect(self._on_return)
        self.hide()

    def begin(self, prompt: str, text: str, names: Iterable[str]) -> None:
        """Appear and take the keyboard; `names` are offered while one is typed."""
        self._names.setStringList(list(names))
        self.setPlaceholderText(prompt)
        self.setToolTip(f"{prompt}: Enter keeps it, Esc does not")
        self.setText(text)
        self.selectAll()
        if self.isHidden():
            self._focus_before = QApplication.focusWidget()
        self.show()
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def end(self) -> None:
        """Disappear, and give the keyboard back."""
        before, self._focus_before = self._focus_before, None
        had_focus = self.hasFocus()
        self.hide()
        if had_focus and before is not None:
            before.setFocus()

    def event(self, event: QEvent) -> bool:
        """Claim Esc before it reaches the shortcut that clears the selection."""
        if event.type() == event.Type.ShortcutOverride and is_escape(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if is_escape(event):
            self.end()
        else:
            super().keyPressEvent(event)

    def _on_return(self) -> None:
        self.named.emit(self.text())
