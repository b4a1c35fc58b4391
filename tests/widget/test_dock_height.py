"""A dock that fits a small screen: the table stays in view, panels scroll below it."""

from __future__ import annotations

import pytest
from qtpy.QtCore import QPoint
from qtpy.QtWidgets import QPushButton

from dock_index import index_and_count
from napari_label_index._widget.parts._scrolling import ScrollColumn
from planted_differences import two_images

LEAST = 420  # a screen of 768 pixels, less what the system and napari take


def open_all(opened, qtbot):
    """Open whatever can be opened, with messages."""
    viewer, widget = opened
    first, second = two_images()
    viewer.add_labels(first, name="first")
    viewer.add_labels(second, name="second")
    widget.chooser.choose(viewer.layers["first"])
    index_and_count(widget, qtbot)
    widget.session.selection.select([5])
    widget.session.selection.focus(5)
    widget.inspector.filter.fold.set_open(True)
    widget.inspector.detail.set_open(True)
    widget.review.bar.fold.set_open(True)
    widget.modes.modes.color_by("num_pixels")
    widget.export_button.setChecked(True)
    widget.compare_button.setChecked(True)
    widget.compare.panel.button.click()
    qtbot.waitUntil(lambda: not widget.compare.panel.view.isHidden(), timeout=10_000)
    viewer.layers["second"].name = "other"  # a banner
    viewer.layers["first"].paint((0, 2, 2), 9)  # and another one
    return viewer, widget


@pytest.fixture
def all_open(dock, qtbot):
    return open_all(dock(show=True), qtbot)


def test_with_everything_open_the_dock_asks_for_little(all_open):
    _, widget = all_open
    assert widget.minimumSizeHint().height() <= LEAST
    assert widget.parent().minimumSizeHint().height() <= LEAST + 40  # with its title
    assert widget.minimumSizeHint().width() <= 320


@pytest.mark.parametrize("height", [LEAST, 640, 1100])
def test_nothing_is_cut_off_at_any_height(bare, qtbot, height):
    viewer, widget = bare()
    widget.resize(320, height)
    widget.show()
    open_all((viewer, widget), qtbot)
    qtbot.waitUntil(lambda: widget.height() == height, timeout=10_000)
    areas = widget.findChildren(ScrollColumn)
    assert len(areas) == 2
    for area in areas:
        content = area.widget()
        assert content.width() <= area.viewport().width()
        least = content.layout().minimumHeightForWidth(content.width())
        assert content.height() >= least
    for button in filter(QPushButton.isVisible, widget.findChildren(QPushButton)):
        right = button.mapTo(widget, QPoint(button.width(), 0)).x()
        assert right <= widget.width(), button.text()


def test_a_high_window_gives_the_table_the_room(indexed, qtbot):
    _, widget = indexed
    widget.resize(400, 1000)
    widget.show()
    qtbot.waitUntil(lambda: widget.table.height() > 500, timeout=10_000)
    assert widget._panels.verticalScrollBar().maximum() == 0


def test_a_panel_that_is_opened_comes_into_view(all_open, qtbot):
    _, widget = all_open
    area, fold = widget._panels, widget.inspector.filter.fold
    fold.set_open(False)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    fold.set_open(True)

    def is_in_view():
        top = fold.mapTo(area.viewport(), QPoint(0, 0)).y()
        return 0 <= top < area.viewport().height()

    qtbot.waitUntil(is_in_view, timeout=10_000)


def test_panels_have_the_room_that_the_table_has_no_rows_for(dock, qtbot):
    viewer, widget = dock(show=True)
    viewer.window._qt_window.resize(1000, 768)
    viewer.add_labels(two_images()[0], name="first")
    index_and_count(widget, qtbot)
    widget.session.selection.select([5])
    for fold in (widget.inspector.filter.fold, widget.review.bar.fold):
        fold.set_open(True)
    widget.inspector.filter.bar.ask("label = 5")
    bar = widget._panels.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() == 0, timeout=10_000)
    assert widget.table.view.viewport().height() >= 40


def test_what_is_shown_and_how_stays_in_view(all_open):
    _, widget = all_open
    assert not widget._panels.isAncestorOf(widget.modes)
