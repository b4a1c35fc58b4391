"""A dataset beside a lazy volume, used in the dock: its runs stay in their files."""

from __future__ import annotations

from threading import Event

import dask.array as da
import numpy as np
import pytest
import zarr
from napari.layers._source import Source

from dock_index import WAIT_MS
from dock_table import table_labels
from export_window import choose, written
from napari_label_index import build_index, build_index_dataset
from napari_label_index._widget.picture import _run_picture
from napari_label_index._widget.table import _sorter
from napari_label_index._widget.table._column import pending_column
from napari_label_index._widget.table._roles import DESCENDING
from napari_label_index.io import export
from napari_label_index.io.index_dataset import _stored_places
from napari_label_index.io.index_dataset._stored_runs import StoredRuns
from napari_label_index.session import PLACES, Filtered, Ready


@pytest.fixture
def volume():
    coarse = np.random.default_rng(0).integers(0, 40, (10, 8, 8))
    return np.kron(coarse, np.ones((4, 8, 8))).astype(np.int32)


@pytest.fixture
def opened(bare, tmp_path, volume, qtbot, monkeypatch):
    """A viewer with a lazy volume, and its widget with the dataset opened."""

    def whole(self):
        raise AssertionError("all runs are put into memory")

    monkeypatch.setattr(StoredRuns, "whole", whole)
    stored = zarr.create_array(
        tmp_path / "cells.zarr", shape=volume.shape, chunks=(8, 64, 64), dtype="i4"
    )
    stored[:] = volume
    path = str(tmp_path / "cells.zarr")
    build_index_dataset(path, tmp_path / "cells.labelindex")
    viewer, widget = bare()
    layer = viewer.add_labels(da.from_zarr(path), name="cells")
    layer._source = Source(path=path)
    widget.saved.follow(layer)
    panel = widget.saved.panel
    qtbot.waitUntil(lambda: panel.button.isVisibleTo(widget), timeout=WAIT_MS)
    assert "39 labels" in panel.text.text()
    panel.button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    return viewer, widget


@pytest.fixture
def held(monkeypatch):
    """Boxes of all labels are not read before this is set, as from far away."""
    released, read = Event(), _stored_places.read_columns

    def wait_and_read(*given):
        assert released.wait(WAIT_MS / 1000)
        return read(*given)

    monkeypatch.setattr(_stored_places, "read_columns", wait_and_read)
    yield released
    released.set()


def settle(widget, qtbot):
    columns, chips = widget.inspection.columns, widget.inspection.chips
    qtbot.waitUntil(
        lambda: not (columns.computing or chips._job.is_waiting), timeout=WAIT_MS
    )


def test_it_is_sorted_filtered_and_clicked(opened, volume, qtbot):
    viewer, widget = opened
    index, table = widget.session.index, widget.table.view
    assert index.runs.is_in_files
    settle(widget, qtbot)
    assert table_labels(widget) == index.labels.tolist()
    table.sort_by_key("num_pixels", DESCENDING)
    first = int(table.shown_labels()[0])
    assert index.voxel_counts[index.row_of(first)] == index.voxel_counts.max()
    widget.inspection.detail.set_active(True)
    for ndisplay in (2, 3):
        viewer.dims.ndisplay = ndisplay
        widget.table.select_label(first)
        widget.focus_selected()
        widget.picture.show_highlight()
        drawn = np.asarray(viewer.layers[-1].data)
        assert drawn.any()
        table.selectAll()
        widget.picture.show_highlight()
    widget.table.select_label(first)
    qtbot.waitUntil(
        lambda: widget.inspection.detail.detail.neighbours is not None, timeout=WAIT_MS
    )
    settle(widget, qtbot)
    expected = build_index(volume).neighbours(first)[0]
    found = widget.inspection.detail.detail
    assert sorted(found.neighbours.labels) == expected.tolist()
    assert not found.problem
    text = "num_pixels > 100 and touches_border"
    widget.inspection.filter.set_text(text)
    state = widget.inspection.filter.state
    assert isinstance(state, Filtered)
    np.testing.assert_array_equal(state.labels, build_index(volume).select(text))
    chips = widget.inspection.chips
    assert all(chips.count(chip) is not None for chip in chips.chips)


def test_some_labels_are_exported(opened, volume, tmp_path, qtbot):
    _, widget = opened
    first = int(widget.session.index.labels[7])
    widget.table.select_label(first)
    widget.export_button.click()
    for kind, what in (("Coordinates", "coords"), ("Table", "table")):
        choose(widget.export_panel, kind)
        path = written(widget.export_panel, qtbot)
        export(build_index(volume), [first], tmp_path / "expected.csv", what)
        lines = path.read_text().splitlines()
        expected = (tmp_path / "expected.csv").read_text().splitlines()
        assert len(lines) == len(expected)
        if kind == "Coordinates":
            assert lines == expected


def test_it_need_not_be_saved(opened):
    _, widget = opened
    widget.modes.menu.aboutToShow.emit()
    assert not widget.saved.save_action.isEnabled()
    assert "lies in cells.labelindex already" in widget.saved.save_action.toolTip()


def test_what_would_read_many_files_is_not_drawn_but_told(opened, monkeypatch):
    viewer, widget = opened
    monkeypatch.setattr(_run_picture, "MAX_READS", 0)
    widget.table.select_label(int(widget.session.index.labels[3]))
    widget.picture.show_highlight()
    assert not np.asarray(viewer.layers[-1].data).any()
    assert widget.table.status.text().startswith("Too many labels to highlight")


def test_what_is_not_drawn_of_the_shown_labels_is_told_too(opened, monkeypatch):
    viewer, widget = opened
    monkeypatch.setattr(_run_picture, "MAX_READS", 0)
    widget.table.select_label(int(widget.session.index.labels[3]))
    widget.modes.modes.toggle_isolated()
    widget.picture.show_highlight()
    assert not viewer.layers["cells [shown]"].data[0].any()
    assert widget.table.status.text().startswith("Too many labels to show here")


def test_what_cannot_be_read_is_told_and_drawn_once_it_can(opened, qtbot):
    """As where the network is lost, or the folder is replaced."""
    viewer, widget = opened
    settle(widget, qtbot)
    runs = widget.session.index.runs
    qtbot.waitUntil(lambda: "compared" in widget.session.state.compared)
    home = runs.folder / "runs"
    away = home.rename(home.with_name("away"))
    runs._cache.clear()
    first, second = map(int, widget.session.index.labels[3:5])

    def told(act):
        widget.table.say("")
        act()
        return widget.table.status.text()

    widget.table.select_label(first)
    viewer.dims.set_point(0, widget.session.index.bbox(first)[0].start)
    for act in (
        widget.picture.show_highlight,
        widget.focus_selected,
        lambda: viewer.layers[-1].data[0],
    ):
        assert "part-00000.parquet: there is no such file" in told(act)
        assert told(act).startswith("Not shown: ")
    assert not viewer.layers[-1].data[0].any()
    away.rename(home)
    widget.table.select_label(second)
    widget.picture.show_highlight()
    assert np.asarray(viewer.layers[-1].data).any()
    assert widget.table.status.text().startswith("1 selected of 39")


def test_the_window_does_not_wait_for_boxes_of_all_labels(held, opened, qtbot):
    viewer, widget = opened
    index, columns = widget.session.index, widget.inspection.columns
    assert columns.computing == PLACES
    widget.table.view.selectAll()
    widget.picture.show_highlight()
    assert widget.table.status.text().startswith("Drawn as soon as the boxes")
    assert len(viewer.layers) == 1
    widget.focus_selected()
    assert widget.table.status.text().startswith("The boxes of all labels are still")
    held.set()
    qtbot.waitUntil(lambda: len(viewer.layers) == 2, timeout=WAIT_MS)
    assert viewer.layers[-1].data[0].any()
    assert index.has_places


def test_very_many_rows_are_sorted_in_a_thread(opened, qtbot, monkeypatch):
    _, widget = opened
    settle(widget, qtbot)
    monkeypatch.setattr(_sorter, "MANY_ROWS", 3)
    index, view = widget.session.index, widget.table.view
    told = []
    view.sorting.connect(told.append)
    view.sort_by(view.column_of("centroid-0"))
    view.sort_by(view.column_of("num_pixels"))  # the newer request is answered
    assert widget.table.status.text() == "Sorting by Voxels\N{HORIZONTAL ELLIPSIS}"
    with qtbot.waitSignal(view.sorted_by_key, timeout=WAIT_MS) as sorted_by:
        pass
    assert sorted_by.args == ["num_pixels"]
    assert told == ["z", "", "Voxels", ""]
    rows = np.argsort(index.voxel_counts, kind="stable")
    assert view.shown_labels().tolist() == index.labels[rows].tolist()
    for key in ("centroid-0", "area_bbox", "flags"):
        view.sort_by(view.column_of(key))
        # As where another column arrives meanwhile.
        view.show_columns(widget.table.columns.columns_for(index))
        with qtbot.waitSignal(view.sorted_by_key, timeout=WAIT_MS) as sorted_by:
            pass
        assert sorted_by.args == [key]
    key = "centroid-2"
    columns = view._model.columns
    dots = pending_column(key, "x", "", index)
    view.show_columns(tuple(dots if each.key == key else each for each in columns))
    view.sort_by(view.column_of(key))
    view.show_columns(columns)  # which has arrived
    with qtbot.waitSignal(view.sorted_by_key, timeout=WAIT_MS) as sorted_by:
        pass
    assert sorted_by.args == [key]
    rows = np.argsort(index.column(key), kind="stable")
    assert view.shown_labels().tolist() == index.labels[rows].tolist()
    view.sort_by(view.column_of("centroid-1"))
    widget.session.clear()  # and is dropped with its rows
    assert told[-1] == ""
