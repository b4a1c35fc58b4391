"""Keys of the display modes: in the dock, and in the canvas for one layer alone."""

from __future__ import annotations

import numpy as np
import pytest
from napari.layers import Labels
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from canvas_mouse import settle
from dock_index import WAIT_MS
from napari_label_index._widget.modes._modes_keys import LayerKeys
from napari_label_index.session import Dim

SHIFT = Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


def press(widget, key, held=PLAIN):
    QTest.keyClick(widget, key, held)
    settle()


def on_show(widget):
    display = widget.modes.modes.display
    return display.is_isolated, display.hidden.tolist(), display.dim


@pytest.mark.parametrize("where", ["dock", "canvas"])
def test_the_keys_work_in_dock_and_canvas(in_window, where, qtbot):
    viewer, widget = in_window
    target = viewer.window._qt_viewer.canvas.native
    if where == "dock":
        target = widget.table.view
        target.window().show()
        target.window().activateWindow()
        target.setFocus()
        qtbot.waitUntil(target.hasFocus, timeout=WAIT_MS)
    viewer.layers.selection.active = viewer.layers["cells"]
    widget.session.selection.select([5])
    widget.modes.trail.settle()
    widget.session.selection.select([7])

    press(target, Qt.Key.Key_I)
    assert on_show(widget) == (True, [], Dim.OFF)
    press(target, Qt.Key.Key_I)
    press(target, Qt.Key.Key_H)
    assert on_show(widget) == (False, [7], Dim.OFF)
    press(target, Qt.Key.Key_H, SHIFT)
    assert on_show(widget) == (False, [], Dim.OFF)
    press(target, Qt.Key.Key_D)
    assert on_show(widget) == (False, [], Dim.DIMMED)
    press(target, Qt.Key.Key_J)
    assert widget.session.selection.labels.tolist() == [5]
    press(target, Qt.Key.Key_K)
    assert widget.session.selection.labels.tolist() == [7]


def test_the_canvas_keys_are_for_the_indexed_layer_alone(in_window):
    viewer, widget = in_window
    widget.session.selection.select([5])
    viewer.add_points(np.zeros((1, 3)))
    canvas = viewer.window._qt_viewer.canvas.native
    for key in (Qt.Key.Key_I, Qt.Key.Key_H, Qt.Key.Key_D):
        press(canvas, key)
    assert on_show(widget) == (False, [], Dim.OFF)


def test_a_letter_typed_into_a_field_is_a_letter(in_window, qtbot):
    _, widget = in_window
    field = widget.table.goto
    field.window().show()
    field.window().activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=WAIT_MS)
    press(field, Qt.Key.Key_I)
    assert on_show(widget) == (False, [], Dim.OFF)


def test_keys_of_naparis_labels_are_not_taken(in_window):
    from napari.settings import get_settings

    _, widget = in_window
    shortcuts = get_settings().shortcuts.shortcuts
    taken = {
        str(key).lower()
        for name, keys in shortcuts.items()
        if "labels" in name or "viewer" in name or "layer" in name
        for key in keys
    }
    ours = {key.lower() for key, _, _ in widget.modes.commands()}
    assert ours
    assert not ours & taken


def test_a_key_that_the_user_bound_stays_the_users():
    layer, pressed = Labels(np.ones((3, 3), int)), []
    layer.bind_key("I", lambda layer: pressed.append("user"))
    users = dict(layer.keymap)
    keys = LayerKeys([("I", "", lambda: None), ("Shift+H", "", lambda: None)])
    keys.attach(layer)
    assert len(layer.keymap) == 2
    keys.attach(None)
    assert layer.keymap == users
