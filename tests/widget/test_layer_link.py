"""Edits of a real layer, and what the session makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from napari.layers import Labels

from napari_label_index._widget._layer_link import LayerLink, unit_of, world_affine
from napari_label_index.errors import Cancelled
from napari_label_index.session import (
    Empty,
    Faulted,
    Finished,
    IndexSession,
    Ready,
    Stale,
    Stopped,
)


def submit_now(work, *, on_done, on_progress):
    try:
        on_done(Finished(work(on_progress, lambda: False)))
    except Cancelled:
        on_done(Stopped())
    except ValueError as error:
        on_done(Faulted(str(error)))


@pytest.fixture
def layer(volume):
    return Labels(volume.copy(), name="cells")


@pytest.fixture
def session():
    return IndexSession(submit_now)


@pytest.fixture
def link(session, layer):
    link = LayerLink(session)
    link.attach(layer)
    session.request_index(link.label_image())
    assert isinstance(session.state, Ready)
    return link


EDITS = {
    "paint": lambda layer: layer.paint((0, 2, 2), 9),
    "fill": lambda layer: layer.fill((0, 0, 0), 9),
    "set item": lambda layer: layer.data_setitem((np.array([0]),) * 3, 9),
    "new data": lambda layer: setattr(layer, "data", layer.data.copy()),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_every_kind_of_edit_makes_the_index_stale(link, session, layer, edit):
    edit(layer)
    assert isinstance(session.state, Stale)


def test_undo_and_redo_make_a_fresh_index_stale(link, session, layer):
    layer.paint((0, 2, 2), 9)
    for step in (layer.undo, layer.redo):
        session.request_index(link.label_image())
        assert isinstance(session.state, Ready)
        step()
        assert isinstance(session.state, Stale)


def test_an_undo_after_a_full_history_is_noticed(link, session, layer):
    for value in range(layer._history_limit + 5):
        layer.paint((0, 2, 2), value + 1)
    session.request_index(link.label_image())
    layer.undo()
    assert isinstance(session.state, Stale)


def test_looking_at_another_slice_or_colour_is_no_edit(link, session, layer):
    layer.refresh()
    layer.opacity = 0.3
    layer.selected_label = 3
    layer.name = "renamed"
    layer.new_colormap()
    layer.mode = "paint"
    assert isinstance(session.state, Ready)


def test_new_colours_are_told(link, layer):
    told = []
    link.colors_changed.connect(lambda: told.append(True))
    layer.new_colormap()
    assert told


def test_data_of_another_shape_clears_the_table(link, session, layer):
    layer.data = np.ones((5, 5, 5), int)
    assert isinstance(session.state, Empty)
    assert "shape" in session.state.notice


def test_a_layer_that_was_let_go_of_is_not_listened_to(link, session, layer):
    other = Labels(np.ones((2, 2), int))
    link.attach(other)
    assert session.index is None
    session.request_index(link.label_image())
    layer.paint((0, 2, 2), 9)
    assert isinstance(session.state, Ready)
    link.close()
    other.paint((0, 0), 9)
    assert isinstance(session.state, Ready)


def test_the_label_image_holds_the_array_itself_and_its_spacing(session, volume):
    link = LayerLink(session)
    link.attach(
        Labels(
            volume,
            name="cells",
            scale=(3, 0.5, 0.25),
            translate=(1, 2, 3),
            units=("um", "um", "um"),
        )
    )
    image = link.label_image()
    assert image.data is volume
    assert image.spacing == (3, 0.5, 0.25)
    assert image.origin == (1, 2, 3)
    assert image.axes == ("z", "y", "x")
    assert (image.unit, image.source) == ("um", "cells")


def test_axis_names_of_the_layer_are_taken_over(session, volume):
    link = LayerLink(session)
    link.attach(Labels(volume, axis_labels=("time", "row", "column")))
    assert link.label_image().axes == ("t", "row", "column")


def test_a_multiscale_layer_is_indexed_at_full_resolution(session, volume):
    link = LayerLink(session)
    link.attach(Labels([volume, volume[:, ::2, ::2]], multiscale=True))
    assert link.label_image().data is volume


@pytest.mark.parametrize(
    ("units", "unit"),
    [
        (None, ""),
        (("nm", "nm"), "nm"),
        (("um", "nm"), ""),
        (("pixel", "pixel"), ""),
        (("mm", "mm"), "mm"),
    ],
)
def test_the_unit_is_the_one_that_all_axes_share(units, unit):
    assert unit_of(Labels(np.ones((2, 2), int), units=units)) == unit


def test_the_world_matrix_agrees_with_the_layer_itself(volume):
    affine = np.eye(4)
    affine[:3, :3] = [[1, 0.2, 0], [0, 2, 0.1], [0.3, 0, 1]]
    affine[:3, 3] = 7, 8, 9
    layer = Labels(
        volume,
        scale=(2, 0.5, 0.25),
        translate=(10, 20, 30),
        rotate=(10, 20, 30),
        shear=(0.1, 0.2, 0.3),
        affine=affine,
    )
    matrix = world_affine(layer)
    for point in ([0, 0, 0], [1, 0, 0], [0, 2, 3], [1, 1, 3]):
        expected = layer.data_to_world(point)
        np.testing.assert_allclose(matrix @ [*point, 1], [*expected, 1])
