"""The line for a saved index, and how it goes; without any it takes no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from napari_label_index._widget.parts._banner import Banner
from napari_label_index._widget.parts._progress_row import ProgressRow
from napari_label_index._widget.parts._wrapped_label import wrapped_label
from napari_label_index._widget.saved._saved_text import OPEN, Offer

if TYPE_CHECKING:
    from napari_label_index._widget.parts._banner import Kind


class SavedPanel(QWidget):
    """Shows an offer beside its button, the progress of a save, and a message."""

    def __init__(self) -> None:
        super().__init__()
        self.text = wrapped_label("Saved index")
        self.button = QPushButton()
        self.progress = ProgressRow("Saving the index")
        self.banner = Banner("Message about the saved index")
        row = QHBoxLayout()
        row.addWidget(self.text, stretch=1)
        row.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.progress)
        layout.addWidget(self.banner)
        self.show_offer(Offer(), "")

    def show_offer(self, offer: Offer, tooltip: str) -> None:
        """Show an offer, or none."""
        self.text.setText(offer.text)
        self.text.setVisible(bool(offer.text))
        self.text.setToolTip(tooltip)
        self.button.setText(offer.button or OPEN)  # a name, also while it is hidden
        self.button.setVisible(bool(offer.button))
        self._take_room()

    def show_saving(self, is_saving: bool) -> None:
        """Show the progress of a save, or none."""
        if not is_saving:
            self.progress.end()
        elif self.progress.isHidden():
            self.progress.begin()
        self._take_room()

    def say(self, text: str, kind: Kind = "info") -> None:
        """Show a message, or none."""
        self.banner.say(text, kind)
        self._take_room()

    def is_saying(self, text: str) -> bool:
        """Whether this is the message on show."""
        return not self.banner.isHidden() and self.banner.text() == text

    def _take_room(self) -> None:
        parts = (self.text, self.progress, self.banner)
        self.setVisible(not all(part.isHidden() for part in parts))
