"""A progress bar with a Cancel button, and in words what goes on."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_label_index._widget._sentences import progress_text
from napari_label_index._widget.parts._wrapped_label import wrapped_label
from napari_label_index.session import Progress

STEPS = 1000


class ProgressRow(QWidget):
    """Shows the progress of one piece of work; hidden while there is none."""

    cancelled = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QProgressBar()
        self._bar.setAccessibleName(f"{name} progress")
        self._bar.setTextVisible(False)
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setAccessibleName(f"Cancel {name.lower()}")
        self.cancel_button.clicked.connect(self._on_cancel)
        self._text = wrapped_label()
        row = QHBoxLayout()
        row.addWidget(self._bar, stretch=1, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.cancel_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self._text)
        self.hide()

    @property
    def text(self) -> str:
        """What is said about the progress."""
        return str(self._text.text())

    def begin(self) -> None:
        """Appear, before anything is known."""
        self.cancel_button.setEnabled(True)
        self.show_progress(Progress("Starting"))
        self.show()

    def end(self) -> None:
        """Disappear."""
        self.hide()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the work has come."""
        fraction = progress.fraction
        # A range of nothing is Qt's way to show "busy".
        self._bar.setRange(0, 0 if fraction is None else STEPS)
        if fraction is not None:
            self._bar.setValue(round(fraction * STEPS))
        self._text.setText(progress_text(progress))

    def _on_cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self._text.setText("Cancelling")
        self.cancelled.emit()
