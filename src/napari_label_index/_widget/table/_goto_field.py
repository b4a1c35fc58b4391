"""A field for a label id: Enter goes to its row."""

from __future__ import annotations

from qtpy.QtCore import QRegularExpression, Signal
from qtpy.QtGui import QRegularExpressionValidator
from qtpy.QtWidgets import QLineEdit, QWidget


class GoToField(QLineEdit):
    """Takes one id. A validator for `int` would stop at 2**31."""

    label_asked = Signal(object)  # int

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Go to label (G)")
        self.setAccessibleName("Go to label")
        self.setToolTip("Type a label id and press Enter")
        self.setClearButtonEnabled(True)
        pattern = QRegularExpression(r"-?\d{1,20}")
        self.setValidator(QRegularExpressionValidator(pattern, self))
        self.returnPressed.connect(self._on_return)

    def begin(self, text: str = "") -> None:
        """Take the keyboard, with the first character typed already."""
        self.setFocus()
        self.setText(text)
        if not text:
            self.selectAll()

    def _on_return(self) -> None:
        if self.hasAcceptableInput():
            self.label_asked.emit(int(self.text()))
            self.selectAll()
