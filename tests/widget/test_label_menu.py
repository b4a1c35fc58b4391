"""The menu of the selected labels: by mouse and keyboard, in table and picture."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import QEvent, QPoint, Qt
from qtpy.QtGui import QContextMenuEvent, QGuiApplication
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from canvas_mouse import RIGHT, click, settle
from dock_index import WAIT_MS, index_layer
from napari_label_index._widget import _label_actions
from napari_label_index._widget._label_actions import LabelActions
from napari_label_index._widget._label_menu import LabelMenu
from napari_label_index._widget._sentences import NOTHING_SELECTED
from napari_label_index.session import Dim
from older_napari import camera_of

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def in_window(dock, volume, qtbot):
    viewer, widget = dock(show=True)
    viewer.add_labels(volume.copy(), name="cells")
    index_layer(widget, qtbot)
    qtbot.waitUntil(lambda: widget.review.desk.review is not None, timeout=WAIT_MS)
    viewer.window._qt_window.activateWindow()
    widget.table.view.setFocus()
    qtbot.waitUntil(widget.table.view.hasFocus, timeout=WAIT_MS)
    yield viewer, widget
    menu_of(widget).hide()


@pytest.fixture
def ready(indexed, qtbot):
    """As `in_window`, without one: a tenth of the time."""
    viewer, widget = indexed
    qtbot.waitUntil(lambda: widget.review.desk.review is not None, timeout=WAIT_MS)
    return viewer, widget


def menu_of(widget):
    return widget.findChild(LabelMenu)


def entry(widget, text):
    [found] = [
        action
        for action in menu_of(widget).actions()
        if action.text().partition("\t")[0] == text
    ]
    return found


def ask_at_row(widget, row):
    """A right click on a row, as Qt turns one into events."""
    view = widget.table.view
    place = view.visualRect(view.model().index(row, 1)).center()
    QTest.mousePress(view.viewport(), RIGHT, pos=place)
    QTest.mouseRelease(view.viewport(), RIGHT, pos=place)
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place)
    )
    QApplication.sendEvent(view.viewport(), event)
    settle()


def test_a_right_click_selects_the_row_that_it_is_about(in_window):
    _, widget = in_window
    ask_at_row(widget, 2)
    assert menu_of(widget).isVisible()
    assert widget.session.selection.labels.tolist() == [5]


def test_a_right_click_on_a_selected_row_keeps_the_selection(in_window):
    _, widget = in_window
    widget.session.selection.select([3, 5, 7])
    ask_at_row(widget, 2)
    assert menu_of(widget).isVisible()
    assert widget.session.selection.labels.tolist() == [3, 5, 7]


def test_the_keyboard_opens_it_at_the_current_row(in_window):
    _, widget = in_window
    view = widget.table.view
    widget.table.select_label(5)
    QTest.keyClick(view, Qt.Key.Key_F10, SHIFT)
    settle()
    menu = menu_of(widget)
    assert menu.isVisible()
    row = view.visualRect(view.currentIndex())
    top = view.viewport().mapToGlobal(row.topLeft()).y()
    assert menu.pos().y() <= top + row.height()
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()


def test_the_menu_key_opens_it_where_the_keyboard_is(in_window):
    _, widget = in_window
    view = widget.table.view
    widget.table.select_label(5)
    # What Qt sends for the Menu key: the middle of the current cell, in the view.
    place = view.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle).center()
    reason = QContextMenuEvent.Reason.Keyboard
    event = QContextMenuEvent(reason, place, view.mapToGlobal(place))
    QApplication.sendEvent(view, event)
    settle()
    assert menu_of(widget).isVisible()
    assert menu_of(widget).pos() == view.mapToGlobal(place)


def test_without_a_selection_there_is_no_menu(ready):
    _, widget = ready
    widget.session.selection.clear()
    menu_of(widget).pop_up_at_row()
    settle()
    assert not menu_of(widget).isVisible()


def test_entries_do_what_their_keys_do(ready):
    viewer, widget = ready
    display = widget.modes.modes
    widget.session.selection.select([7])
    entry(widget, "Isolate").trigger()
    assert display.display.is_isolated
    entry(widget, "Isolate").trigger()
    entry(widget, "Hide").trigger()
    assert display.display.hidden.tolist() == [7]
    entry(widget, "Dim others").trigger()
    assert display.display.dim is Dim.DIMMED
    camera_of(viewer).zoom = zoom = 3.0
    entry(widget, "Centre").trigger()
    assert camera_of(viewer).center[-2:] == (0.5, 1.5)  # half a unit a voxel
    assert camera_of(viewer).zoom == zoom
    entry(widget, "Focus").trigger()
    assert camera_of(viewer).zoom != zoom
    entry(widget, "Export selection\N{HORIZONTAL ELLIPSIS}").trigger()
    assert widget.export_panel.form.scope.currentText() == "Selected labels"
    assert widget.export_panel.isVisibleTo(widget)


def test_every_key_in_the_menu_is_bound(ready):
    from napari_label_index._widget._keys import TABLE_KEYS, bound_keys

    _, widget = ready
    bound = " or ".join(keys for keys, _ in [*bound_keys(widget), *TABLE_KEYS])
    shown = [action.text().partition("\t")[2] for action in menu_of(widget).actions()]
    assert len([keys for keys in shown if keys]) >= 12
    assert [key for key in shown if key and key not in bound.split(" or ")] == []


def test_marks_of_the_menu_and_labels_of_the_same_status(ready):
    _, widget = ready
    widget.session.selection.select([3, 7])
    entry(widget, "Reject").trigger()
    widget.session.selection.select([7])
    entry(widget, "Select the same status").trigger()
    assert widget.session.selection.labels.tolist() == [3, 7]
    entry(widget, "Clear the mark").trigger()
    assert widget.review.desk.codes.tolist() == [0, 0, 0, 0]
    widget.session.selection.select([7])
    entry(widget, "Note\N{HORIZONTAL ELLIPSIS}").trigger()
    assert widget.review.bar.note.isVisibleTo(widget)


def test_neighbours_join_the_selection(bare, qtbot):
    viewer, widget = bare()
    viewer.add_labels(np.array([[1, 1, 2], [0, 3, 3], [9, 0, 0]]))
    index_layer(widget, qtbot)
    widget.session.selection.select([2])
    entry(widget, "Select neighbours too").trigger()
    selection = widget.session.selection
    qtbot.waitUntil(lambda: selection.labels.tolist() == [1, 2, 3], timeout=WAIT_MS)


def test_ids_rows_and_coordinates_are_copied(ready, volume):
    _, widget = ready
    widget.session.selection.select([5, 7])
    clipboard = QGuiApplication.clipboard()
    entry(widget, "Copy ids").trigger()
    assert clipboard.text() == "5 7"
    entry(widget, "Copy rows").trigger()
    header, *rows = clipboard.text().splitlines()
    assert header.startswith("label\tnum_pixels")
    assert [row.split("\t")[0] for row in rows] == ["5", "7"]
    entry(widget, "Copy coordinates").trigger()
    header, *rows = clipboard.text().splitlines()
    assert header == "label\tz\ty\tx"
    places = [(n, *at) for n in (5, 7) for at in np.argwhere(volume == n).tolist()]
    assert [tuple(map(int, row.split("\t"))) for row in rows] == places
    assert widget.table.status.text() == "Copied 5 voxels of 2 labels."


def test_where_nothing_is_selected_each_action_says_what_to_do(ready):
    _, widget = ready
    actions = LabelActions(widget)
    widget.session.selection.clear()
    for act in (
        actions.centre,
        actions.copy_ids,
        actions.copy_rows,
        actions.copy_coordinates,
        actions.select_neighbours,
        actions.select_same_status,
        widget.inspector.sets.begin_new,
    ):
        widget.table.say("")
        act()
        assert widget.table.status.text() == NOTHING_SELECTED, act
    assert widget.inspector.sets.name.isHidden()


def test_too_many_coordinates_are_refused_with_a_way_out(ready, monkeypatch):
    _, widget = ready
    monkeypatch.setattr(_label_actions, "MAX_COPIED_VOXELS", 4)
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before")
    widget.session.selection.select([5, 7])
    entry(widget, "Copy coordinates").trigger()
    assert clipboard.text() == "before"
    assert "5 voxels, and at most 4 are" in widget.table.status.text()
    assert "Export" in widget.table.status.text()


@pytest.mark.parametrize(
    ("selected", "after"), [([], [7]), ([5, 7], [5, 7]), ([5], [7])]
)
def test_a_right_click_on_an_object_opens_it_in_the_picture(in_window, selected, after):
    viewer, widget = in_window
    viewer.dims.set_point(0, 0)
    viewer.fit_to_view()
    widget.session.selection.select(selected)
    click(viewer, (1, 3), RIGHT)
    assert menu_of(widget).isVisible()
    assert widget.session.selection.labels.tolist() == after


def test_a_right_drag_and_the_background_are_naparis(in_window):
    viewer, widget = in_window
    viewer.dims.set_point(0, 0)
    viewer.fit_to_view()
    click(viewer, (1, 0), RIGHT)
    click(viewer, (1, 3), RIGHT, jitter=12)
    assert not menu_of(widget).isVisible()
    assert len(widget.session.selection) == 0


def test_a_right_click_with_a_tool_is_the_tools(in_window):
    viewer, widget = in_window
    viewer.dims.set_point(0, 0)
    viewer.fit_to_view()
    viewer.layers["cells"].mode = "polygon"
    click(viewer, (1, 3), RIGHT)
    assert not menu_of(widget).isVisible()


def test_the_event_of_the_menu_reaches_no_other_menu(in_window):
    """The header keeps its own menu of columns."""
    _, widget = in_window
    header = widget.table.view.horizontalHeader()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, QPoint(5, 5), header.mapToGlobal(QPoint(5, 5))
    )
    QApplication.sendEvent(header.viewport(), event)
    settle()
    assert not menu_of(widget).isVisible()
    popup = QApplication.activePopupWidget()
    assert popup is not None
    assert popup.title() == "Columns"
    popup.hide()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
