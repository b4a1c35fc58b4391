"""Compare mode as widgets: which layer, how far it has come, and the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_label_index._widget._wording import ELLIPSIS
from napari_label_index._widget.compare._compare_text import CHIPS
from napari_label_index._widget.compare._compare_view import CompareView
from napari_label_index._widget.filter._chip_row import ChipRow
from napari_label_index._widget.parts._banner import Banner
from napari_label_index._widget.parts._narrow_combo import make_narrow
from napari_label_index._widget.parts._progress_row import ProgressRow
from napari_label_index._widget.parts._theme import chip_style, table_style
from napari_label_index._widget.parts._wrapped_label import wrapped_label
from napari_label_index.session import OTHER_ID

if TYPE_CHECKING:
    from napari.utils.theme import Theme

    from napari_label_index.session import ComparedRows


class ComparePanel(QWidget):
    """Asks for a comparison, and shows it; it decides nothing."""

    compare_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Comparison with another layer")
        self.combo = QComboBox()
        self.combo.setAccessibleName("Layer to compare with")
        self.combo.setToolTip("Labels layers of the same shape")
        make_narrow(self.combo, 6)
        self.button = QPushButton("Compare")
        self.button.setToolTip("Index that layer, and compare it label by label")
        self.words = wrapped_label("What can be compared")
        self.progress = ProgressRow("Comparison")
        self.banner = Banner("Message about the comparison")
        self.chips = ChipRow()
        self.chips.setAccessibleName("Filters by how labels lie on the other layer")
        self.chips.show_chips(CHIPS.values())
        self.view = CompareView()
        self.summary = wrapped_label("What was compared")
        self.export_button = QPushButton(f"CSV{ELLIPSIS}")
        self.export_button.setAccessibleName("Write the comparison to a file")
        self.export_button.setToolTip("Write the comparison to a CSV file")
        self._lay_out()
        self.button.clicked.connect(self.compare_asked)
        self.show_rows(None)
        self.hide()

    def show_choices(self, names: list[str], chosen: int, words: str) -> None:
        """Offer these layers, or say why there are none."""
        self.combo.clear()
        self.combo.addItems(names)
        self.combo.setCurrentIndex(chosen)
        self.combo.setEnabled(bool(names))
        self.button.setEnabled(bool(names) and not words)
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def show_rows(
        self, rows: ComparedRows | None, name: str = "", summary: str = ""
    ) -> None:
        """Show a comparison with the layer `name`; None shows nothing."""
        self.view.show_compared(rows, name)
        self.summary.setText(summary)
        for widget in (self.chips, self.view, self.summary, self.export_button):
            widget.setVisible(rows is not None)
        if rows is not None:
            counts = rows.counts()
            by_query = {str(verdict): n for verdict, n in counts.items()}
            by_query[OTHER_ID] = len(rows.with_other_id)
            self.chips.show_counts(lambda chip: by_query[chip.query])
            self.chips.show_text("")

    def use_theme(self, theme: Theme) -> None:
        """Take the colours of a napari theme."""
        self.banner.use_theme(theme)
        self.chips.setStyleSheet(chip_style(theme))
        self.view.setStyleSheet(table_style(theme))

    def _lay_out(self) -> None:
        label = QLabel("With")
        label.setBuddy(self.combo)
        top, answer = QHBoxLayout(), QHBoxLayout()
        top.addWidget(label)
        top.addWidget(self.combo, stretch=1)
        top.addWidget(self.button)
        answer.addWidget(self.summary, stretch=1)
        answer.addWidget(self.export_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        for widget in (self.words, self.progress, self.banner):
            layout.addWidget(widget)
        # Above the rows: in a low window these are out of view first.
        layout.addLayout(answer)
        layout.addWidget(self.chips)
        layout.addWidget(self.view)
