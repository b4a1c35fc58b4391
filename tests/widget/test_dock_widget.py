"""The dock in use: edits, links with the picture, keys, looks."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QProgressBar

from dock_index import WAIT_MS, index_layer
from dock_table import table_labels, table_selection
from napari_label_index._widget._edit_watch import ELSEWHERE
from napari_label_index._widget._sentences import (
    STALE,
)
from napari_label_index._widget.picture._highlight import is_highlight
from napari_label_index.session import Stale


def test_voxels_that_came_from_elsewhere_show_a_banner_until_the_next_index(
    indexed, qtbot
):
    viewer, widget = indexed
    assert widget.banner.isHidden()
    viewer.layers["cells"].data[0, 2, 2] = 9
    viewer.layers["cells"].refresh()
    assert isinstance(widget.session.state, Stale)
    assert widget.banner.text() == ELSEWHERE
    viewer.layers["cells"].data = viewer.layers["cells"].data
    assert widget.banner.text() == ELSEWHERE
    index_layer(widget, qtbot)
    assert widget.banner.isHidden()
    assert 9 in table_labels(widget)


def test_another_array_shows_a_banner_until_the_next_index(indexed, qtbot):
    viewer, widget = indexed
    data = viewer.layers["cells"].data.copy()
    data[0, 2, 2] = 9
    viewer.layers["cells"].data = data
    assert isinstance(widget.session.state, Stale)
    assert widget.banner.text() == STALE
    assert table_labels(widget) == [1, 3, 5, 7]
    index_layer(widget, qtbot)
    assert widget.banner.isHidden()
    assert 9 in table_labels(widget)


def test_selection_survives_indexing_again(indexed, qtbot):
    viewer, widget = indexed
    widget.session.selection.select([3, 7])
    viewer.layers["cells"].data_setitem(np.nonzero(viewer.layers["cells"].data == 7), 2)
    index_layer(widget, qtbot)
    assert table_labels(widget) == [1, 2, 3, 5]
    assert table_selection(widget) == [3]
    assert widget.table.status.text() == "1 selected of 4 · 2 voxels"


def test_the_row_in_focus_is_still_in_view_after_indexing_again(bare, qtbot):
    viewer, widget = bare()
    viewer.add_labels(np.arange(1, 1001).reshape(10, 100))
    widget.show()
    indexes = []
    widget.session.index_changed.connect(indexes.append)
    for n_indexes in (1, 2):
        widget.index_button.click()
        qtbot.waitUntil(lambda n=n_indexes: len(indexes) == n, timeout=WAIT_MS)
        if n_indexes == 1:
            widget.table.goto.label_asked.emit(700)
    view = widget.table.view
    assert view.current_label() == 700
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))


def test_the_export_panel_closes_with_the_index_that_it_was_for(indexed):
    viewer, widget = indexed
    widget.export_button.click()
    assert not widget.export_panel.isHidden()
    viewer.layers.clear()
    assert widget.export_panel.isHidden()
    assert not widget.export_button.isEnabled()


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.uint64, np.int64])
def test_layers_of_every_kind_of_label_work(bare, qtbot, dtype):
    viewer, widget = bare()
    viewer.add_labels(np.array([[0, 1, 1], [1, 0, 0]], dtype))
    index_layer(widget, qtbot)
    widget.table.view.selectAll()
    assert widget.table.status.text() == "1 selected of 1 · 3 voxels"
    widget.picture._on_pick(1, True)
    assert len(widget.session.selection) == 0


def test_selecting_rows_highlights_their_labels(indexed, qtbot):
    viewer, widget = indexed
    widget.table.view.selectAll()
    assert widget.session.selection.labels.tolist() == [1, 3, 5, 7]
    assert widget.table.status.text() == "4 selected of 4 · 10 voxels"
    qtbot.waitUntil(lambda: any(map(is_highlight, viewer.layers)), timeout=WAIT_MS)
    assert viewer.layers.selection.active.name == "cells"


def test_a_pick_in_the_picture_selects_the_row_and_shift_toggles(indexed):
    _, widget = indexed
    widget.picture._on_pick(5, False)
    assert table_selection(widget) == [5]
    assert widget.table.view.current_label() == 5
    widget.picture._on_pick(1, True)
    assert table_selection(widget) == [1, 5]
    widget.picture._on_pick(5, True)
    assert table_selection(widget) == [1]


def test_selection_is_the_same_labels_after_a_sort(indexed):
    _, widget = indexed
    widget.session.selection.select([3, 7])
    widget.table.view.sort_by(1)
    assert table_labels(widget) == [3, 5, 1, 7]
    assert table_selection(widget) == [3, 7]
    assert widget.session.selection.labels.tolist() == [3, 7]


def test_opening_a_row_brings_its_object_into_view(indexed, qtbot):
    viewer, widget = indexed
    viewer.dims.set_current_step(0, 0)
    widget.table.view.label_opened.emit(5)  # only in the second slice
    assert viewer.dims.current_step[0] == 1


def test_focus_needs_a_selection(indexed):
    viewer, widget = indexed
    assert not widget.focus_button.isEnabled()
    widget.session.selection.select([5])
    assert widget.focus_button.isEnabled()
    widget.focus_button.click()
    assert viewer.dims.current_step[0] == 1


def test_new_colours_of_the_layer_reach_the_swatches(indexed):
    viewer, widget = indexed
    layer, model = viewer.layers["cells"], widget.table.view.model()
    layer.new_colormap(seed=7)
    color = model.data(model.index(2, 0), Qt.ItemDataRole.DecorationRole)
    assert color == QColor.fromRgbF(*map(float, layer.get_color(5)))


def test_typing_an_id_goes_to_its_row(indexed, qtbot):
    _, widget = indexed
    qtbot.keyClick(widget.table.view, Qt.Key.Key_5)
    goto = widget.table.goto
    assert goto.text() == "5"
    qtbot.keyClick(goto, Qt.Key.Key_Return)
    assert table_selection(widget) == [5]
    assert widget.table.view.current_label() == 5


def test_an_id_that_is_not_there_is_said_to_be_missing(indexed, qtbot):
    _, widget = indexed
    widget.session.selection.select([3, 7])
    widget.table.goto.begin("404")
    qtbot.keyClick(widget.table.goto, Qt.Key.Key_Return)
    assert widget.table.status.text() == "There is no label 404."
    assert widget.session.selection.labels.tolist() == [3, 7]


def test_g_asks_for_an_id_and_escape_clears_the_selection(indexed, qtbot):
    _, widget = indexed
    widget.show()
    widget.activateWindow()
    widget.table.view.setFocus()
    qtbot.waitUntil(widget.table.view.hasFocus, timeout=WAIT_MS)
    widget.session.selection.select([3])
    qtbot.keyClick(widget.table.view, Qt.Key.Key_Escape)
    assert len(widget.session.selection) == 0
    qtbot.keyClick(widget.table.view, Qt.Key.Key_G)
    assert widget.table.goto.hasFocus()


def test_everything_that_takes_keys_has_a_name(indexed):
    _, widget = indexed
    for kind in (QAbstractButton, QComboBox, QLineEdit, QProgressBar):
        for child in widget.findChildren(kind):
            name = child.accessibleName() or getattr(child, "text", lambda: "")()
            is_inner = child.parent() is not None and isinstance(
                child.parent(), QLineEdit | QComboBox | type(widget.table.view)
            )
            assert name or is_inner, child


def test_the_dock_fits_into_320_pixels(indexed):
    viewer, widget = indexed
    viewer.layers["cells"].paint((0, 2, 2), 9)
    viewer.layers["cells"].name = "a name that is far too long for a narrow dock " * 2
    widget.export_button.click()
    widget.progress.begin()
    assert widget.minimumSizeHint().width() <= 320


def test_the_dock_takes_the_colours_of_the_theme(indexed):
    viewer, widget = indexed
    viewer.theme = "dark"
    dark = widget.table.view.styleSheet()
    viewer.theme = "light"
    assert widget.table.view.styleSheet() != dark
