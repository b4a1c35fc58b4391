"""What can be done with an export that was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from pathlib import Path

VERIFY_TOOLTIP = (
    "Read what was written again, and compare every voxel of it with the labels"
)
PYTHON_TOOLTIP = "Copy the lines of Python that do the same export"


class ExportResult(QWidget):
    """The path of what was written, to copy, and buttons; hidden without a path."""

    verify_asked = Signal()
    python_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.path = QLineEdit()
        self.path.setReadOnly(True)
        self.path.setAccessibleName("Path of what was written")
        self.copy_button = _button("Copy path", "Copy where it is")
        self.verify_button = _button("Verify", VERIFY_TOOLTIP)
        self.python_button = _button("Copy as Python", PYTHON_TOOLTIP)
        self.copy_button.clicked.connect(self._on_copy)
        self.verify_button.clicked.connect(self.verify_asked)
        self.python_button.clicked.connect(self.python_asked)
        buttons = QHBoxLayout()
        for button in (self.copy_button, self.verify_button, self.python_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.path)
        layout.addLayout(buttons)
        self.hide()

    def show_path(self, path: Path | None, is_busy: bool) -> None:
        """Show where something was written, or nothing."""
        self.setVisible(path is not None)
        self.verify_button.setEnabled(not is_busy)
        if path is not None and self.path.text() != str(path.absolute()):
            self.path.setText(str(path.absolute()))
            self.path.setToolTip(str(path.absolute()))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.path.text())


def _button(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip)
    return button
