"""The query line: typing, errors, help, completion, keys."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt, QUrl

from dock_filter import ask, focus_on
from dock_index import WAIT_MS
from dock_table import table_labels
from napari_label_index.session import Filtered, Waiting, Wrong
from planted_faults import SPECKS

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_without_an_index_there_is_nothing_to_filter(bare):
    _, widget = bare()
    assert widget.inspector.filter.isHidden()
    assert widget.inspector.detail.isHidden()


def test_what_is_typed_filters_after_a_pause(faulty, qtbot):
    _, widget = faulty
    edit = widget.inspector.filter.bar.edit
    qtbot.keyClicks(edit, "num_pixels < 2")
    assert len(table_labels(widget)) == 12
    qtbot.waitUntil(lambda: table_labels(widget) == list(SPECKS), timeout=WAIT_MS)
    edit.clear()
    qtbot.waitUntil(lambda: len(table_labels(widget)) == 12, timeout=WAIT_MS)


def test_an_error_is_underlined_and_told(faulty, qtbot):
    _, widget = faulty
    bar = widget.inspector.filter.bar
    ask(widget, "num_pixels < 2", qtbot)
    ask(widget, "z > 3 and colour > 1", qtbot)
    assert isinstance(widget.inspection.filter.state, Wrong)
    assert bar.edit.wrong == (10, 6)
    assert "'colour'" in bar.message.text()
    assert "character 11" in bar.message.text()
    assert not bar.message.isHidden()
    assert table_labels(widget) == list(SPECKS)
    ask(widget, "", qtbot)
    assert bar.message.isHidden()
    assert bar.edit.wrong[1] == 0


def test_an_unfinished_query_is_underlined_at_its_end(faulty, qtbot):
    _, widget = faulty
    ask(widget, "num_pixels <", qtbot)
    assert widget.inspector.filter.bar.edit.wrong == (11, 1)


def test_underlining_changes_neither_text_nor_cursor(faulty, qtbot):
    _, widget = faulty
    edit = widget.inspector.filter.bar.edit
    qtbot.keyClicks(edit, "z > > 3")
    edit.setCursorPosition(2)
    edit.ask()
    assert edit.wrong == (4, 1)
    assert (edit.text(), edit.cursorPosition()) == ("z > > 3", 2)
    qtbot.keyClicks(edit, "x")
    assert edit.text() == "z x> > 3"


def test_what_is_computed_for_a_query_is_told(faulty, qtbot):
    _, widget = faulty
    bar = widget.inspector.filter.bar
    bar.ask("n_neighbours > 0")
    assert "Computing n_neighbours" in bar.message.text()
    qtbot.waitUntil(
        lambda: isinstance(widget.inspection.filter.state, Filtered), timeout=WAIT_MS
    )
    assert bar.message.isHidden()
    assert table_labels(widget) == [9, 10]


def test_an_answer_to_an_earlier_text_leaves_what_is_being_typed(faulty, qtbot):
    _, widget = faulty
    edit = widget.inspector.filter.bar.edit
    widget.inspector.filter.bar.ask("n_neighbours > 0")
    edit.end(False)
    qtbot.keyClicks(edit, " and z")
    columns = widget.inspection.columns
    qtbot.waitUntil(lambda: columns.is_ready("n_neighbours"), timeout=WAIT_MS)
    assert edit.text() == "n_neighbours > 0 and z"


def test_a_sort_in_the_query_sorts_the_table_and_adds_its_column(faulty, qtbot):
    _, widget = faulty
    ask(widget, "num_pixels > 1 sort by -extent", qtbot)
    view = widget.table.view
    column = view.column_of("extent")
    assert column >= 0
    assert view.model().sorted_by == (column, Qt.SortOrder.DescendingOrder)
    extents = widget.session.index.column("extent")
    rows = widget.session.index.rows_of(table_labels(widget))
    assert (np.diff(extents[rows]) <= 0).all()


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        pytest.param(Qt.Key.Key_Slash, Qt.KeyboardModifier.NoModifier, id="slash"),
        pytest.param(Qt.Key.Key_F, CONTROL, id="ctrl+f"),
    ],
)
def test_a_key_leads_to_the_query_and_escape_back(faulty, qtbot, key, modifier):
    _, widget = faulty
    widget.session.selection.select([1])
    focus_on(widget.table.view, qtbot)
    qtbot.keyClick(widget.table.view, key, modifier)
    edit = widget.inspector.filter.bar.edit
    assert edit.hasFocus()
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert widget.table.view.hasFocus()
    assert widget.session.selection.labels.tolist() == [1]


def test_letters_of_keys_can_be_typed_into_the_query(faulty, qtbot):
    _, widget = faulty
    edit = widget.inspector.filter.bar.edit
    focus_on(edit, qtbot)
    qtbot.keyClicks(edit, "n/G?N")
    assert edit.text() == "n/G?N"


def test_names_are_completed(faulty, qtbot):
    _, widget = faulty
    edit = widget.inspector.filter.bar.edit
    focus_on(edit, qtbot)
    qtbot.keyClicks(edit, "z > 1 and hole_")
    popup = edit._completer.popup()
    qtbot.waitUntil(popup.isVisible, timeout=WAIT_MS)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert edit.text() == "z > 1 and hole_voxels "


def test_help_lists_every_column_and_its_examples_work(faulty, qtbot):
    _, widget = faulty
    bar = widget.inspector.filter.bar
    bar.show_help()
    text = bar.help.page.toPlainText()
    for column in widget.session.index.columns.values():
        assert column.key in text
        assert column.meaning in text
    html = bar.help.page.toHtml()
    examples = [part.split('"')[0] for part in html.split('href="example:')[1:]]
    assert len(examples) > 5
    for example in examples:
        bar.help.page.anchorClicked.emit(QUrl(f"example:{example}"))
        qtbot.waitUntil(
            lambda: not isinstance(widget.inspection.filter.state, Waiting),
            timeout=WAIT_MS,
        )
        assert isinstance(widget.inspection.filter.state, Filtered), example
    assert bar.help.isHidden()


def test_a_column_of_the_help_is_written_into_the_query(faulty):
    _, widget = faulty
    bar = widget.inspector.filter.bar
    bar.edit.setText("n_holes > 0 and ")
    bar.show_help()
    bar.help.page.anchorClicked.emit(QUrl("column:extent"))
    assert bar.edit.text() == "n_holes > 0 and extent "
