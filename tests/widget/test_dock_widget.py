"""The dock in a real napari window: layers, races, links, keys."""

from __future__ import annotations

import gc
import threading
import weakref

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QProgressBar

from napari_label_index._widget._highlight import is_highlight
from napari_label_index._widget._sentences import (
    NOT_INDEXED,
    OPEN,
    STALE,
    TIMES,
    USE_IMAGE,
)
from napari_label_index.session import Empty, Indexing, Ready, Stale

WAIT_MS = 10_000


@pytest.fixture
def indexing(dock, gate, volume, qtbot):
    """A viewer and its widget, which waits at the gate."""
    viewer, widget = dock(gate=gate)
    viewer.add_labels(volume.copy(), name="cells")
    widget.index_button.click()
    qtbot.waitUntil(lambda: gate.n_started == 1, timeout=WAIT_MS)
    assert isinstance(widget.session.state, Indexing)
    return viewer, widget


def let_through(widget, gate, qtbot):
    """Open the gate and wait until every worker has answered."""
    gate.open()
    assert widget._submit.wait(5)
    qtbot.wait(1)  # deliver what the threads sent


def table_labels(widget):
    model = widget.table.view.model()
    return model.labels_at(np.arange(model.rowCount())).tolist()


def table_selection(widget):
    view = widget.table.view
    return sorted(view.model().labels_at(view.selected_rows()).tolist())


# --- layers ---------------------------------------------------------------


def test_without_layers_the_dock_says_what_to_do(bare):
    _, widget = bare()
    assert widget.table.hint.text() == OPEN
    assert not widget.index_button.isEnabled()
    assert not widget.export_button.isEnabled()


def test_the_chooser_follows_layers_added_renamed_and_removed(dock, volume):
    viewer, widget = dock()
    first = viewer.add_labels(volume, name="first")
    assert widget.link.layer is first
    assert widget.table.hint.text() == NOT_INDEXED
    viewer.add_image(np.ones((3, 3)), name="an image")
    second = viewer.add_labels(volume, name="second")
    assert widget.chooser.names == ["first", "second"]
    assert widget.link.layer is first
    second.name = "renamed"
    assert widget.chooser.names == ["first", "renamed"]
    viewer.layers.remove(first)
    assert widget.chooser.names == ["renamed"]
    assert widget.link.layer is second


def test_the_highlight_layer_is_not_offered(indexed, qtbot):
    viewer, widget = indexed
    widget.session.selection.select([1])
    qtbot.waitUntil(lambda: any(map(is_highlight, viewer.layers)), timeout=WAIT_MS)
    assert widget.chooser.names == ["cells"]


def test_another_layer_starts_without_an_index(indexed, volume):
    viewer, widget = indexed
    widget.chooser.choose(viewer.add_labels(volume, name="other"))
    assert widget.session.state == Empty()
    assert table_labels(widget) == []


def test_an_integer_image_can_be_used_as_labels_with_one_click(bare, volume):
    viewer, widget = bare()
    image = viewer.add_image(
        volume.astype(np.uint16),
        name="stack",
        scale=(2, 1, 1),
        translate=(5, 0, 0),
        rotate=(0, 0, 30),
        units=("um",) * 3,
    )
    assert not widget.chooser.use_button.isHidden()
    assert "stack" in widget.chooser.use_button.text()
    assert widget.table.hint.text() == USE_IMAGE
    widget.chooser.use_button.click()
    layer = widget.link.layer
    assert layer.name == "stack labels"
    assert layer.data is image.data
    np.testing.assert_array_equal(
        layer.data_to_world((1, 2, 3)), image.data_to_world((1, 2, 3))
    )
    assert layer.units == image.units
    assert not layer.editable
    assert image in viewer.layers
    assert widget.chooser.use_button.isHidden()


@pytest.mark.parametrize(
    ("data", "rgb"),
    [
        pytest.param(np.ones((4, 4)), False, id="floats"),
        pytest.param(np.ones((4, 4, 3), np.uint8), True, id="rgb"),
    ],
)
def test_other_images_are_not_offered_as_labels(bare, data, rgb):
    viewer, widget = bare()
    viewer.add_image(data, rgb=rgb)
    assert widget.chooser.use_button.isHidden()


def test_beside_labels_only_the_active_image_is_offered(bare, volume):
    viewer, widget = bare()
    image = viewer.add_image(volume, name="stack")
    labels = viewer.add_labels(volume.copy())
    assert widget.chooser.use_button.isHidden()
    viewer.layers.selection.active = image
    assert not widget.chooser.use_button.isHidden()
    viewer.layers.selection.active = labels
    assert widget.chooser.use_button.isHidden()


# --- indexing -------------------------------------------------------------


def test_index_lists_every_label_with_its_swatch(indexed):
    viewer, widget = indexed
    assert table_labels(widget) == [1, 3, 5, 7]
    assert "4 labels" in widget.summary.text()
    assert TIMES.join("234") + " · int32" in widget.summary.text()
    model = widget.table.view.model()
    color = model.data(model.index(1, 0), Qt.ItemDataRole.DecorationRole)
    expected = viewer.layers["cells"].get_color(3)
    assert color == QColor.fromRgbF(*map(float, expected))


def test_progress_is_shown_while_indexing_and_gone_after(indexing, gate, qtbot):
    _, widget = indexing
    qtbot.waitUntil(
        lambda: widget.progress.text.startswith("Indexing"), timeout=WAIT_MS
    )
    assert not widget.progress.isHidden()
    assert widget.summary.isHidden()
    gate.open()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    assert widget.progress.isHidden()
    assert not widget.summary.isHidden()


def test_cancel_ends_indexing_at_once(indexing, gate, qtbot):
    _, widget = indexing
    widget.progress.cancel_button.click()
    assert widget.session.state == Empty()
    assert widget.progress.isHidden()
    assert widget._submit.wait(0.5)
    assert gate.n_cancelled == 1


def test_a_second_index_drops_the_first(indexing, gate, qtbot):
    _, widget = indexing
    indexes = []
    widget.session.index_changed.connect(indexes.append)
    widget.index_button.click()
    qtbot.waitUntil(lambda: gate.n_started == 2, timeout=WAIT_MS)
    gate.open()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    let_through(widget, gate, qtbot)
    assert len(indexes) == 1
    assert gate.n_cancelled == 1


def test_deleting_the_layer_while_indexing_shows_nothing(indexing, gate, qtbot):
    viewer, widget = indexing
    viewer.layers.clear()
    let_through(widget, gate, qtbot)
    assert widget.session.state == Empty()
    assert table_labels(widget) == []
    assert widget.table.hint.text() == OPEN


def test_replacing_the_data_while_indexing_drops_the_answer(indexing, gate, qtbot):
    viewer, widget = indexing
    viewer.layers["cells"].data = np.ones((2, 3, 4), np.int32)
    let_through(widget, gate, qtbot)
    assert isinstance(widget.session.state, Empty)
    assert "changed" in widget.banner.text()
    assert table_labels(widget) == []


def test_painting_while_indexing_drops_the_answer(indexing, gate, qtbot):
    viewer, widget = indexing
    viewer.layers["cells"].paint((0, 2, 2), 9)
    let_through(widget, gate, qtbot)
    assert table_labels(widget) == []


def test_renaming_the_layer_while_indexing_is_no_matter(indexing, gate, qtbot):
    viewer, widget = indexing
    viewer.layers["cells"].name = "renamed"
    gate.open()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    assert table_labels(widget) == [1, 3, 5, 7]


def test_choosing_another_layer_while_indexing_drops_the_answer(indexing, gate, qtbot):
    viewer, widget = indexing
    other = viewer.add_labels(np.ones((2, 2), int), name="other")
    widget.chooser.choose(other)
    let_through(widget, gate, qtbot)
    assert widget.session.state == Empty()
    assert table_labels(widget) == []


def test_closing_the_dock_while_indexing_cancels(indexing, gate, qtbot):
    viewer, widget = indexing
    states = []
    widget.session.state_changed.connect(states.append)
    viewer.window.remove_dock_widget(widget)
    assert widget._submit.wait(5)
    qtbot.wait(1)
    assert gate.n_cancelled == 1
    assert states == []
    viewer.layers.clear()  # a closed dock hears of nothing
    assert states == []
    widget.deleteLater()


def test_hiding_the_dock_is_not_closing_it(indexing, gate, qtbot):
    _, widget = indexing
    widget.parent().hide()
    gate.open()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    widget.parent().show()
    assert table_labels(widget) == [1, 3, 5, 7]


def test_floating_the_dock_is_not_closing_it(indexing, gate, qtbot):
    _, widget = indexing
    widget.parent().setFloating(True)
    widget.parent().setFloating(False)
    gate.open()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)


def test_closing_the_viewer_while_indexing_cancels(indexing, gate):
    viewer, widget = indexing
    submit = widget._submit
    viewer.close()
    assert submit.wait(5)
    assert gate.n_cancelled == 1


def test_destroying_the_window_while_indexing_cancels(dock, gate, volume, qtbot):
    _, widget = dock(gate=gate)
    widget.chooser._viewer.add_labels(volume)
    widget.index_button.click()
    qtbot.waitUntil(lambda: gate.n_started == 1, timeout=WAIT_MS)
    submit, dock_area = widget._submit, widget.parent()
    del widget
    dock_area.deleteLater()
    qtbot.waitUntil(lambda: gate.n_cancelled == 1, timeout=WAIT_MS)
    assert submit.wait(5)


def test_closing_the_dock_leaves_nothing_in_the_viewer(dock, volume, qtbot):
    viewer, widget = dock()
    callbacks = list(viewer.mouse_drag_callbacks)
    viewer.add_labels(volume, name="cells")
    widget.index_button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    widget.session.selection.select([1])
    qtbot.waitUntil(lambda: any(map(is_highlight, viewer.layers)), timeout=WAIT_MS)
    viewer.window.remove_dock_widget(widget)
    widget.close_session()  # twice does no harm
    assert [layer.name for layer in viewer.layers] == ["cells"]
    assert len(viewer.mouse_drag_callbacks) == len(callbacks) - 1
    widget.deleteLater()


def test_an_error_is_a_sentence_in_the_dock(bare, volume, qtbot, monkeypatch):
    def build(label_image, *, on_progress, cancel):
        raise MemoryError

    viewer, widget = bare()
    monkeypatch.setattr(widget.session, "_build", build)
    viewer.add_labels(volume)
    widget.index_button.click()
    qtbot.waitUntil(lambda: bool(widget.banner.text()), timeout=WAIT_MS)
    assert widget.banner.text() == "There is not enough memory for this."
    assert widget.index_button.isEnabled()


def test_work_outside_the_gui_thread_gets_the_array_only(bare, volume, qtbot):
    seen = []

    class Spy:
        def build(self, label_image, *, on_progress, cancel):
            seen.append((type(label_image.data), threading.current_thread()))
            raise MemoryError

    viewer, widget = bare(gate=Spy())
    viewer.add_labels(volume)
    widget.index_button.click()
    qtbot.waitUntil(lambda: bool(widget.banner.text()), timeout=WAIT_MS)
    [(kind, thread)] = seen
    assert kind is np.ndarray
    assert thread is not threading.main_thread()


# --- edits ----------------------------------------------------------------


def test_painting_after_indexing_shows_a_banner_until_the_next_index(indexed, qtbot):
    viewer, widget = indexed
    assert widget.banner.isHidden()
    viewer.layers["cells"].paint((0, 2, 2), 9)
    assert isinstance(widget.session.state, Stale)
    assert widget.banner.text() == STALE
    assert table_labels(widget) == [1, 3, 5, 7]
    widget.index_button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    assert widget.banner.isHidden()
    assert 9 in table_labels(widget)


def test_selection_survives_indexing_again(indexed, qtbot):
    viewer, widget = indexed
    widget.session.selection.select([3, 7])
    viewer.layers["cells"].data_setitem(np.nonzero(viewer.layers["cells"].data == 7), 2)
    widget.index_button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
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
    widget.index_button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    widget.table.view.selectAll()
    assert widget.table.status.text() == "1 selected of 1 · 3 voxels"
    widget.picture._on_pick(1, True)
    assert len(widget.session.selection) == 0


# --- links ----------------------------------------------------------------


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


# --- keys -----------------------------------------------------------------


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
    widget.table.goto.begin("404")
    qtbot.keyClick(widget.table.goto, Qt.Key.Key_Return)
    assert widget.table.status.text() == "There is no label 404."
    assert len(widget.session.selection) == 0


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


# --- looks ----------------------------------------------------------------


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


def index_and_remove(viewer, widget, qtbot):
    """In a frame of its own: napari looks into local variables and keeps them."""
    layer = viewer.add_labels(np.ones((3, 4, 5), np.int32))
    widget.index_button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    widget.session.selection.select([1])
    widget.picture.show_highlight()
    viewer.layers.remove(layer)
    viewer.add_points()  # napari keeps the layer that was current last
    qtbot.wait(1)
    return weakref.ref(layer)


def test_a_layer_that_is_gone_is_let_go_of(bare, qtbot):
    viewer, widget = bare()
    layer = index_and_remove(viewer, widget, qtbot)
    gc.collect()
    assert widget.session.index is None
    assert layer() is None
