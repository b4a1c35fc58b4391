"""The chips above the table."""

from __future__ import annotations

from qtpy.QtWidgets import QPushButton

from napari_label_index._widget.filter._chip_row import ChipRow
from napari_label_index.session import Chip


def shown_in(row):
    buttons = row.findChildren(QPushButton)
    return sorted(one.text() for one in buttons if one.isVisible())


def test_chips_that_are_left_out_are_out_of_view_at_once(qtbot):
    row = ChipRow()
    qtbot.addWidget(row)
    row.show()
    row.show_chips([Chip("All", "", ""), Chip("Tiny", "num_pixels < 9", "")])
    row.show_counts(lambda chip: 3)
    qtbot.waitUntil(lambda: shown_in(row) == ["All 3", "Tiny 3"])
    row.show_chips([Chip("All", "", "")])
    assert shown_in(row) == ["All 3"]
