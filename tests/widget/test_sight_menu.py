"""Alt+Shift+click in 3D, in the dock: a menu of all labels behind each other."""

from __future__ import annotations

import numpy as np
import pytest

from canvas_mouse import ALT, SHIFT, click, settle
from dock_index import index_layer
from napari_label_index._widget.picture import _sight_menu
from napari_label_index._widget.picture._sight_menu import SightMenu
from older_napari import camera_of


@pytest.fixture
def in_3d(dock, qtbot):
    volume = np.zeros((30, 20, 20), np.uint16)
    for z, label in ((3, 7), (12, 2), (22, 9)):
        volume[z : z + 4, 4:16, 4:16] = label
    viewer, widget = dock(show=True)
    viewer.add_labels(volume, name="plates")
    index_layer(widget, qtbot)
    viewer.dims.ndisplay = 3
    camera_of(viewer).set_view_direction((1, 0, 0), up_direction=(0, -1, 0))
    settle()
    yield viewer, widget
    widget.findChild(SightMenu).hide()


def entries(widget):
    menu = widget.findChild(SightMenu)
    return {action.text(): action for action in menu.actions() if action.text()}


def test_the_labels_behind_each_other_are_offered_and_one_is_chosen(in_3d):
    viewer, widget = in_3d
    click(viewer, (13.5, 9.5, 9.5), keys=ALT | SHIFT)
    found = entries(widget)
    ids = [int(text.partition("\t")[0]) for text in list(found)[:-1]]
    assert sorted(ids) == [2, 7, 9]
    assert ids[1] == 2, "the one in the middle"
    assert list(found)[1] == "2\t576 voxels"
    found["2\t576 voxels"].trigger()
    assert widget.session.selection.labels.tolist() == [2]
    assert widget.table.view.current_label() == 2


def test_all_of_them_can_be_selected_also_where_not_all_are_listed(in_3d, monkeypatch):
    monkeypatch.setattr(_sight_menu, "MAX_ENTRIES", 1)
    viewer, widget = in_3d
    click(viewer, (13.5, 9.5, 9.5), keys=ALT | SHIFT)
    found = entries(widget)
    assert len(found) == 2
    found["Select all 3"].trigger()
    assert widget.session.selection.labels.tolist() == [2, 7, 9]
