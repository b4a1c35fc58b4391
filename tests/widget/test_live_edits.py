"""Edits in a real window: after each, the table is that of an index built anew."""

from __future__ import annotations

import numpy as np
import pytest

from dock_index import WAIT_MS
from dock_table import column_texts, table_labels, table_selection
from napari_label_index._samples import ellipsoids
from napari_label_index.index import build_index
from napari_label_index.session import Indexing, Ready, Stale

SHAPE, GRID = (12, 60, 64), (2, 5, 6)


@pytest.fixture
def image():
    return ellipsoids(SHAPE, GRID)


@pytest.fixture
def open_window(dock, image, qtbot):
    """A function that docks the widget beside a volume of 60 labels."""

    def open_in(gate=None):
        viewer, widget = dock(gate, show=True)
        layer = viewer.add_labels(image.copy(), name="cells")
        layer.brush_size = 7
        viewer.dims.set_point(0, 0)
        widget.index_button.click()
        if gate is None:
            wait_until_settled(widget, qtbot)
        return viewer, widget, layer

    return open_in


def wait_until_settled(widget, qtbot):
    """Strokes have paused, and the neighbours are known."""
    columns, session = widget.inspection.columns, widget.session
    qtbot.waitUntil(lambda: isinstance(session.state, Ready), timeout=WAIT_MS)
    columns.request(["n_neighbours"])
    qtbot.waitUntil(
        lambda: columns.is_ready("n_neighbours") and not columns.computing,
        timeout=WAIT_MS,
    )


def assert_as_new(widget, layer):
    """The dock shows what it would show, had the layer been indexed just now."""
    assert isinstance(widget.session.state, Ready)
    expected = build_index(layer.data)
    index, view = widget.session.index, widget.table.view
    np.testing.assert_array_equal(index.to_label_image(), layer.data)
    assert sorted(table_labels(widget)) == expected.labels.tolist()
    shown = view.shown_labels()
    rows = expected.rows_of(shown) if len(shown) else []
    counts = [f"{count:,}" for count in expected.voxel_counts[rows].tolist()]
    assert column_texts(widget, "Voxels") == counts
    centers = [f"{place:,.1f}" for place in expected.centroids[rows, 0].tolist()]
    assert column_texts(widget, "z") == centers
    boxes = np.diff(expected.bboxes[rows].reshape(-1, 2, 3), axis=1)[:, 0]
    texts = ["\N{MULTIPLICATION SIGN}".join(map(str, box)) for box in boxes.tolist()]
    assert column_texts(widget, "Box") == texts


def drag(layer, *places, label):
    """What napari does while the button is down."""
    with layer.block_history():
        for place in places:
            layer.paint(place, label)


EDITS = {
    "paint": lambda layer: layer.paint((0, 30, 30), 7),
    "drag": lambda layer: drag(layer, (0, 9, 9), (0, 12, 9), (0, 9, 20), label=3),
    "erase": lambda layer: layer.paint((0, 30, 30), 0),
    "new label": lambda layer: layer.paint((0, 5, 5), 1000),
    "label before all others": lambda layer: layer.paint((0, 5, 5), -5),
    "erase a label": lambda layer: erase(layer, 31),
    "fill": lambda layer: layer.fill((0, 0, 0), 77),
    "3D brush": lambda layer: paint_ball(layer, (5, 30, 30), 12),
    "set items": lambda layer: layer.data_setitem(
        (np.array([0, 11]), np.array([0, 59]), np.array([3, 63])), 5
    ),
    "nothing": lambda layer: layer.paint((0, 0, 0), 0),
}


def erase(layer, label):
    layer.data_setitem(np.nonzero(layer.data == label), 0)


def paint_ball(layer, place, label):
    layer.n_edit_dimensions = 3
    layer.paint(place, label)


def test_every_edit_its_undo_and_its_redo_are_in_the_table_at_once(open_window):
    _, widget, layer = open_window()
    for sort in (0, 1):
        widget.table.view.sort_by(sort)
        for name, edit in EDITS.items():
            for step in (edit, type(layer).undo, type(layer).redo, type(layer).undo):
                if name == "nothing" and step is not edit:
                    continue
                step(layer)
                assert_as_new(widget, layer)


def test_place_selection_current_row_sort_and_filter_stay(open_window, qtbot):
    _, widget, layer = open_window()
    view, selection = widget.table.view, widget.session.selection
    widget.inspection.filter.set_text("num_pixels > 2")
    widget.table.columns.set_shown("n_holes", True)
    view.sort_by(1)
    view.sort_by(1)
    selection.select([20, 33, 41])
    view.show_label(33)
    widths = [view.columnWidth(i) for i in range(5)]
    top, n_resets = view.verticalScrollBar().value(), []
    view.model().modelReset.connect(lambda: n_resets.append(1))
    erased = int(layer.data[0, 30, 30]) or 41
    layer.paint((0, 30, 30), 0)
    assert erased in widget.session.index
    assert selection.labels.tolist() == [20, 33, 41]
    assert table_selection(widget) == [20, 33, 41]
    assert view.current_label() == 33
    assert abs(view.verticalScrollBar().value() - top) <= 1
    assert [view.columnWidth(i) for i in range(5)] == widths
    assert widget.inspection.filter.text == "num_pixels > 2"
    counts = widget.session.index.voxel_counts
    rows = widget.session.index.rows_of(view.shown_labels())
    assert (np.diff(counts[rows]) <= 0).all(), "largest first"
    assert (counts[rows] > 2).all()


def test_an_edit_that_moves_no_row_resets_nothing(open_window):
    _, widget, layer = open_window()
    told = []
    widget.table.view.model().modelReset.connect(lambda: told.append("reset"))
    widget.inspection.filter.changed.connect(told.append)
    layer.paint((0, 30, 30), 7)
    assert told == []


def test_a_label_that_is_erased_leaves_selection_and_focus(open_window):
    _, widget, layer = open_window()
    selection = widget.session.selection
    selection.select([12, 31])
    selection.focus(31)
    erase(layer, 31)
    assert selection.labels.tolist() == [12]
    assert selection.focused is None
    assert table_selection(widget) == [12]
    layer.undo()
    assert 31 in table_labels(widget)
    assert selection.labels.tolist() == [12]


def test_a_new_label_above_does_not_move_what_is_looked_at(open_window):
    _, widget, layer = open_window()
    view = widget.table.view
    view.verticalScrollBar().setValue(20)
    first = view.model().labels_at(np.array([20]))
    layer.paint((0, 5, 5), -5)
    assert view.verticalScrollBar().value() == 21
    assert view.model().labels_at(np.array([21])) == first


def test_columns_that_read_all_labels_keep_their_values_until_strokes_pause(
    open_window, qtbot
):
    _, widget, layer = open_window()
    columns = widget.inspection.columns
    widget.table.columns.set_shown("n_neighbours", True)
    before = column_texts(widget, "Neighbours")
    computed = []
    columns.computing_changed.connect(lambda name: name and computed.append(name))
    for column in (10, 14, 18):
        layer.paint((0, 30, column), 1000)
        shown = column_texts(widget, "Neighbours")
        texts = dict(zip(table_labels(widget), shown, strict=True))
        assert texts.pop(1000) == "\N{HORIZONTAL ELLIPSIS}"
        assert list(texts.values()) == before
        assert computed == [], "strokes go on"
    wait_until_settled(widget, qtbot)
    expected = build_index(layer.data).column("n_neighbours")
    assert column_texts(widget, "Neighbours") == [f"{n:,}" for n in expected.tolist()]
    assert computed.count("n_neighbours") == 1


def test_painting_while_a_column_is_computed_drops_what_it_finds(open_window, qtbot):
    _, widget, layer = open_window()
    widget.inspection.columns.set_index(widget.session.index)
    widget.table.columns.set_shown("contact_area", True)
    layer.paint((0, 30, 30), 7)
    wait_until_settled(widget, qtbot)
    expected = build_index(layer.data).column("contact_area")
    np.testing.assert_allclose(
        widget.inspection.columns.values("contact_area"), expected
    )


def test_a_filter_on_such_a_column_shows_what_is_left_until_it_is_known(
    open_window, qtbot
):
    _, widget, layer = open_window()
    widget.inspection.filter.set_text("n_neighbours < 3")
    before = table_labels(widget)
    erased = before[0]
    erase(layer, erased)
    assert table_labels(widget) == [label for label in before if label != erased]
    wait_until_settled(widget, qtbot)
    index = build_index(layer.data)
    assert table_labels(widget) == index.select("n_neighbours < 3").tolist()


def test_painting_while_indexing_is_in_what_is_shown(open_window, gate, qtbot):
    _, widget, layer = open_window(gate)
    assert isinstance(widget.session.state, Indexing)
    layer.paint((0, 30, 30), 1000)
    layer.undo()
    layer.paint((0, 20, 20), 1001)
    gate.open()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    assert_as_new(widget, layer)


@pytest.mark.parametrize("mode", ["isolated", "hidden", "coloured"])
def test_painting_while_labels_are_shown_otherwise(open_window, mode, qtbot):
    _, widget, layer = open_window()
    widget.session.selection.select([7])
    modes = widget.modes.modes
    act = {
        "isolated": modes.toggle_isolated,
        "hidden": modes.hide_selected,
        "coloured": lambda: modes.color_by("num_pixels"),
    }[mode]
    act()
    assert not layer.visible
    layer.paint((0, 30, 30), 7)
    assert_as_new(widget, layer)
    qtbot.waitUntil(lambda: not widget.picture._timer.isActive(), timeout=WAIT_MS)
    assert not layer.visible
    drawn = np.asarray(widget.modes.picture.layer.data)
    index = build_index(layer.data)
    n_drawn = {
        "isolated": int(index.voxel_counts[index.row_of(7)]),
        "hidden": index.n_voxels - int(index.voxel_counts[index.row_of(7)]),
        "coloured": index.n_voxels,
    }[mode]
    assert np.count_nonzero(drawn) == n_drawn
    layer.undo()
    qtbot.waitUntil(
        lambda: np.array_equal(widget.session.index.to_label_image(), layer.data),
        timeout=WAIT_MS,
    )
    assert_as_new(widget, layer)


def test_a_layer_that_is_deleted_in_the_middle_of_a_stroke_leaves_nothing(
    open_window, qtbot
):
    viewer, widget, layer = open_window()
    with layer.block_history():
        layer.paint((0, 30, 30), 7)
        viewer.layers.remove(layer)
    layer.undo()
    assert widget.session.index is None
    assert table_labels(widget) == []


def test_the_pause_puts_the_run_table_together(open_window, qtbot):
    _, widget, layer = open_window()
    layer.paint((0, 30, 30), 7)
    runs = widget.session.index.runs
    assert runs._whole is None, "test invalid: nothing is left to do"
    qtbot.waitUntil(lambda: runs._whole is not None, timeout=WAIT_MS)


def test_a_comparison_is_out_of_date_after_a_stroke_in_either_layer(
    open_window, image, qtbot
):
    viewer, widget, layer = open_window()
    other = viewer.add_labels(image.copy(), name="other")
    widget.compare_button.setChecked(True)
    comparer = widget.compare.comparer
    for edited in (layer, other):
        widget.compare.panel.combo.setCurrentText("other")
        widget.compare.compare()
        qtbot.waitUntil(lambda: hasattr(comparer.state, "rows"), timeout=WAIT_MS)
        edited.paint((0, 30, 30), 7)
        assert not hasattr(comparer.state, "rows")
        assert "changed" in widget.compare.panel.banner.text()
    assert not isinstance(widget.session.state, Stale)
