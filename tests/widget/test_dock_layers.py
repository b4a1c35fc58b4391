"""The layers that the dock offers, follows and lets go of."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from dock_index import WAIT_MS, index_layer
from dock_table import table_labels
from napari_label_index._widget._sentences import (
    NOT_INDEXED,
    OPEN,
    USE_IMAGE,
)
from napari_label_index._widget.picture._highlight import is_highlight
from napari_label_index.session import Empty


def test_without_layers_the_dock_says_what_to_do(bare):
    _, widget = bare()
    assert widget.table.hint.text() == OPEN
    assert not widget.index_button.isEnabled()
    assert not widget.export_button.isEnabled()


def test_the_chooser_follows_layers_added_renamed_and_removed(dock, volume):
    viewer, widget = dock()
    first = viewer.add_labels(volume, name="first")
    assert widget.link.layer is first
    assert widget.table.hint.text() == NOT_INDEXED
    viewer.add_image(np.ones((3, 3)), name="an image")
    second = viewer.add_labels(volume, name="second")
    assert widget.chooser.names == ["first", "second"]
    assert widget.link.layer is first
    second.name = "renamed"
    assert widget.chooser.names == ["first", "renamed"]
    viewer.layers.remove(first)
    assert widget.chooser.names == ["renamed"]
    assert widget.link.layer is second


def test_the_highlight_layer_is_not_offered(indexed, qtbot):
    viewer, widget = indexed
    widget.session.selection.select([1])
    qtbot.waitUntil(lambda: any(map(is_highlight, viewer.layers)), timeout=WAIT_MS)
    assert widget.chooser.names == ["cells"]


def test_another_layer_starts_without_an_index(indexed, volume):
    viewer, widget = indexed
    widget.chooser.choose(viewer.add_labels(volume, name="other"))
    assert widget.session.state == Empty()
    assert table_labels(widget) == []


def test_an_integer_image_can_be_used_as_labels_with_one_click(bare, volume):
    viewer, widget = bare()
    image = viewer.add_image(
        volume.astype(np.uint16),
        name="stack",
        scale=(2, 1, 1),
        translate=(5, 0, 0),
        rotate=(0, 0, 30),
        units=("um",) * 3,
    )
    assert not widget.chooser.use_button.isHidden()
    assert "stack" in widget.chooser.use_button.text()
    assert widget.table.hint.text() == USE_IMAGE
    widget.chooser.use_button.click()
    layer = widget.link.layer
    assert layer.name == "stack labels"
    assert layer.data is image.data
    np.testing.assert_array_equal(
        layer.data_to_world((1, 2, 3)), image.data_to_world((1, 2, 3))
    )
    assert layer.units == image.units
    assert not layer.editable
    assert image in viewer.layers
    assert widget.chooser.use_button.isHidden()


@pytest.mark.parametrize(
    ("data", "rgb"),
    [
        pytest.param(np.ones((4, 4)), False, id="floats"),
        pytest.param(np.ones((4, 4, 3), np.uint8), True, id="rgb"),
    ],
)
def test_other_images_are_not_offered_as_labels(bare, data, rgb):
    viewer, widget = bare()
    viewer.add_image(data, rgb=rgb)
    assert widget.chooser.use_button.isHidden()


def test_beside_labels_only_the_active_image_is_offered(bare, volume):
    viewer, widget = bare()
    image = viewer.add_image(volume, name="stack")
    labels = viewer.add_labels(volume.copy())
    assert widget.chooser.use_button.isHidden()
    viewer.layers.selection.active = image
    assert not widget.chooser.use_button.isHidden()
    viewer.layers.selection.active = labels
    assert widget.chooser.use_button.isHidden()


def index_and_remove(viewer, widget, qtbot):
    """In a frame of its own: napari looks into local variables and keeps them."""
    layer = viewer.add_labels(np.ones((3, 4, 5), np.int32))
    index_layer(widget, qtbot)
    widget.session.selection.select([1])
    widget.picture.show_highlight()
    viewer.layers.remove(layer)
    viewer.add_points()  # napari keeps the layer that was current last
    qtbot.wait(1)
    return weakref.ref(layer)


def test_a_layer_that_is_gone_is_let_go_of(bare, qtbot):
    viewer, widget = bare()
    layer = index_and_remove(viewer, widget, qtbot)
    gc.collect()
    assert widget.session.index is None
    assert layer() is None
