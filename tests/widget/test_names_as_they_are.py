"""Layers and sets may have any name: it is shown as it is, and formats nothing."""

from __future__ import annotations

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel

BOLD = "<b>a</b>"


def is_taken_for_a_format(label):
    is_auto = label.textFormat() == Qt.TextFormat.AutoText
    return is_auto and Qt.mightBeRichText(label.text())


def test_a_name_is_no_rich_text(indexed):
    _, widget = indexed
    widget.session.selection.select([1])
    widget.inspector.sets.add_selected(BOLD)
    assert BOLD in widget.table.status.text()
    assert not any(map(is_taken_for_a_format, widget.findChildren(QLabel)))


def test_a_name_is_no_rich_text_where_there_is_no_table(bare):
    viewer, widget = bare()
    viewer.add_image(np.ones((4, 5)), name=BOLD)
    assert BOLD in widget.table.hint.text()
    assert not any(map(is_taken_for_a_format, widget.findChildren(QLabel)))


def test_a_name_underlines_no_letter(bare):
    viewer, widget = bare()
    viewer.add_image(np.ones((4, 5), np.uint8), name="cells & co")
    assert widget.chooser.use_button.text() == "Use 'cells && co' as labels"
