"""Keys do what the part of the window that has the focus means by them."""

from __future__ import annotations

import pytest
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from canvas_mouse import settle
from dock_index import WAIT_MS
from dock_table import table_labels
from napari_label_index._widget._sentences import NOTHING_SELECTED
from older_napari import camera_of
from review_window import LABELS, focused_canvas, index, press

Key = Qt.Key


@pytest.fixture
def opened(dock, qtbot):
    from review_window import VOLUME

    viewer, widget = dock(show=True)
    viewer.add_labels(VOLUME.copy(), name="cells")
    index(widget, qtbot)
    viewer.window._qt_window.activateWindow()
    widget.table.view.setFocus()
    qtbot.waitUntil(widget.table.view.hasFocus, timeout=WAIT_MS)
    return viewer, widget


@pytest.mark.parametrize("page", ["keys", "help"])
def test_escape_closes_a_page_and_nothing_else(opened, page):
    _, widget = opened
    widget.table.select_label(LABELS[4])
    if page == "keys":
        popup = widget.inspector.keys
        press(widget.table.view, Key.Key_Question)
    else:
        popup = widget.inspector.filter.bar.help
        widget.inspector.filter.bar.help_button.click()
    assert popup.isVisible()
    settle()
    press(popup.page, Key.Key_A)
    assert not widget.review.desk.marks.is_told.any(), "it is read, not reviewed"
    press(popup.page, Key.Key_Escape)
    assert not popup.isVisible()
    assert widget.session.selection.labels.tolist() == [LABELS[4]]


def test_going_to_a_label_moves_the_picture_there(opened):
    viewer, widget = opened
    label = LABELS[-1]
    viewer.dims.set_point(0, 0)
    press(widget.table.view, Key.Key_G)
    QTest.keyClicks(widget.table.goto, str(label))
    press(widget.table.goto, Key.Key_Return)
    ndim = widget.session.index.ndim
    box = widget.session.index.bboxes[widget.session.index.row_of(label)]
    assert box[0] <= viewer.dims.current_step[0] < box[ndim]
    center = camera_of(viewer).center[-2:]
    assert box[1] <= center[0] <= box[ndim + 1]
    assert box[2] <= center[1] <= box[ndim + 2]
    assert widget.table.view.hasFocus()


def test_escape_in_the_canvas_selects_nothing_unless_one_draws(opened, qtbot):
    viewer, widget = opened
    layer = viewer.layers["cells"]
    canvas = focused_canvas(viewer, qtbot)
    widget.session.selection.select(LABELS[:2])
    layer.mode = "polygon"
    layer._overlays["polygon"].points = [(0, 1, 1), (0, 5, 5)]
    press(canvas, Key.Key_Escape)
    assert layer._overlays["polygon"].points == []
    assert len(widget.session.selection) == 2
    layer.mode = "pan_zoom"
    press(canvas, Key.Key_Escape)
    assert len(widget.session.selection) == 0


def test_a_note_is_for_all_that_is_selected_and_undone_as_one(opened):
    _, widget = opened
    desk, note = widget.review.desk, widget.review.bar.note
    desk.review.note(LABELS[0], "mine")
    widget.session.selection.select(LABELS[:3])
    press(widget.table.view, Key.Key_T)
    assert QApplication.focusWidget() is note
    assert note.text() == "", "they do not have one note"
    QTest.keyClicks(note, "a row")
    press(note, Key.Key_Return)
    assert [desk.marks.note_of(label) for label in LABELS[:4]] == ["a row"] * 3 + [""]
    assert note.text() == "a row"
    press(widget.table.view, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [desk.marks.note_of(label) for label in LABELS[:3]] == ["mine", "", ""]


def test_a_note_without_a_label_is_refused_with_a_reason(opened):
    _, widget = opened
    widget.session.selection.clear()
    widget.session.selection.focus(None)
    press(widget.table.view, Key.Key_T)
    assert widget.table.status.text() == NOTHING_SELECTED


def test_a_sentence_about_a_mistake_waits_until_one_rests(opened, qtbot):
    _, widget = opened
    bar = widget.inspector.filter.bar
    top = widget.table.y()
    QTest.keyClicks(bar.edit, "num_pixels < 2 and colo")
    qtbot.waitUntil(lambda: bar.edit.wrong[1] > 0, timeout=WAIT_MS)
    settle()
    assert bar.message.isHidden()
    assert widget.table.y() == top
    qtbot.waitUntil(bar.message.isVisible, timeout=WAIT_MS)
    QTest.keyClicks(bar.edit, "u")
    qtbot.waitUntil(bar.message.isHidden, timeout=WAIT_MS)
    press(bar.edit, Key.Key_Return)
    assert bar.message.isVisible()


def test_names_on_offer_are_not_covered_by_a_sentence(opened, qtbot):
    _, widget = opened
    bar = widget.inspector.filter.bar
    bar._rest.setInterval(200)
    QTest.keyClicks(bar.edit, "n_com")
    assert bar.edit.is_completing
    for _ in range(2):
        with qtbot.waitSignal(bar._rest.timeout, timeout=WAIT_MS):
            pass
    assert bar.message.isHidden()
    bar.edit._completer.popup().hide()
    qtbot.waitUntil(bar.message.isVisible, timeout=WAIT_MS)


def test_a_click_takes_a_brushed_range_back(opened, qtbot):
    _, widget = opened
    panel = widget.inspector.filter
    panel.fold.set_open(True)
    settle()
    panel.bar.ask("num_pixels > 3 or label = 1")
    qtbot.waitUntil(lambda: len(table_labels(widget)) == len(LABELS), timeout=WAIT_MS)
    chart = panel.histogram
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(chart, left, pos=QPoint(20, 20))
    QTest.mouseMove(chart, QPoint(90, 20))
    QTest.mouseRelease(chart, left, pos=QPoint(90, 20))
    assert "between" in panel.bar.edit.text()
    qtbot.waitUntil(lambda: len(table_labels(widget)) < len(LABELS), timeout=WAIT_MS)
    QTest.mouseClick(chart, left, pos=QPoint(150, 20))
    assert panel.bar.edit.text() == "num_pixels > 3 or label = 1"
    qtbot.waitUntil(lambda: len(table_labels(widget)) == len(LABELS), timeout=WAIT_MS)
