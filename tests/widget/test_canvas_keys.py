"""Keys in the canvas beside those of the modes; none of napari's own is taken."""

from __future__ import annotations

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from canvas_mouse import settle
from dock_index import WAIT_MS, index_layer
from napari_label_index._widget._dock_keys import picture_commands
from napari_label_index._widget._keys import bound_keys
from napari_label_index.session import Exported
from older_napari import camera_of

SHIFT = Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier
# Those of section "keys" that a dock can have; Ctrl+F is the dock's alone.
WANTED = [
    *("N", "Shift+N", "G", "/", "C", "Shift+C", "I", "H", "Shift+H", "D"),
    *("A", "R", "U", "Q", "T", "S", "J", "K", "Y", "Ctrl+Shift+E", "W", "Escape"),
]


@pytest.fixture
def in_canvas(dock, volume, qtbot):
    viewer, widget = dock(show=True)
    viewer.add_labels(volume.copy(), name="cells")
    index_layer(widget, qtbot)
    viewer.layers.selection.active = viewer.layers["cells"]
    viewer.window._qt_window.activateWindow()
    canvas = viewer.window._qt_viewer.canvas.native
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus, timeout=WAIT_MS)
    return viewer, widget, canvas


def press(target, key, held=PLAIN):
    QTest.keyClick(target, key, held)
    settle()


def test_the_canvas_asks_for_help_a_filter_and_a_set(in_canvas):
    _, widget, canvas = in_canvas
    press(canvas, Qt.Key.Key_Question)
    assert widget.inspector.keys.isVisible()
    widget.inspector.keys.hide()
    canvas.setFocus()
    press(canvas, Qt.Key.Key_Slash)
    assert widget.inspector.filter.bar.edit.hasFocus()
    canvas.setFocus()
    widget.session.selection.select([5])
    press(canvas, Qt.Key.Key_S)
    assert widget.inspector.sets.name.hasFocus()


def test_c_centres_and_shift_c_fits(in_canvas):
    viewer, widget, canvas = in_canvas
    widget.session.selection.select([5])
    camera_of(viewer).zoom = 3.0
    press(canvas, Qt.Key.Key_C)
    assert camera_of(viewer).center[-2:] == (1, 1.5)
    assert camera_of(viewer).zoom == 3.0
    press(canvas, Qt.Key.Key_C, SHIFT)
    assert camera_of(viewer).zoom != 3.0


def test_question_marks_can_be_typed(in_canvas, qtbot):
    _, widget, _ = in_canvas
    edit = widget.inspector.filter.bar.edit
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus, timeout=WAIT_MS)
    QTest.keyClicks(edit, "?")
    assert edit.text() == "?"
    assert not widget.inspector.keys.isVisible()


def test_all_keys_are_there_and_listed(bare):
    _, widget = bare()
    assert {key for key, _, _ in picture_commands(widget)} == set(WANTED)
    listed = {key for keys, _ in bound_keys(widget) for key in keys.split(" or ")}
    assert {*WANTED, "Esc", "Ctrl+F", "?"} - {"Escape"} <= listed


def test_none_of_naparis_keys_is_taken(bare):
    from napari.settings import get_settings

    _, widget = bare()
    shortcuts = get_settings().shortcuts.shortcuts
    taken = {
        str(key).lower()
        for name, keys in shortcuts.items()
        if "labels" in name or "viewer" in name or "layer" in name
        for key in keys
    }
    ours = {key.lower() for key, _, _ in picture_commands(widget)}
    assert not {*ours, "?"} & taken


def test_w_writes_the_last_export_again(indexed, tmp_path, qtbot):
    _, widget = indexed
    slots = {key: slot for key, _, slot in picture_commands(widget)}
    selection, panel = widget.session.selection, widget.export_panel
    selection.select([5])
    slots["W"]()  # there is no last one: the export opens
    assert panel.isVisibleTo(widget)

    def done():
        return isinstance(widget.exporter.state, Exported)

    panel.write_button.click()
    qtbot.waitUntil(done, timeout=WAIT_MS)
    [path] = [each for each in tmp_path.iterdir() if each.suffix == ".csv"]
    before = path.read_text()
    panel.hide()
    selection.select([5, 7])
    slots["W"]()
    qtbot.waitUntil(lambda: done() and path.read_text() != before, timeout=WAIT_MS)
    labels = {line.split(",")[0] for line in path.read_text().splitlines()[1:]}
    assert labels == {"5", "7"}
