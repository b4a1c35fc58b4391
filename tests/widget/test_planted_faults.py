"""A volume with planted faults: each is found with the mouse, and seen in the picture.

Nothing here asks the library what a fault is; `planted_faults` says where they are.
"""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt

from dock_index import WAIT_MS, index_and_count
from dock_table import table_labels, table_selection
from napari_label_index._widget.picture._highlight import is_highlight
from napari_label_index.session import Filtered
from planted_faults import (
    CORNER,
    CUT,
    HOLLOW,
    SPECKS,
    SPLIT,
    TOUCHING,
    WHOLE,
    faulty_volume,
)

LEFT = Qt.MouseButton.LeftButton
APART = 100  # of 255: what is highlighted has another colour than before


@pytest.fixture
def faulty(dock, qtbot):
    """A window with the volume indexed and every chip counted."""
    viewer, widget = dock(show=True)
    viewer.window._qt_window.resize(1100, 900)
    viewer.add_labels(faulty_volume(), name="faulty")
    index_and_count(widget, qtbot)
    return viewer, widget


def press_chip(widget, name, qtbot):
    button = widget.inspector.filter.chips.buttons[name]
    qtbot.mouseClick(button, LEFT)
    wait_for_answer(widget, qtbot)
    return button


def write_query(widget, text, qtbot):
    edit = widget.inspector.filter.bar.edit
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: widget.inspection.filter.text == text, timeout=WAIT_MS)
    wait_for_answer(widget, qtbot)


def wait_for_answer(widget, qtbot):
    label_filter = widget.inspection.filter
    qtbot.waitUntil(lambda: isinstance(label_filter.state, Filtered), timeout=WAIT_MS)


def open_row(widget, row, qtbot):
    view = widget.table.view
    place = view.visualRect(view.model().index(row, 0)).center()
    qtbot.mouseClick(view.viewport(), LEFT, pos=place)
    qtbot.mouseDClick(view.viewport(), LEFT, pos=place)


def is_seen(viewer, widget, label):
    """Whether the slice on show has `label`, and our layer changes mid-picture."""
    widget.picture.show_highlight()
    here = viewer.layers["faulty"].data[int(viewer.dims.point[0])]
    [ours] = [layer for layer in viewer.layers if is_highlight(layer)]
    shown = mid_picture(viewer)
    ours.visible = False
    hidden = mid_picture(viewer)
    ours.visible = True
    return bool((here == label).any() and np.abs(shown - hidden).max() > APART)


def mid_picture(viewer):
    picture = viewer.screenshot(canvas_only=True, flash=False)[..., :3].astype(int)
    height, width = picture.shape[:2]
    return picture[height // 4 : -height // 4, width // 4 : -width // 4]


@pytest.mark.parametrize(
    ("chip", "faults"),
    [
        pytest.param("Multi-part", [SPLIT, CORNER], id="split"),
        pytest.param("Tiny", list(SPECKS), id="specks"),
        pytest.param("Border", list(CUT), id="cut"),
        pytest.param("Holes", [HOLLOW], id="hollow"),
    ],
)
def test_every_fault_is_found_by_a_chip_and_seen(faulty, qtbot, chip, faults):
    viewer, widget = faulty
    button = press_chip(widget, chip, qtbot)
    assert button.text() == f"{chip} {len(faults)}"
    assert button.isChecked()
    assert table_labels(widget) == faults
    for row, label in enumerate(faults):
        open_row(widget, row, qtbot)
        assert table_selection(widget) == [label]
        assert is_seen(viewer, widget, label)


QUERIES = {
    "n_components-3 = 1 and n_components > 1": [CORNER],
    "n_components-3 > 1": [SPLIT],
    "touches 9": [TOUCHING[1]],
    "n_neighbours > 0": list(TOUCHING),
    "border-0 or border-5": list(CUT),
    "300": [300],
    "parts = 1 and n_holes = 0 and not border and voxels > 10": list(WHOLE),
}


def test_every_fault_is_found_by_a_query_and_seen(faulty, qtbot):
    viewer, widget = faulty
    for query, faults in QUERIES.items():
        write_query(widget, query, qtbot)
        assert table_labels(widget) == faults, query
        open_row(widget, 0, qtbot)
        assert is_seen(viewer, widget, faults[0]), query


def test_flags_are_letters(faulty):
    _, widget = faulty
    model = widget.table.view.model()
    column = widget.table.view.column_of("flags")
    shown = {
        label: model.data(model.index(row, column))
        for row, label in enumerate(table_labels(widget))
    }
    expected = dict.fromkeys(WHOLE, "") | dict.fromkeys(CUT, "B")
    expected |= dict.fromkeys((SPLIT, CORNER), "M") | {HOLLOW: "H"}
    assert shown == expected | dict.fromkeys(SPECKS, "T")


def test_each_part_of_a_split_object_is_a_click_away(faulty, qtbot):
    viewer, widget = faulty
    press_chip(widget, "Multi-part", qtbot)
    open_row(widget, 0, qtbot)
    detail, finder = widget.inspector.detail, widget.inspection.detail
    detail.set_open(True)
    qtbot.waitUntil(lambda: finder.detail.parts is not None, timeout=WAIT_MS)
    section = detail.tree.topLevelItem(0)
    assert section.text(0) == "2 parts"
    first = np.argwhere(faulty_volume() == SPLIT)[:, 0]
    for place, slices in enumerate((first[first < 7], first[first > 7])):
        item = section.child(place)
        tree = detail.tree
        tree.scrollToItem(item)
        place = tree.visualItemRect(item).center()
        qtbot.mouseClick(tree.viewport(), LEFT, pos=place)
        assert int(viewer.dims.point[0]) in slices


def test_n_walks_over_the_faults_one_by_one(faulty, qtbot):
    viewer, widget = faulty
    press_chip(widget, "Tiny", qtbot)
    widget.window().activateWindow()
    widget.table.view.setFocus()
    qtbot.waitUntil(widget.table.view.hasFocus, timeout=WAIT_MS)
    for label in SPECKS:
        qtbot.keyClick(widget.table.view, Qt.Key.Key_N)
        assert widget.session.selection.labels.tolist() == [label]
        assert is_seen(viewer, widget, label)
    qtbot.keyClick(widget.table.view, Qt.Key.Key_N)  # there are no more
    assert widget.session.selection.focused == SPECKS[1]
    qtbot.keyClick(widget.table.view, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert widget.session.selection.focused == SPECKS[0]
