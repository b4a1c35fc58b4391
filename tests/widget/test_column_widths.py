"""Columns are as wide as what they hold; nothing is cut off where there is room."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qtpy.QtWidgets import QStyle, QStyleOptionViewItem

from napari_label_index._widget.table._column_widths import (
    LEAST_PADDING,
    MOST_PADDING,
    spread,
)
from napari_label_index._widget.table._columns import columns_of
from napari_label_index._widget.table._table_view import RegionTableView
from napari_label_index.index import build_index


@given(st.lists(st.integers(1, 200), min_size=1, max_size=9), st.integers(0, 2000))
def test_columns_fit_if_they_can_and_have_room_if_there_is(contents, room):
    widths = spread(contents, room)
    pads = {width - own for width, own in zip(widths, contents, strict=True)}
    assert len(pads) == 1
    assert LEAST_PADDING <= min(pads) <= MOST_PADDING
    if sum(contents) + LEAST_PADDING * len(contents) <= room:
        assert sum(widths) <= room
    if sum(contents) + MOST_PADDING * len(contents) <= room:
        assert pads == {MOST_PADDING}


@pytest.fixture
def view(qtbot):
    volume = np.zeros((140, 180, 180), np.int32)
    volume[100:125, 100:130, 140:170] = 100_005
    volume[1, 1, 1] = 999_999
    view = RegionTableView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    index = build_index(volume)
    view.show_rows(index.labels, columns_of(index))
    return view


def test_ids_of_six_digits_fit_the_dock_as_it_opens(view):
    widths = [view.columnWidth(i) for i in range(view.model().columnCount())]
    assert sum(widths) <= view.viewport().width()
    for column, width in enumerate(widths):
        cell = view.model().index(0, column)
        option = QStyleOptionViewItem()
        view.initViewItemOption(option)
        margin = view.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) + 1
        text = view.fontMetrics().horizontalAdvance(view.model().data(cell))
        swatch = option.decorationSize.width() + 2 * margin if column == 0 else 0
        assert text + swatch + 2 * margin <= width


def test_a_width_that_was_dragged_stays_when_the_dock_is_resized(view):
    before = view.columnWidth(1)
    view.setColumnWidth(1, before + 30)
    view.resize(600, 300)
    assert view.columnWidth(1) == before + 30


def test_more_room_is_used(view):
    before = view.columnWidth(1)
    view.resize(330, 300)
    assert view.columnWidth(1) <= before
    view.resize(900, 300)
    assert view.columnWidth(1) > before or before == view.columnWidth(1)


def test_the_box_is_left_out_where_the_others_fit_only_without_it(view, qtbot):
    box = view.column_of("area_bbox")
    assert not view.isColumnHidden(box)
    needed = view.viewport().width()
    for width in range(needed, 100, -10):
        view.resize(width, 300)
        if view.isColumnHidden(box):
            break
    assert view.isColumnHidden(box)
    bar = view.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() == 0, timeout=10_000)
    view.resize(400, 300)
    assert not view.isColumnHidden(box)
