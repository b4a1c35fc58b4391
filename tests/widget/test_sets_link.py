"""Named sets in the dock: made by a key, listed with counts, asked for by a query."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt, QUrl
from qtpy.QtTest import QTest

from canvas_mouse import settle
from dock_index import WAIT_MS
from napari_label_index._widget._label_menu import LabelMenu
from review_window import LABELS, index, press

Key = Qt.Key


def sets_of(widget):
    return widget.inspector.sets


def named(widget):
    return {n: x.tolist() for n, x in widget.inspection.sets.by_name.items()}


def name_it(widget, text):
    """Write a name into the line that asks for one."""
    field = sets_of(widget).name
    field.setText(text)
    QTest.keyClick(field, Key.Key_Return)


def menu(widget):
    """Entries of the menu of sets, by their texts."""
    top = sets_of(widget).button.menu()
    top.fill()
    return {action.text(): action for action in top.actions() if action.text()}


def choose(widget, name, entry):
    [found] = [x for x in menu(widget)[name].menu().actions() if x.text() == entry]
    found.trigger()


@pytest.fixture
def ready(opened, qtbot):
    _, widget = opened()
    qtbot.waitUntil(lambda: widget.inspection.sets.path is not None, timeout=WAIT_MS)
    return widget


def test_a_key_puts_the_selection_into_a_set_that_a_restart_keeps(
    reviewed, opened, qtbot, cells
):
    _, widget = reviewed()
    view = widget.table.view
    widget.session.selection.select(LABELS[:3])
    press(view, Key.Key_S)
    field = sets_of(widget).name
    qtbot.waitUntil(field.hasFocus, timeout=WAIT_MS)
    QTest.keyClicks(field, "my set")
    QTest.keyClick(field, Key.Key_Return)
    settle()
    assert named(widget) == {"my set": LABELS[:3]}
    assert field.isHidden()
    assert view.hasFocus()
    assert widget.table.status.text() == "my set has 3 labels now."
    assert (cells.parent / "cells.tif.labelsets.json").exists()
    widget.close_session()
    _, again = opened()
    qtbot.waitUntil(lambda: named(again) == {"my set": LABELS[:3]}, timeout=WAIT_MS)


def test_esc_leaves_the_line_and_the_selection(reviewed, qtbot):
    _, widget = reviewed()
    widget.session.selection.select(LABELS[:1])
    press(widget.table.view, Key.Key_S)
    field = sets_of(widget).name
    qtbot.waitUntil(field.hasFocus, timeout=WAIT_MS)
    press(field, Key.Key_Escape)
    assert field.isHidden()
    assert widget.session.selection.labels.tolist() == LABELS[:1]
    assert named(widget) == {}


def test_a_set_and_the_selection_make_a_third(ready):
    selection = ready.session.selection
    ready.inspection.sets.put("a & b", np.array(LABELS[:4]))
    shown = "a && b (4)"
    selection.select(LABELS[3:6])
    choose(ready, shown, "Add to the selection")
    assert selection.labels.tolist() == LABELS[:6]
    choose(ready, shown, "Subtract from the selection")
    assert selection.labels.tolist() == LABELS[4:6]
    selection.select(LABELS[3:6])
    choose(ready, shown, "Intersect with the selection")
    assert selection.labels.tolist() == LABELS[3:4]
    choose(ready, shown, "Select")
    assert selection.labels.tolist() == LABELS[:4]


def test_sets_are_changed_renamed_deleted_and_brought_back(ready):
    sets, selection = sets_of(ready), ready.session.selection
    selection.select(LABELS[:2])
    sets.begin_new()
    name_it(ready, "a")
    selection.select(LABELS[1:4])
    choose(ready, "a (2)", "Put the selected labels in")
    assert named(ready) == {"a": LABELS[:4]}
    choose(ready, "a (4)", "Take the selected labels out")
    assert named(ready) == {"a": LABELS[:1]}
    choose(ready, "a (1)", "Rename\N{HORIZONTAL ELLIPSIS}")
    name_it(ready, "b")
    assert named(ready) == {"b": LABELS[:1]}
    choose(ready, "b (1)", "Delete")
    assert named(ready) == {}
    menu(ready)["Bring back b"].trigger()
    assert named(ready) == {"b": LABELS[:1]}


def test_a_name_that_is_none_is_told_and_can_be_mended(ready):
    ready.session.selection.select(LABELS[:1])
    sets_of(ready).begin_new()
    name_it(ready, 'a"b')
    assert "quotation" in sets_of(ready).banner.text()
    assert not sets_of(ready).name.isHidden()
    name_it(ready, "ab")
    assert sets_of(ready).banner.isHidden()
    assert named(ready) == {"ab": LABELS[:1]}


def test_the_menu_says_what_is_not_here_and_where_sets_are_kept(ready):
    ready.inspection.sets.put("a", np.array([LABELS[0], 10**12]))
    entries = menu(ready)
    assert "Kept in cells.tif.labelsets.json" in entries
    inner = [action.text() for action in entries["a (1)"].menu().actions()]
    assert "1 id not in this volume" in inner
    ready.inspection.sets.open(None, ready.session.index)
    assert "Kept until the dock is closed" in menu(ready)


def test_the_filter_shows_a_set_and_follows_it(ready):
    ready.inspection.sets.put("a", np.array(LABELS[:2]))
    choose(ready, "a (2)", "Show only these")
    assert ready.inspector.filter.bar.edit.text() == 'in "a"'
    assert ready.inspection.filter.labels.tolist() == LABELS[:2]
    ready.inspection.sets.add("a", np.array(LABELS[4:5]))
    assert len(ready.inspection.filter.labels) == 3


def test_the_menu_of_labels_adds_to_a_set(ready):
    ready.inspection.sets.put("a", np.array(LABELS[:1]))
    ready.session.selection.select(LABELS[5:6])
    [add] = [
        action.menu()
        for action in ready.findChild(LabelMenu).actions()
        if action.text() == "Add to set"
    ]
    add.fill()
    add.actions()[0].trigger()
    assert named(ready) == {"a": [LABELS[0], LABELS[5]]}


def test_another_layer_has_other_sets(opened, qtbot):
    viewer, widget = opened()
    widget.inspection.sets.put("a", np.array(LABELS[:2]))
    other = viewer.add_labels(np.ones((3, 4), int), name="other")
    widget.chooser.choose(other)
    index(widget, qtbot)
    assert named(widget) == {}


def test_what_the_filter_hides_is_a_click_away(ready):
    ready.session.selection.select(LABELS[:2])
    table = ready.table
    assert table.unfilter_button.isHidden()
    ready.inspector.filter.bar.ask(f"not {LABELS[0]}")
    assert "hidden by the filter" in table.status.text()
    assert not table.unfilter_button.isHidden()
    table.unfilter_button.click()
    assert ready.inspection.filter.labels is None
    assert ready.inspector.filter.bar.edit.text() == ""
    assert table.unfilter_button.isHidden()
    assert ready.session.selection.labels.tolist() == LABELS[:2]


def test_the_help_offers_the_sets_that_there_are(ready):
    bar = ready.inspector.filter.bar
    assert "the Sets button makes them" in bar._help_page()
    ready.inspection.sets.put("a <b>", np.array(LABELS[:2]))
    bar.show_help()
    assert 'in "a <b>"' in bar.help.page.toPlainText()
    [link] = [
        part.split("'")[0]
        for part in bar._help_page().split("href='example:")
        if part.startswith("in%20")
    ]
    bar.help.page.anchorClicked.emit(QUrl(f"example:{link}"))
    assert ready.inspection.filter.labels.tolist() == LABELS[:2]
