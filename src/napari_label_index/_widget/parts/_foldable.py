"""A title that folds away what is below it."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget


class Foldable(QWidget):
    """Shows or hides its content at a click on the title.

    Parameters
    ----------
    title
        What stands beside the arrow.
    content
        What is folded.
    beside
        A widget at the end of the line of the title, such as a toggle.
    """

    folded = Signal(bool)

    def __init__(
        self, title: str, content: QWidget, beside: QWidget | None = None
    ) -> None:
        super().__init__()
        self._content = content
        self._beside = beside
        self.button = QToolButton()
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setAutoRaise(True)
        self.button.setCheckable(True)
        self.button.setSizePolicy(
            QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        )
        self.button.toggled.connect(self._on_toggled)
        row = QHBoxLayout()
        row.addWidget(self.button, stretch=1)
        if beside is not None:
            row.addWidget(beside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(content)
        self.set_title(title)
        self._on_toggled(False)

    @property
    def is_open(self) -> bool:
        """Whether the content is shown."""
        return bool(self.button.isChecked())

    def set_open(self, is_open: bool) -> None:
        """Show or hide the content."""
        self.button.setChecked(is_open)

    def set_title(self, title: str) -> None:
        """Show another title."""
        self.button.setText(title)
        self.button.setAccessibleName(title)

    def _on_toggled(self, is_open: bool) -> None:
        arrow = Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow
        self.button.setArrowType(arrow)
        self._content.setVisible(is_open)
        if self._beside is not None:
            self._beside.setVisible(is_open)
        self.folded.emit(not is_open)
