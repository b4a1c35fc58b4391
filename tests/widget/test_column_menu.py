"""Columns that are added to the table, computed when they are first shown."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from qtpy.QtCore import Qt

from datasets import beside_memory
from napari_label_index import open_index
from napari_label_index._widget.table._column_menu import ColumnMenu
from napari_label_index._widget.table._roles import TOOLTIP
from napari_label_index._widget.table._table_view import RegionTableView
from napari_label_index.index import build_index
from napari_label_index.session import INTENSITIES, ColumnStore, Faulted
from planted_faults import SPLIT, faulty_volume
from session.immediate import HeldSubmit

HORIZONTAL = Qt.Orientation.Horizontal


@pytest.fixture
def index():
    return build_index(faulty_volume())


@pytest.fixture
def submit():
    return HeldSubmit()


@pytest.fixture
def table(qtbot, index, submit):
    return shown(qtbot, index, submit)


def shown(qtbot, index, submit):
    view = RegionTableView()
    qtbot.addWidget(view)
    store = ColumnStore(submit)
    store.set_index(index)
    menu = ColumnMenu(view, store)
    view.show_rows(index.labels, menu.columns_for(index))
    return view, menu


def headers(view):
    model = view.model()
    titles = [model.headerData(i, HORIZONTAL) for i in range(model.columnCount())]
    return [title.rstrip(" ▴▾") for title in titles]


def cells(view, key):
    model, column = view.model(), view.column_of(key)
    return [model.data(model.index(row, column)) for row in range(model.rowCount())]


def test_flags_stand_after_the_voxels(table):
    view, _ = table
    assert headers(view) == ["Label", "Voxels", "Flags", "z", "y", "x", "Box"]


def test_a_column_shows_dots_until_it_is_computed(table, index, submit):
    view, menu = table
    menu.set_shown("n_components", True)
    assert cells(view, "n_components") == ["…"] * 12
    submit.jobs[0].finish()
    expected = [str(n) for n in index.column("n_components")]
    assert cells(view, "n_components") == expected


def test_sorting_by_a_column_of_dots_sorts_once_it_is_there(table, index, submit):
    view, menu = table
    menu.set_shown("n_components", True)
    view.sort_by_key("n_components", Qt.SortOrder.DescendingOrder)
    submit.jobs[0].finish()
    first = int(view.model().labels_at(np.array([0]))[0])
    assert first == SPLIT


def test_order_selection_and_current_row_outlive_a_new_column(table, submit):
    view, menu = table
    view.sort_by_key("centroid-0", Qt.SortOrder.DescendingOrder)
    before = view.model().labels_at(np.arange(12)).tolist()
    view.show_selection(np.array([2, SPLIT]))
    view.show_label(SPLIT)
    menu.set_shown("n_holes", True)
    submit.jobs[0].finish()
    menu.set_shown("flags", False)
    assert view.model().labels_at(np.arange(12)).tolist() == before
    selected = view.model().labels_at(view.selected_rows())
    assert sorted(selected.tolist()) == [2, SPLIT]
    assert view.current_label() == SPLIT


def test_taking_off_the_sorted_column_goes_back_to_label_order(table, submit):
    view, menu = table
    menu.set_shown("extent", True)
    view.sort_by_key("extent", Qt.SortOrder.AscendingOrder)
    menu.set_shown("extent", False)
    labels = view.model().labels_at(np.arange(12))
    np.testing.assert_array_equal(labels, np.sort(labels))


def test_a_column_that_fails_says_why(table, submit):
    view, menu = table
    menu.set_shown("n_neighbours", True)
    submit.jobs[0].on_done(Faulted("There is not enough memory."))
    assert set(cells(view, "n_neighbours")) == {"?"}
    column = view.column_of("n_neighbours")
    tooltip = view.model().headerData(column, HORIZONTAL, TOOLTIP)
    assert "There is not enough memory." in tooltip


def test_the_menu_offers_every_column_that_the_table_lacks(table, index):
    _, menu = table
    offered = []
    for action in menu.make_menu().actions():
        inner = action.menu().actions() if action.menu() else [action]
        offered += [each.text() for each in inner]
        assert all(each.isCheckable() and each.toolTip() for each in inner)
    n_beside = 1 + len(INTENSITIES)  # the flags are no column of the index either
    n_in_table = 2 + index.ndim
    assert len(offered) == len(index.columns) - n_in_table + n_beside
    assert len(set(offered)) == len(offered)


def test_a_tick_in_the_menu_shows_the_column(table):
    view, menu = table
    action = next(a for a in menu.make_menu().actions() if a.text() == "Border")
    action.trigger()
    assert "Border" in headers(view)
    assert cells(view, "touches_border").count("yes") == 2
    assert menu.shown == ("flags", "touches_border")


def test_flags_and_added_columns_are_copied(table, submit):
    view, menu = table
    menu.set_shown("n_components", True)
    menu.set_shown("n_holes", True)
    for job in submit.jobs:
        job.finish()
    header, *lines = view.model().tsv(np.arange(12)).strip("\n").split("\n")
    keys = header.split("\t")
    flags = [line.split("\t")[keys.index("flags")] for line in lines]
    assert flags[:5] == ["", "", "M", "M", "H"]
    assert {"n_components", "n_holes"} <= set(keys)


def test_a_cell_of_flags_spells_them_out(table, submit):
    view, menu = table
    menu.set_shown("n_components", True)
    menu.set_shown("n_holes", True)
    for job in submit.jobs:
        job.finish()
    model = view.model()
    row = int(model.view_rows_of(np.array([SPLIT]))[0])
    cell = model.index(row, view.column_of("flags"))
    assert model.data(cell, TOOLTIP) == "Multi-part: in more than one part"


def test_of_a_dataset_places_are_dots_until_they_are_read(
    index, submit, qtbot, tmp_path
):
    volume, folder = index.to_label_image(), tmp_path / "faults.labelindex"
    stored = open_index(beside_memory(volume, index.axes, folder)[1])
    view, _ = shown(qtbot, stored, submit)
    assert headers(view) == ["Label", "Voxels", "Flags", "z", "y", "x", "Box"]
    for key in ("centroid-0", "centroid-2", "area_bbox"):
        assert cells(view, key) == ["…"] * 12
    assert cells(view, "num_pixels")[0] != "…"
    assert not stored.has_places
    widths = [view.columnWidth(i) for i in range(3, 6)]
    submit.jobs[0].finish()
    expected, _ = shown(qtbot, index, submit)
    for key in ("centroid-0", "centroid-2", "area_bbox"):
        assert cells(view, key) == cells(expected, key)
    assert [view.columnWidth(i) for i in range(3, 6)] == widths


def test_places_that_cannot_be_read_are_marked_and_say_why(
    index, submit, qtbot, tmp_path
):
    volume, folder = index.to_label_image(), tmp_path / "faults.labelindex"
    stored = open_index(beside_memory(volume, index.axes, folder)[1])
    view, _ = shown(qtbot, stored, submit)
    shutil.rmtree(folder / "places")
    submit.jobs[0].finish()
    assert cells(view, "centroid-1") == ["?"] * 12
    column = view.column_of("centroid-1")
    told = view.model().headerData(column, HORIZONTAL, TOOLTIP)
    assert "there is no such file" in told
