"""Rows by label and time in the dock: what is shown, picked, copied, and refused."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtGui import QGuiApplication

from canvas_mouse import ALT, SHIFT, click, settle
from dock_index import WAIT_MS, index_layer
from dock_table import column_texts
from napari_label_index._samples import ellipsoids
from napari_label_index._widget._label_actions import LabelActions, coordinates_text
from napari_label_index.session import Ready
from older_napari import camera_of

# 1 is there at 0 and 2, beside 2 at 0 alone; 7 at 1
FILM = np.zeros((3, 6, 8), np.int32)
FILM[0, 0, :2] = FILM[2, 1, :2] = 1
FILM[:, 0, 2:4] = 2
FILM[1, 5, 6] = 7


def choose_rows(widget, text):
    button = widget.chooser.time_button
    button.fill()
    [action] = [each for each in button.menu().actions() if each.text() == text]
    action.trigger()


@pytest.fixture
def film(bare, qtbot):
    viewer, widget = bare()
    layer = viewer.add_labels(FILM.copy(), name="film", axis_labels=("t", "y", "x"))
    index_layer(widget, qtbot)
    return viewer, widget, layer


def names_selected(widget):
    session = widget.session
    return [session.index.name_of(int(key)) for key in session.selection.labels]


def test_a_track_has_its_first_and_last_time_and_gaps_beside_it(film, qtbot):
    _, widget, _ = film
    assert column_texts(widget, "t") == ["0\N{EN DASH}2", "0\N{EN DASH}2", "1"]
    columns = widget.inspection.columns
    qtbot.waitUntil(lambda: columns.is_ready("n_missing_times"), timeout=WAIT_MS)
    assert column_texts(widget, "Gaps") == ["1", "0", "0"]
    assert "n_missing_times" in widget.table.columns.shown


def test_the_menu_of_time_says_what_a_row_is_and_the_table_follows(film):
    _, widget, layer = film
    choose_rows(widget, "Label and time")
    assert column_texts(widget, "Label") == ["1", "1", "2", "2", "2", "7"]
    assert column_texts(widget, "t") == ["0", "2", "0", "1", "2", "1"]
    assert "by time" in widget.chooser.time_button.text()
    assert "3 labels in 6 rows" in widget.summary.text()
    colors = widget._colors_of(widget.session.index)
    expected = layer.colormap.map(np.array([1, 1, 2, 2, 2, 7]))
    np.testing.assert_allclose(colors, expected, atol=1e-6)
    choose_rows(widget, "Label")
    assert column_texts(widget, "Label") == ["1", "2", "7"]


def test_painting_keeps_the_rows_by_time(film):
    _, widget, layer = film
    choose_rows(widget, "Label and time")
    widget.session.selection.select(widget.session.index.select("2 and t = 1"))
    with layer.block_history():
        layer.data_setitem((np.array([1]), np.array([3]), np.array([3])), 1)
    assert isinstance(widget.session.state, Ready)
    assert column_texts(widget, "Label") == ["1", "1", "1", "2", "2", "2", "7"]
    assert column_texts(widget, "t") == ["0", "1", "2", "0", "1", "2", "1"]
    assert names_selected(widget) == ["2 at t=1"]


def test_going_to_a_label_goes_to_the_time_in_view_or_to_its_first(film):
    viewer, widget, _ = film
    choose_rows(widget, "Label and time")
    for time, label, name in (
        (2, 1, "1 at t=2"),
        (1, 1, "1 at t=0"),
        (1, 2, "2 at t=1"),
    ):
        viewer.dims.set_point(0, time)
        widget.table.goto.label_asked.emit(label)
        assert names_selected(widget) == [name]
        assert viewer.dims.current_step[0] == int(name[-1])
        assert f"Label {name}; it is there at" in widget.table.status.text()
    widget.table.goto.label_asked.emit(5)
    assert widget.table.status.text() == "There is no label 5."


def test_opening_a_row_moves_the_slider_to_a_time_where_it_is(film):
    viewer, widget, _ = film
    for row, times in ((0, {0, 2}), (2, {1})):  # 1 is gone at 1, between the two
        viewer.dims.set_point(0, 1 if row == 0 else 0)
        widget.table.view._open(widget.table.view.model().index(row, 0))
        assert viewer.dims.current_step[0] in times
    choose_rows(widget, "Label and time")
    for row, time in enumerate([0, 2, 0, 1, 2, 1]):
        widget.table.view._open(widget.table.view.model().index(row, 0))
        assert viewer.dims.current_step[0] == time


def test_what_is_copied_has_true_labels(film):
    _, widget, _ = film
    choose_rows(widget, "Label and time")
    session = widget.session
    session.selection.select(session.index.select("1 or 7"))
    LabelActions(widget).copy_ids()
    assert QGuiApplication.clipboard().text() == "1 7"
    lines = coordinates_text(session.index, session.selection.labels).splitlines()
    assert lines[0].split("\t") == ["label", "t", "y", "x"]
    assert lines[1] == "1\t0\t0\t0"
    assert lines[-1] == "7\t1\t5\t6"
    widget.table.view.copy_selected()
    head, first, *_ = QGuiApplication.clipboard().text().splitlines()
    assert head.split("\t")[:3] == ["label", "t", "num_pixels"]
    assert first.split("\t")[:3] == ["1", "0", "2"]


def test_what_is_hidden_is_counted_in_rows_and_stays_hidden(film):
    _, widget, _ = film
    widget.session.selection.select([1, 7])
    widget.modes.hide_button.click()
    assert widget.modes.note.text() == "2 labels hidden"
    choose_rows(widget, "Label and time")
    assert widget.modes.note.text() == "3 rows hidden"
    widget.session.selection.clear()
    widget.picture.show_highlight()
    drawn = widget.modes.picture.layer.data
    expected = FILM[drawn.placement.box] == 2
    np.testing.assert_array_equal(np.asarray(drawn) > 0, expected)
    choose_rows(widget, "Label")
    assert widget.modes.note.text() == "2 labels hidden"


def test_sets_are_of_labels(film):
    _, widget, _ = film
    choose_rows(widget, "Label and time")
    session, sets = widget.session, widget.inspector.sets
    session.selection.select(session.index.select("1 and t = 2"))
    sets.add_selected("some")
    assert widget.inspection.sets.by_name["some"].tolist() == [1]
    sets.select("some")
    assert names_selected(widget) == ["1 at t=0", "1 at t=2"]
    assert sets.counts("some") == (1, 1)


def test_what_is_for_whole_labels_is_off_and_says_so(film):
    _, widget, layer = film
    choose_rows(widget, "Label and time")
    assert not widget.compare_button.isEnabled()
    assert "one row for each label" in widget.compare_button.toolTip()
    widget.session.selection.select(widget.session.selection.known)
    for slot in ("delete", "merge", "split", "keep_largest", "relabel"):
        widget.table.say("")
        getattr(widget.editor, slot)()
        assert "whole labels" in widget.table.status.text()
    np.testing.assert_array_equal(layer.data, FILM)
    choose_rows(widget, "Label")
    assert widget.compare_button.isEnabled()


def test_publishing_and_points_have_true_labels(film):
    viewer, widget, layer = film
    choose_rows(widget, "Label and time")
    widget.modes.publish()
    assert layer.features["index"].tolist() == [0, 1, 2, 7]
    assert layer.features["num_pixels"].tolist()[1:] == [4, 6, 1]
    index = widget.session.index
    widget.export_panel._surroundings.add_points(index, index.select("1 and t = 2"))
    points = viewer.layers[-1]
    assert points.features["label"].tolist() == [1, 1]
    assert points.data.tolist() == [[2, 1, 0], [2, 1, 1]]


def film_4d():
    """Ellipsoids that move along; ids are used again, and one is gone at 1."""
    volume = ellipsoids((6, 30, 32), (1, 3, 3), seed=1)
    film = np.stack([np.roll(volume, 3 * time, axis=2) for time in range(3)])
    film[1][film[1] == film[1].max()] = 0
    return film


def clicks_in_slices(viewer, widget, layer, film):
    for time in (2, 0):
        inside = np.argwhere(film[time, 3])
        y, x = inside[len(inside) // 2]
        viewer.dims.set_point((0, 1), layer.data_to_world((time, 3, 0, 0))[:2])
        click(viewer, layer.data_to_world((time, 3, y, x))[-2:])
        assert names_selected(widget) == [f"{film[time, 3, y, x]} at t={time}"]


def look_along_the_first_axis_in_view(viewer):
    viewer.reset_view()
    camera_of(viewer).set_view_direction((1, 0, 0), up_direction=(0, -1, 0))
    settle()


def clicks_in_3d(viewer, widget, layer, film, qtbot):
    """What is first along z, of the layer, of what stands for it, and all of it."""
    look_along_the_first_axis_in_view(viewer)
    lines = []
    widget.picture.line_asked.connect(lines.append)
    for time in (1, 2):
        viewer.dims.set_point(0, layer.data_to_world((time, 0, 0, 0))[0])
        # Not at the edge: there napari's line of sight begins half a voxel late.
        inside = np.argwhere(film[time, :, :, 5:25].any(axis=0))
        y, x = inside[len(inside) // 2] + (0, 5)
        met = film[time, :, y, x]
        name = f"{met[met > 0][0]} at t={time}"
        at = layer.data_to_world((time, 3, y, x))[-3:]
        for column in ("", "num_pixels"):
            widget.modes.modes.color_by(column)
            qtbot.waitUntil(lambda c=column: layer.visible == (not c), timeout=WAIT_MS)
            widget.session.selection.clear()
            click(viewer, at)
            assert names_selected(widget) == [name], column
        widget.modes.modes.reset()
        click(viewer, at, keys=ALT | SHIFT)
        assert [widget.session.index.name_of(int(key)) for key in lines.pop()] == [name]


def clicks_along_time(viewer, widget, layer, film):
    """Where time is an axis in view, the row is that of the first time in sight."""
    viewer.dims.order = (1, 0, 2, 3)
    viewer.dims.set_point(1, layer.data_to_world((0, 3, 0, 0))[1])
    look_along_the_first_axis_in_view(viewer)
    for time in range(3):
        y, x = np.argwhere(film[time, 3])[40]
        first = int(np.flatnonzero(film[:, 3, y, x])[0])
        click(viewer, np.array(layer.data_to_world((1, 3, y, x)))[[0, 2, 3]])
        assert names_selected(widget) == [f"{film[first, 3, y, x]} at t={first}"]
    viewer.dims.order = (0, 1, 2, 3)


def test_a_click_in_4d_means_the_row_of_its_time_in_2d_and_in_3d(dock, qtbot):
    viewer, widget = dock(show=True)
    film = film_4d()
    layer = viewer.add_labels(film, scale=(3, 2, 0.5, 0.5), translate=(7, 4, 9, -5))
    index_layer(widget, qtbot)
    assert widget.session.index.axes == ("t", "z", "y", "x")
    choose_rows(widget, "Label and time")
    clicks_in_slices(viewer, widget, layer, film)
    viewer.dims.ndisplay = 3
    clicks_in_3d(viewer, widget, layer, film, qtbot)
    clicks_along_time(viewer, widget, layer, film)
    view, index, last = widget.table.view, widget.session.index, int(film.max())
    for key in index.keys_of([last]).tolist():
        view.show_label(key)
        view._open(view.currentIndex())
        assert index.name_of(key) == f"{last} at t={viewer.dims.current_step[0]}"
    choose_rows(widget, "Label")
    viewer.dims.set_point(0, layer.data_to_world((1, 0, 0, 0))[0])
    view.show_label(last)
    view._open(view.currentIndex())
    assert viewer.dims.current_step[0] in (0, 2), "not in the gap"
