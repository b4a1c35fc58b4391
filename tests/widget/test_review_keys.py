"""Review with the keyboard alone, in dock and canvas."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from dock_table import table_labels, table_selection
from napari_label_index.io import VolumeHint, default_review_path, open_review
from review_window import (
    HOLLOW,
    LABELS,
    focused_canvas,
    press,
    statuses,
)

Key = Qt.Key


@pytest.mark.parametrize("where", ["dock", "canvas"])
def test_every_verdict_has_a_key_in_dock_and_canvas(reviewed, where, qtbot):
    viewer, widget = reviewed()
    target = widget.table.view
    if where == "canvas":
        target = focused_canvas(viewer, qtbot)
    widget.table.select_label(LABELS[0])
    for key in (Key.Key_A, Key.Key_R, Key.Key_U):
        press(target, key)
    told = statuses(widget)
    assert [told[k] for k in LABELS[:4]] == ["accepted", "rejected", "unsure", ""]
    assert widget.session.selection.labels.tolist() == [LABELS[3]]
    widget.session.selection.select(LABELS[:3])
    press(target, Key.Key_Q)
    assert set(statuses(widget).values()) == {""}
    assert widget.session.selection.labels.tolist() == LABELS[:3], "several stay"


def test_a_note_is_written_with_the_keyboard_alone(reviewed):
    _, widget = reviewed()
    view, note = widget.table.view, widget.review.bar.note
    widget.table.select_label(HOLLOW)
    press(view, Key.Key_T)
    assert QApplication.focusWidget() is note
    QTest.keyClicks(note, "a hole, rather")
    press(note, Key.Key_Return)
    assert QApplication.focusWidget() is view
    assert widget.review.desk.marks.note_of(HOLLOW) == "a hole, rather"
    press(view, Key.Key_T)
    QTest.keyClicks(note, "never mind")
    press(note, Key.Key_Escape)
    assert widget.review.desk.marks.note_of(HOLLOW) == "a hole, rather"
    widget.inspector.filter.bar.asked.emit('note = "a hole, rather"')
    assert table_labels(widget) == [HOLLOW]


def test_a_note_is_kept_when_another_label_is_selected_while_it_is_written(reviewed):
    _, widget = reviewed()
    widget.table.select_label(LABELS[0])
    press(widget.table.view, Key.Key_T)
    QTest.keyClicks(widget.review.bar.note, "half a no")
    widget.session.selection.select([LABELS[1]])
    assert widget.review.desk.marks.note_of(LABELS[0]) == "half a no"
    assert widget.review.bar.note.text() == ""


def test_undo_in_the_table_takes_a_mark_back_and_leads_there(reviewed, qtbot):
    viewer, widget = reviewed()
    view = widget.table.view
    widget.table.select_label(LABELS[5])
    press(view, Key.Key_R)
    press(view, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert statuses(widget)[LABELS[5]] == ""
    assert table_selection(widget) == [LABELS[5]]
    assert not widget.review.bar.undo_button.isEnabled()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    press(view, Key.Key_Z, both)
    assert statuses(widget)[LABELS[5]] == "rejected"
    layer = viewer.layers["cells"]
    layer.data_setitem((np.array([0]), np.array([0]), np.array([0])), 1)
    press(focused_canvas(viewer, qtbot), Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert layer.data[0, 0, 0] == 0, "in the canvas the key is napari's"
    assert statuses(widget)[LABELS[5]] == "rejected"


def test_the_sheet_lists_every_key_once_and_none_is_bound_twice(reviewed):
    viewer, widget = reviewed()
    press(widget.table.view, Key.Key_Question)
    page = widget.inspector.keys.page.toPlainText()
    for key in ("A", "R", "U", "Q", "T", "N", "G", "H", "I", "D", "J", "K", "C", "Y"):
        assert page.split().count(key) == 1, key
    widget.inspector.keys.hide()
    layer = viewer.layers["cells"]
    names = {str(key) for key in layer.keymap}
    assert {"A", "R", "U", "Q", "T", "N", "G", "C", "Y"} <= names
    # Escape is napari's own while one draws, and only then.
    assert names & {str(key) for key in type(layer).class_keymap} == {"Escape"}


def test_closing_the_dock_saves_a_note_that_is_being_written(reviewed, cells):
    viewer, widget = reviewed()
    index = widget.session.index
    widget.table.select_label(LABELS[0])
    widget.review.bar.begin_note()
    QTest.keyClicks(widget.review.bar.note, "last words")
    viewer.window.remove_dock_widget("all")
    marks = open_review(default_review_path(cells), VolumeHint.of(index)).marks
    assert marks.note_of(LABELS[0]) == "last words"
    assert not viewer.layers["cells"].keymap
