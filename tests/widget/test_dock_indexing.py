"""Indexing from the dock: progress, cancel, and whatever comes in between."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtGui import QColor

from dock_index import WAIT_MS, index_layer
from dock_table import table_labels
from napari_label_index._widget._sentences import NO_LABELS, NOT_INDEXED, OPEN
from napari_label_index._widget._wording import TIMES
from napari_label_index._widget.picture._highlight import is_highlight
from napari_label_index.session import Empty, Indexing, Ready


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


def test_painting_while_indexing_is_in_the_answer(indexing, gate, qtbot):
    viewer, widget = indexing
    layer = viewer.layers["cells"]
    layer.paint((0, 2, 2), 9)
    layer.paint((0, 0, 0), 8)
    layer.undo()
    let_through(widget, gate, qtbot)
    assert table_labels(widget) == np.unique(layer.data[layer.data != 0]).tolist()
    assert 9 in widget.session.index
    np.testing.assert_array_equal(widget.session.index.to_label_image(), layer.data)


def test_voxels_from_elsewhere_while_indexing_drop_the_answer(indexing, gate, qtbot):
    viewer, widget = indexing
    viewer.layers["cells"].data[0, 2, 2] = 9
    viewer.layers["cells"].refresh()
    let_through(widget, gate, qtbot)
    assert isinstance(widget.session.state, Empty)
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
    index_layer(widget, qtbot)
    widget.session.selection.select([1])
    qtbot.waitUntil(lambda: any(map(is_highlight, viewer.layers)), timeout=WAIT_MS)
    viewer.window.remove_dock_widget(widget)
    widget.close_session()  # twice does no harm
    assert [layer.name for layer in viewer.layers] == ["cells"]
    assert len(viewer.mouse_drag_callbacks) == len(callbacks) - 1
    widget.deleteLater()


def test_a_layer_of_background_alone_is_said_to_have_no_labels(bare, qtbot):
    viewer, widget = bare()
    viewer.add_labels(np.zeros((2, 3, 4), np.uint8))
    assert widget.table.hint.text() == NOT_INDEXED
    index_layer(widget, qtbot)
    assert widget.table.hint.text() == NO_LABELS
    assert not widget.table.hint.isHidden()
    assert widget.table.view.isHidden()
    assert not widget.export_button.isEnabled()


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
