"""Combo boxes of the export, of which items can be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox

from napari_label_index._widget.parts._narrow_combo import make_narrow

if TYPE_CHECKING:
    from collections.abc import Sequence


def combo_box(name: str, items: Sequence[str]) -> QComboBox:
    """Return a combo box that fits into a narrow dock."""
    combo = QComboBox()
    combo.setAccessibleName(name)
    make_narrow(combo)
    combo.addItems(list(items))
    return combo


def show_items(combo: QComboBox, items: Sequence[str]) -> None:
    """Offer other items, and keep the one that is chosen where it is among them."""
    if [combo.itemText(place) for place in range(combo.count())] == list(items):
        return
    chosen = combo.currentText()
    was_blocked = combo.blockSignals(True)
    combo.clear()
    combo.addItems(list(items))
    combo.setCurrentIndex(max(combo.findText(chosen), 0))
    combo.blockSignals(was_blocked)


def show_tooltip(combo: QComboBox, place: int, tooltip: str, can_be: bool) -> None:
    """Explain an item, and let nobody choose it where it cannot be."""
    item = combo.model().item(place)
    item.setEnabled(can_be)
    combo.setItemData(place, tooltip, Qt.ItemDataRole.ToolTipRole)
