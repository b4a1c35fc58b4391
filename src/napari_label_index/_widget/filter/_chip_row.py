"""The chips: buttons that set a query, each with its count, in as many lines as fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QPushButton, QSizePolicy, QWidget
from superqt import QFlowLayout

from napari_label_index._widget._wording import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from napari_label_index.session import Chip


class ChipRow(QWidget):
    """Shows chips; the one whose query is asked stays down."""

    query_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Filters")
        self._text = ""
        self.buttons: dict[str, QPushButton] = {}  # by name
        self._chips: dict[str, Chip] = {}
        layout = QFlowLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(4)
        layout.setVerticalSpacing(4)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_chips(self, chips: Iterable[Chip]) -> None:
        """Show these chips, without counts at first."""
        self._chips = {chip.name: chip for chip in chips}
        for name in [name for name in self.buttons if name not in self._chips]:
            button = self.buttons.pop(name)
            self.layout().removeWidget(button)
            button.hide()  # it is gone only once events are handled
            button.deleteLater()
        for name, chip in self._chips.items():
            button = self.buttons.get(name) or self._add(name)
            button.setToolTip(chip.tooltip)
        self.setVisible(bool(self._chips))
        self.show_text(self._text)

    def show_counts(self, count: Callable[[Chip], int | None]) -> None:
        """Show how many labels each chip is for."""
        for name, chip in self._chips.items():
            n = count(chip)
            shown = ELLIPSIS if n is None else f"{n:,}"
            self.buttons[name].setText(f"{name} {shown}")
        self.layout().invalidate()
        self.updateGeometry()

    def show_text(self, text: str) -> None:
        """Mark the chip whose query this is."""
        self._text = text.strip()
        for name, chip in self._chips.items():
            self.buttons[name].setChecked(chip.query == self._text)

    def _add(self, name: str) -> QPushButton:
        button = QPushButton(name)
        button.setObjectName("chip")
        button.setCheckable(True)
        button.clicked.connect(lambda: self._on_clicked(name))
        self.buttons[name] = button
        self.layout().addWidget(button)
        return button

    def _on_clicked(self, name: str) -> None:
        chip = self._chips[name]
        # A click on the chip that is down already lets everything be seen again.
        query = "" if chip.query == self._text else chip.query
        self.show_text(query)
        self.query_asked.emit(query)
