"""The table view: selection by label, ranges, keys and copying."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qtpy.QtCore import QItemSelectionModel, QPoint, Qt
from qtpy.QtGui import QGuiApplication

from napari_label_index._widget.table._columns import columns_of
from napari_label_index._widget.table._row_ranges import ranges_of
from napari_label_index._widget.table._table_view import RegionTableView, rows_in
from napari_label_index.index import build_index

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def show(view, index):
    view.show_rows(index.labels, columns_of(index))


@pytest.fixture
def view(qtbot, volume):
    view = RegionTableView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    show(view, build_index(volume))  # labels 1, 3, 5, 7 of 3, 2, 2, 3 voxels
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def told(view):
    told = []
    view.labels_selected.connect(lambda labels: told.append(labels.tolist()))
    return told


def center_of(view, row, column=1):
    return view.visualRect(view.model().index(row, column)).center()


def selected_labels(view):
    return sorted(view.model().labels_at(view.selected_rows()).tolist())


def test_a_click_selects_and_focuses_the_label_of_its_row(view, told, qtbot):
    with qtbot.waitSignal(view.label_focused) as focused:
        qtbot.mouseClick(view.viewport(), LEFT, pos=center_of(view, 2))
    assert told == [[5]]
    assert focused.args == [5]


def test_control_and_shift_clicks_extend_the_selection(view, told, qtbot):
    qtbot.mouseClick(view.viewport(), LEFT, pos=center_of(view, 0))
    qtbot.mouseClick(view.viewport(), LEFT, SHIFT, center_of(view, 2))
    assert sorted(told[-1]) == [1, 3, 5]
    qtbot.mouseClick(view.viewport(), LEFT, CONTROL, center_of(view, 1))
    assert sorted(told[-1]) == [1, 5]
    qtbot.mouseClick(view.viewport(), LEFT, CONTROL, center_of(view, 3))
    assert sorted(told[-1]) == [1, 5, 7]


def test_a_drag_selects_the_rows_it_passes(view, told, qtbot):
    viewport = view.viewport()
    qtbot.mousePress(viewport, LEFT, pos=center_of(view, 0))
    qtbot.mouseMove(viewport, center_of(view, 1))
    qtbot.mouseMove(viewport, center_of(view, 2) + QPoint(0, 1))
    qtbot.mouseRelease(viewport, LEFT, pos=center_of(view, 2))
    assert sorted(told[-1]) == [1, 3, 5]


def test_select_all_is_told_once(view, told, qtbot):
    qtbot.keyClick(view, Qt.Key.Key_A, CONTROL)
    assert told == [[1, 3, 5, 7]]


def test_what_is_shown_from_outside_is_not_told_back(view, told):
    view.show_selection(np.array([3, 7]))
    view.show_label(7)
    assert selected_labels(view) == [3, 7]
    assert view.current_label() == 7
    assert told == []


def test_the_same_labels_are_selected_after_a_sort(view, told):
    view.show_selection(np.array([1, 5]))
    for column in (1, 1, 2, 0, 0):
        view.sort_by(column)
        assert selected_labels(view) == [1, 5]
    assert view.model().labels_at(np.arange(4)).tolist() == [7, 5, 3, 1]
    assert told == []


def test_a_header_click_sorts_and_a_second_one_turns_round(view, qtbot):
    header = view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(1) + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), LEFT, pos=place)
    assert view.model().labels_at(np.arange(4)).tolist() == [3, 5, 1, 7]
    qtbot.mouseClick(header.viewport(), LEFT, pos=place)
    assert view.model().labels_at(np.arange(4)).tolist() == [1, 7, 3, 5]


def test_the_s_key_sorts_by_the_current_column(view, qtbot):
    view.setCurrentIndex(view.model().index(0, 1))
    qtbot.keyClick(view, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert view.model().sorted_by[0] == 1


def test_arrow_keys_select_row_by_row(view, told, qtbot):
    qtbot.mouseClick(view.viewport(), LEFT, pos=center_of(view, 0))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)
    assert told == [[1], [3], [3, 5]]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_opens_the_current_label(view, qtbot, key):
    view.show_label(5)
    with qtbot.waitSignal(view.label_opened) as opened:
        qtbot.keyClick(view, key)
    assert opened.args == [5]


def test_a_double_click_opens_its_label(view, qtbot):
    with qtbot.waitSignal(view.label_opened) as opened:
        qtbot.mouseClick(view.viewport(), LEFT, pos=center_of(view, 1))
        qtbot.mouseDClick(view.viewport(), LEFT, pos=center_of(view, 1))
    assert opened.args == [3]


def test_digits_go_to_the_id_field_and_letters_nowhere(view, qtbot):
    typed = []
    view.label_typed.connect(typed.append)
    for key in (Qt.Key.Key_4, Qt.Key.Key_Minus, Qt.Key.Key_B):
        qtbot.keyClick(view, key)
    assert typed == ["4", "-"]


def test_copy_puts_the_selected_rows_on_the_clipboard(view, qtbot):
    view.show_selection(np.array([3, 7]))
    qtbot.keyClick(view, Qt.Key.Key_C, CONTROL)
    clipboard = QGuiApplication.clipboard()
    qtbot.waitUntil(lambda: clipboard.text().count("\n") == 3, timeout=5000)
    header, *lines = clipboard.text().strip().split("\n")
    assert header.startswith("label\tnum_pixels\tcentroid-0")
    assert [line.split("\t")[:2] for line in lines] == [["3", "2"], ["7", "3"]]


def test_the_header_has_a_selection_of_its_own(view):
    # Else each paint of it asks for every cell of the table: 1.5 s at 120,000 rows.
    view.selectAll()
    assert not view.horizontalHeader().selectionModel().hasSelection()
    assert view.horizontalHeader().selectionModel() is not view.selectionModel()


@given(st.sets(st.integers(0, 11)))
def test_any_set_of_rows_comes_back_from_its_ranges(qapp, rows):
    view = RegionTableView()
    show(view, build_index(np.arange(1, 13)))
    wanted = np.array(sorted(rows), np.int64)
    view.show_selection(wanted + 1)
    assert view.selected_rows().tolist() == sorted(rows)
    n_ranges = sum(row - 1 not in rows for row in rows)
    assert view.selectionModel().selection().count() == n_ranges


def test_overlapping_selections_count_each_row_once(view):
    model, flag = view.model(), QItemSelectionModel.SelectionFlag
    for top, bottom in ((0, 2), (1, 3)):
        ranges = ranges_of(view.model(), np.arange(top, bottom + 1))
        view.selectionModel().select(ranges, flag.Select)
    assert view.selected_rows().tolist() == [0, 1, 2, 3]
    assert selected_labels(view) == [1, 3, 5, 7]
    assert model.rowCount() == 4


def test_rows_of_ranges_are_all_rows_in_them():
    assert rows_in(np.array([[2, 4], [7, 8], [9, 12]])).tolist() == [2, 3, 7, 9, 10, 11]
    assert rows_in(np.empty((0, 2), np.int64)).tolist() == []
