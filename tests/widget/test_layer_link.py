"""Edits of a real layer, and what the session makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from napari.layers import Labels

from napari_label_index._widget._edit_watch import ELSEWHERE
from napari_label_index._widget._layer_facts import unit_of, world_affine
from napari_label_index._widget._layer_link import LayerLink
from napari_label_index.errors import Cancelled
from napari_label_index.index import build_index
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


@pytest.fixture(autouse=True)
def event_loop(qapp):
    """napari tells of some edits before it makes them: the rest is for a timer."""
    return qapp


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


def assert_follows(session, layer):
    """The index is ready, and that of the voxels as they are."""
    assert isinstance(session.state, Ready)
    np.testing.assert_array_equal(session.index.to_label_image(), layer.data)
    expected = build_index(layer.data)
    for name, values in expected.table().items():
        np.testing.assert_array_equal(session.index.column(name), values)


EDITS = {
    "paint": lambda layer: layer.paint((0, 2, 2), 9),
    "erase": lambda layer: layer.paint((0, 0, 3), 0),
    "fill": lambda layer: layer.fill((0, 0, 0), 9),
    "set item": lambda layer: layer.data_setitem((np.array([0]),) * 3, 9),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_the_index_follows_every_kind_of_edit_at_once(link, session, layer, edit):
    before = session.index
    edit(layer)
    assert session.index is not before
    assert_follows(session, layer)
    for step in (layer.undo, layer.redo):
        before = session.index
        step()
        assert session.index is not before
        assert_follows(session, layer)


def test_a_stroke_is_followed_when_it_ends(link, session, layer):
    before = session.index
    with layer.block_history():
        layer.paint((0, 2, 2), 9)
        layer.paint((0, 0, 2), 9)
        layer.refresh()
        assert session.index is before, "a stroke is one edit"
    assert_follows(session, layer)
    layer.undo()
    assert_follows(session, layer)
    assert session.index.labels.tolist() == before.labels.tolist()


def test_an_edit_out_of_sight_is_followed_a_moment_later(
    link, session, layer, volume, qtbot
):
    layer.brush_size = 1
    layer.paint((1, 2, 3), 9)  # the other slice is on show
    layer.paint((1, 0, 3), 9)
    qtbot.waitUntil(lambda: 9 in session.index, timeout=10_000)
    assert_follows(session, layer)
    layer.data_setitem((np.array([1]), np.array([1]), np.array([0])), 9, refresh=False)
    qtbot.waitUntil(lambda: session.index.voxel_counts[-1] == 3, timeout=10_000)
    assert_follows(session, layer)


def test_an_undo_of_a_layer_that_is_not_seen_is_followed_soon(
    link, session, layer, qtbot
):
    layer.paint((0, 2, 2), 9)
    layer.visible = False
    layer.undo()
    qtbot.waitUntil(lambda: 9 not in session.index, timeout=10_000)
    assert_follows(session, layer)
    layer.redo()
    layer.visible = True
    assert_follows(session, layer)


def test_an_undo_after_a_full_history_is_followed(link, session, layer):
    for value in range(layer._history_limit + 5):
        layer.paint((0, 2, 2), value + 1)
    layer.undo()
    assert_follows(session, layer)
    assert layer._history_limit + 4 in session.index


def test_new_data_makes_the_index_stale(link, session, layer):
    layer.data = layer.data.copy()
    assert isinstance(session.state, Stale)
    layer.paint((0, 2, 2), 9)
    assert isinstance(session.state, Stale), "who knows what else has changed"


def test_an_edit_in_words_that_are_new_to_us_makes_the_index_stale(
    link, session, layer
):
    layer.events.paint(value=["what was painted, in words of another napari"])
    assert isinstance(session.state, Stale)
    assert not session.state.notice


def test_voxels_that_were_written_in_place_are_noticed(link, session, layer):
    layer.data[0, 2, 2] = 9
    assert isinstance(session.state, Ready), "nobody has said a word"
    layer.refresh()
    assert isinstance(session.state, Stale)
    assert session.state.notice == ELSEWHERE


def test_edits_of_the_layer_are_no_change_from_elsewhere(link, session, layer):
    layer.paint((0, 2, 2), 9)
    layer.refresh()
    with layer.block_history():
        layer.paint((0, 0, 2), 9)
        layer.refresh()
    layer.undo()
    layer.refresh()
    assert_follows(session, layer)


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


def test_time_has_a_unit_of_its_own(session, volume):
    link = LayerLink(session)
    units = ("second", "micrometer", "micrometer")
    link.attach(Labels(volume, axis_labels=("t", "y", "x"), units=units))
    assert link.label_image().unit == "um"


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
