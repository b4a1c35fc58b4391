"""The saved index in real windows: saved, offered when the volume is opened again,
and refused where the volume is another one by now.
"""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from canvas_mouse import click, settle
from dock_index import WAIT_MS
from dock_table import table_labels
from napari_label_index.index import build_index
from napari_label_index.io import INDEX_SUFFIX, open_index, save_index
from napari_label_index.session import Empty, Failed, Ready


@pytest.fixture
def path(tmp_path, volume):
    path = tmp_path / "cells.tif"
    tifffile.imwrite(path, np.kron(volume, np.ones((1, 40, 40), np.int32)))
    return path


@pytest.fixture
def open_window(dock, qtbot):
    """A function that opens a file in a new window; what is beside it is known then."""

    def open_in_new_window(path, *, plugin="napari", show=False):
        viewer, widget = dock(show=show)
        viewer.open(path, layer_type="labels", plugin=plugin)
        wait_for_look(widget, qtbot)
        return viewer, widget

    return open_in_new_window


@pytest.fixture
def saved(open_window, path, qtbot):
    """`path`, with its index beside it, saved from a window that is closed again."""
    viewer, widget = open_window(path)
    index(widget, qtbot)
    widget.saved.save_action.trigger()
    wait_for_save(widget, qtbot)
    viewer.close()
    return path


def wait_for_look(widget, qtbot):
    desk = widget.saved.desk
    qtbot.waitUntil(lambda: not desk._look.is_waiting, timeout=WAIT_MS)


def wait_for_save(widget, qtbot):
    qtbot.waitUntil(lambda: not widget.saved.desk.is_saving, timeout=WAIT_MS)


def index(widget, qtbot):
    widget.index_button.click()
    wait_for(widget, Ready, qtbot)


def wait_for(widget, kind, qtbot):
    qtbot.waitUntil(lambda: isinstance(widget.session.state, kind), timeout=WAIT_MS)


def press(widget):
    assert widget.saved.panel.button.isVisibleTo(widget)
    widget.saved.panel.button.click()


def test_a_saved_index_is_offered_opened_and_clicked(saved, open_window, qtbot):
    viewer, widget = open_window(saved, show=True)
    panel = widget.saved.panel
    assert panel.button.text() == "Open saved index"
    assert "4 labels" in panel.text.text()
    assert widget.session.index is None
    press(widget)
    wait_for(widget, Ready, qtbot)
    assert not panel.button.isVisibleTo(widget)
    assert panel.banner.text() == "Opened the saved index: all voxels compared."
    assert "opened in" in widget.summary.text()
    assert table_labels(widget) == [1, 3, 5, 7]
    viewer.dims.set_current_step(0, 0)
    click(viewer, (20, 140))
    assert widget.session.selection.labels.tolist() == [7]
    assert panel.isHidden(), "it has been read by now"


def test_a_volume_that_changed_is_noticed_and_indexed_again(saved, open_window, qtbot):
    changed = tifffile.imread(saved)
    changed[1, 0, 0] = 4
    tifffile.imwrite(saved, changed)
    _, widget = open_window(saved)
    press(widget)
    wait_for(widget, Failed, qtbot)
    assert "label 4 is new" in widget.banner.text()
    assert table_labels(widget) == []
    assert widget.saved.panel.button.text() == "Index again"
    press(widget)
    wait_for(widget, Ready, qtbot)
    assert table_labels(widget) == [1, 3, 4, 5, 7]
    assert widget.saved.panel.isHidden()
    assert widget.banner.isHidden()


def test_an_index_of_another_shape_is_told_at_once(saved, open_window):
    tifffile.imwrite(saved, tifffile.imread(saved)[:, :80])
    _, widget = open_window(saved)
    assert "another volume" in widget.saved.panel.text.text()
    assert not widget.saved.panel.button.isVisibleTo(widget)


@pytest.mark.parametrize("is_painted", [False, True])
def test_a_layer_of_an_index_file_has_its_index_in_it(
    open_window, tmp_path, volume, qtbot, npe2pm, repository, is_painted
):
    from npe2 import PluginManifest

    manifest = repository / "src/napari_label_index/napari.yaml"
    npe2pm.register(PluginManifest.from_file(manifest))
    path = tmp_path / ("cells" + INDEX_SUFFIX)
    save_index(build_index(volume), path)
    viewer, widget = open_window(path, plugin="napari-label-index")
    if is_painted:
        viewer.layers[0].paint((0, 1, 1), 9)
    press(widget)
    wait_for(widget, Failed if is_painted else Ready, qtbot)
    assert table_labels(widget) == ([] if is_painted else [1, 3, 5, 7])


def test_a_folder_of_slices_is_compared_in_some_slices(
    dock, open_window, tmp_path, qtbot
):
    folder = tmp_path / "stack"
    folder.mkdir()
    slices = np.random.default_rng(0).integers(0, 9, (40, 20, 30)).astype(np.int32)
    for z, each in enumerate(slices):
        tifffile.imwrite(folder / f"{z:03}.tif", each)
    viewer, widget = open_window(folder)
    assert not isinstance(viewer.layers[0].data, np.ndarray)
    index(widget, qtbot)
    widget.saved.save()
    wait_for_save(widget, qtbot)
    path = tmp_path / ("stack" + INDEX_SUFFIX)
    np.testing.assert_array_equal(open_index(path).to_label_image(), slices)
    viewer.close()
    _, widget = open_window(folder)
    press(widget)
    wait_for(widget, Ready, qtbot)
    assert "32 of 40 slices" in widget.summary.text()
    assert "32 of 40 slices" in widget.saved.panel.banner.text()


def test_a_layer_without_a_file_is_saved_where_the_user_says(indexed, tmp_path, qtbot):
    viewer, widget = indexed
    viewer.layers["cells"].name = "my cells/1"
    widget.modes.menu.aboutToShow.emit()
    assert widget.saved.save_action.text().startswith("Save index as")
    widget.saved.save_action.trigger()
    wait_for_save(widget, qtbot)
    path = tmp_path / ("my_cells_1" + INDEX_SUFFIX)
    assert path.name in widget.saved.panel.banner.text()
    found = open_index(path)
    assert found.spacing == (2, 0.5, 0.5)
    np.testing.assert_array_equal(found.to_label_image(), viewer.layers[0].data)


def test_a_layer_that_goes_while_its_index_is_opened_shows_nothing(
    saved, open_window, qtbot
):
    viewer, widget = open_window(saved)
    press(widget)
    viewer.layers.clear()
    assert widget._submit.wait(5)
    settle()
    assert widget.session.state == Empty()
    assert widget.saved.panel.isHidden()


def test_a_window_that_closes_while_it_looks_and_saves_leaves_no_thread(
    saved, dock, qtbot
):
    viewer, widget = dock()
    viewer.open(saved, layer_type="labels", plugin="napari")
    index(widget, qtbot)
    widget.saved.save()
    widget.saved.follow(viewer.layers[0])
    viewer.close()
    assert widget._submit.wait(5)
    settle()


def test_the_palette_saves_and_opens(open_window, path, qtbot):
    from napari_label_index._widget import _commands

    viewer, widget = open_window(path)
    _commands.save_index(viewer)
    assert "index first" in widget.saved.panel.banner.text()
    _commands.open_saved_index(viewer)
    assert "no saved index" in widget.saved.panel.banner.text()
    index(widget, qtbot)
    _commands.save_index(viewer)
    wait_for_save(widget, qtbot)
    assert "Saved the index of 4 labels" in widget.saved.panel.banner.text()
