"""Chips and histogram beside the table they filter, and what filtering leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import QPoint, Qt
from qtpy.QtGui import QKeySequence, QShortcut

from dock_filter import ask
from dock_index import WAIT_MS, index_and_count
from dock_table import table_labels, table_selection
from napari_label_index.session import Chip
from planted_faults import SPECKS, SPLIT

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


# --- chips ----------------------------------------------------------------


def test_a_chip_sets_its_query_and_a_second_click_takes_it_away(faulty, qtbot):
    _, widget = faulty
    panel = widget.inspector.filter
    chip = panel.chips.buttons["Multi-part"]
    assert chip.text() == "Multi-part 2"
    qtbot.mouseClick(chip, LEFT)
    assert panel.bar.edit.text() == "n_components > 1"
    assert table_labels(widget) == [SPLIT, 4]
    qtbot.mouseClick(chip, LEFT)
    assert panel.bar.edit.text() == ""
    assert panel.chips.buttons["All"].isChecked()
    assert not chip.isChecked()


def test_tiny_says_where_it_begins(faulty):
    _, widget = faulty
    assert (
        "fewer than 10 voxels"
        in widget.inspector.filter.chips.buttons["Tiny"].toolTip()
    )


def test_a_registered_chip_appears_and_follows_its_column(faulty, qtbot):
    _, widget = faulty
    status = np.full(12, "unreviewed", "<U10")
    widget.inspection.filter.extra_columns = lambda _index: {"status": status}
    chip = Chip("Unreviewed", "status is unreviewed", "Not yet reviewed")
    widget.inspection.chips.register(chip)
    button = widget.inspector.filter.chips.buttons["Unreviewed"]
    qtbot.waitUntil(lambda: button.text() == "Unreviewed 12", timeout=WAIT_MS)
    qtbot.mouseClick(button, LEFT)
    status[:10] = "accepted"
    widget.inspection.filter.refresh()
    widget.inspection.chips.refresh()
    assert table_labels(widget) == [11, 300]
    qtbot.waitUntil(lambda: button.text() == "Unreviewed 2", timeout=WAIT_MS)


@pytest.mark.parametrize("width", [320, 500])
def test_nothing_is_cut_off_at_this_width(faulty, width):
    _, widget = faulty
    widget.resize(width, 900)
    widget.show()
    chips = widget.inspector.filter.chips
    for button in chips.buttons.values():
        assert button.width() >= button.sizeHint().width()
        assert chips.rect().contains(button.geometry())
    assert widget.minimumSizeHint().width() <= 320


# --- histogram ------------------------------------------------------------


def test_a_brush_over_the_sorted_column_becomes_a_range(faulty, qtbot):
    _, widget = faulty
    panel = widget.inspector.filter
    widget.table.view.sort_by(1)
    panel.fold.set_open(True)
    widget.resize(400, 900)
    widget.show()
    histogram = panel.histogram
    assert histogram.bins.counts.sum() == 12
    qtbot.mousePress(histogram, LEFT, pos=QPoint(0, 5))
    qtbot.mouseRelease(histogram, LEFT, pos=QPoint(histogram.width() // 4, 5))
    text = panel.bar.edit.text()
    assert text.startswith("num_pixels between 1 and ")
    assert table_labels(widget) == list(SPECKS)
    assert histogram.bins.shown.sum() == 2


def test_a_histogram_follows_the_sorted_column(faulty, qtbot):
    _, widget = faulty
    panel = widget.inspector.filter
    panel.fold.set_open(True)
    widget.table.columns.set_shown("extent", True)
    view = widget.table.view
    view.sort_by(view.column_of("extent"))
    assert panel.fold.button.text() == "Histogram of Extent"
    assert panel.histogram.bins.counts.sum() == 12
    view.sort_by(view.column_of("flags"))
    assert panel.histogram.bins is None


# --- what filtering leaves alone ------------------------------------------


def test_filtering_hides_selected_rows_and_says_so(faulty, qtbot):
    _, widget = faulty
    widget.session.selection.select([1, SPLIT])
    ask(widget, "n_components > 1", qtbot)
    assert widget.session.selection.labels.tolist() == [1, SPLIT]
    assert table_selection(widget) == [SPLIT]
    text = widget.table.status.text()
    assert text.startswith("1 of 2 shown selected")
    assert "1 selected is hidden by the filter" in text
    assert "396 voxels" in text
    ask(widget, "", qtbot)
    assert table_selection(widget) == [1, SPLIT]


def test_a_control_click_keeps_what_the_filter_hides(faulty, qtbot):
    _, widget = faulty
    view = widget.table.view
    widget.resize(400, 900)
    widget.show()
    widget.session.selection.select([1, 2])
    ask(widget, "n_components > 1", qtbot)
    place = view.visualRect(view.model().index(0, 1)).center()
    qtbot.mouseClick(view.viewport(), LEFT, CONTROL, place)
    assert widget.session.selection.labels.tolist() == [1, 2, SPLIT]
    qtbot.mouseClick(view.viewport(), LEFT, pos=place)
    assert widget.session.selection.labels.tolist() == [SPLIT]


def test_select_all_means_the_rows_on_show(faulty, qtbot):
    _, widget = faulty
    widget.session.selection.select([1])
    ask(widget, "n_components > 1", qtbot)
    widget.table.view.selectAll()
    assert widget.session.selection.labels.tolist() == [SPLIT, 4]


def test_an_id_that_the_filter_hides_is_selected_and_said_to_be_hidden(faulty, qtbot):
    _, widget = faulty
    ask(widget, "n_components > 1", qtbot)
    widget.table.goto.label_asked.emit(1)
    assert widget.session.selection.labels.tolist() == [1]
    assert widget.table.status.text() == "The filter hides label 1. It is selected."


def test_the_query_outlives_a_new_index(faulty, qtbot):
    viewer, widget = faulty
    ask(widget, "n_components > 1", qtbot)
    viewer.layers["faulty"].data_setitem((np.array([4]),) * 3, 0)
    index_and_count(widget, qtbot)
    assert widget.inspector.filter.bar.edit.text() == "n_components > 1"
    assert table_labels(widget) == [SPLIT, 4]


# --- keys -----------------------------------------------------------------


def test_every_key_of_the_dock_is_listed(faulty):
    _, widget = faulty
    widget.inspector.show_keys()
    text = widget.inspector.keys.page.toPlainText()
    for shortcut in widget.findChildren(QShortcut):
        keys = shortcut.key().toString(QKeySequence.SequenceFormat.PortableText)
        # Of the keys of the table, those with Shift are told beside those without.
        told = keys if shortcut.whatsThis() else keys.replace("Shift+", "")
        assert told in text


def test_the_columns_that_a_query_reads_are_shown_while_it_reads_them(faulty, qtbot):
    _, widget = faulty
    view = widget.table.view
    assert view.column_of("extent") < 0
    ask(widget, "extent > 0 and n_holes = 0", qtbot)
    assert view.column_of("extent") >= 0
    assert view.column_of("n_holes") >= 0
    ask(widget, "n_components > 1", qtbot)  # a chip, of which the flags tell
    assert view.column_of("n_components") < 0
    assert view.column_of("extent") < 0
    widget.table.columns.set_shown("extent", True)
    ask(widget, "extent > 0", qtbot)
    ask(widget, "", qtbot)
    assert view.column_of("extent") >= 0, "it was chosen"
