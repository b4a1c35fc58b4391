"""One line for a layer that was made of colours: it saves which id is which colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGridLayout, QPushButton, QWidget

from napari_label_index._widget._wording import ELLIPSIS
from napari_label_index._widget.colors._colors_text import MADE
from napari_label_index._widget.parts._banner import Banner
from napari_label_index._widget.parts._wrapped_label import wrapped_label

if TYPE_CHECKING:
    from napari_label_index.io import ColorTable


class TableRow(QWidget):
    """Offers to save the table of colours; hidden where there is none."""

    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Table of colours")
        self.words = wrapped_label(text=MADE)
        self.save_button = QPushButton(f"Save colour table{ELLIPSIS}")
        self.save_button.setToolTip(
            "As CSV: label, red, green, blue, voxels and parts, as they were when the"
            " labels were made. It can be given back as the ids of colours."
        )
        self.save_button.clicked.connect(self.save_asked)
        self.banner = Banner("Message about the table of colours")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.words, 0, 0)
        grid.addWidget(self.save_button, 0, 1)
        grid.addWidget(self.banner, 1, 0, 1, 2)
        self.show_table(None)

    def show_table(self, table: ColorTable | None) -> None:
        """Offer this table; None offers nothing."""
        self.banner.say("")
        self.setVisible(table is not None)
