"""Modes of display without Qt: what is asked for, and what has to be drawn."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.index import LabelImage
from napari_label_index.session import (
    Dim,
    Display,
    DisplayModes,
    Faulted,
    IndexSession,
    can_replace_layer,
    resolve,
)
from session.immediate import HeldSubmit, columns_of, submit_now

IMAGE = LabelImage(np.array([[1, 1, 0, 7, 7], [2, 0, 3, 9, 9]], np.uint32))
OTHER = LabelImage(np.array([[1, 1, 0, 8, 8], [2, 0, 3, 9, 0]], np.uint32))
KNOWN = np.array([1, 2, 3, 7, 9])
SOME = np.array([2, 7])


@pytest.fixture
def session():
    session = IndexSession(submit_now, prepare=lambda dtype: None)
    session.request_index(IMAGE)
    return session


@pytest.fixture
def modes(session):
    return DisplayModes(session, columns_of(session))


def lists(scene):
    drawn = None if scene.drawn is None else scene.drawn.tolist()
    return drawn, scene.highlighted.tolist()


@pytest.mark.parametrize(
    ("display", "selected", "drawn", "highlighted"),
    [
        pytest.param(Display(), [2, 7], None, [2, 7], id="nothing asked for"),
        pytest.param(Display(is_isolated=True), [2, 7], [2, 7], [], id="isolated"),
        pytest.param(Display(is_isolated=True), [], None, [], id="none to isolate"),
        pytest.param(Display(hidden=SOME), [7, 9], [1, 3, 9], [9], id="hidden"),
        pytest.param(
            Display(is_isolated=True, hidden=SOME), [7, 9], [9], [], id="both"
        ),
        pytest.param(
            Display(dim=Dim.OUTLINES), [7], [1, 2, 3, 7, 9], [7], id="outlines"
        ),
        pytest.param(Display(dim=Dim.DIMMED), [7], None, [7], id="dimmed"),
    ],
)
def test_the_scene_has_what_is_seen_and_what_is_highlighted(
    display, selected, drawn, highlighted
):
    scene = resolve(display, KNOWN, np.array(selected, np.int64))
    assert lists(scene) == (drawn, highlighted)


def test_outlines_are_dimmed_in_3d_where_there_are_none():
    display = Display(dim=Dim.OUTLINES)
    flat, solid = (resolve(display, KNOWN, SOME, in_3d=in_3d) for in_3d in (0, 1))
    assert (flat.is_outlined, flat.opacity) == (True, 1)
    assert not solid.is_outlined
    assert solid.opacity < 1
    assert solid.drawn is None, "dimming takes the layer itself"


def test_an_isolated_selection_is_not_dimmed():
    scene = resolve(Display(is_isolated=True, dim=Dim.DIMMED), KNOWN, SOME)
    assert scene.opacity == 1


def test_hiding_adds_up_until_all_is_shown_again(session, modes):
    session.selection.select([2])
    modes.hide_selected()
    session.selection.select([9, 3])
    modes.hide_selected()
    assert modes.display.hidden.tolist() == [2, 3, 9]
    assert modes.display.hidden.dtype == np.uint32
    modes.unhide_all()
    assert modes.display.hidden.tolist() == []


def test_hiding_what_is_hidden_shows_it(session, modes):
    session.selection.select([2, 3])
    modes.hide_selected()
    session.selection.select([2])
    modes.hide_selected()
    assert modes.display.hidden.tolist() == [3]
    session.selection.select([2, 3])
    modes.hide_selected()
    assert modes.display.hidden.tolist() == [2, 3], "one of them was seen"


def test_hiding_nothing_changes_nothing(modes):
    told = []
    modes.changed.connect(lambda: told.append(1))
    modes.hide_selected()
    modes.unhide_all()
    modes.set_dim(Dim.OFF)
    assert not told


def test_dim_goes_round(modes):
    seen = []
    for _ in range(4):
        seen.append(modes.display.dim)
        modes.cycle_dim()
    assert seen == [Dim.OFF, Dim.DIMMED, Dim.OUTLINES, Dim.OFF]


def test_another_index_of_the_layer_keeps_the_modes(session, modes):
    session.selection.select([2, 7])
    modes.hide_selected()
    modes.toggle_isolated()
    modes.color_by("num_pixels")

    session.request_index(OTHER)

    assert modes.display.is_isolated
    assert modes.display.hidden.tolist() == [2], "7 is gone"
    assert modes.display.colors.values.tolist() == [2, 1, 1, 2, 1]


def test_without_an_index_there_are_no_modes(session, modes):
    session.selection.select([2])
    modes.hide_selected()
    modes.toggle_isolated()
    modes.set_dim(Dim.DIMMED)
    modes.color_by("num_pixels")
    session.clear()
    display = modes.display
    assert not display.is_isolated
    assert not display.hidden.size
    assert display.dim is Dim.OFF
    assert display.colors is None


def test_colours_come_and_go_and_keep_their_logarithm(modes):
    modes.color_by("num_pixels")
    modes.set_log(True)
    modes.color_by("centroid-1")
    assert modes.display.colors.name == "centroid-1"
    assert modes.display.colors.is_log
    modes.color_by("")
    assert modes.display.colors is None


def test_the_column_asked_for_last_is_shown(session):
    held = HeldSubmit()
    modes = DisplayModes(session, columns_of(session, held))
    asked = []
    modes.color_asked.connect(asked.append)
    modes.color_by("n_holes")
    modes.color_by("n_neighbours")
    held.jobs[0].finish()
    assert modes.display.colors is None
    held.jobs[1].finish()
    assert modes.display.colors.name == "n_neighbours"
    assert asked == ["n_holes", "n_neighbours", ""]


def test_a_column_at_hand_colours_at_once(session):
    modes = DisplayModes(session, columns_of(session, HeldSubmit()))
    modes.color_by("num_pixels")
    assert modes.display.colors.values.tolist() == session.index.voxel_counts.tolist()


def test_a_column_that_comes_after_its_index_is_dropped(session):
    held = HeldSubmit()
    modes = DisplayModes(session, columns_of(session, held))
    modes.color_by("n_holes")
    session.clear()
    held.jobs[0].finish()
    assert modes.display.colors is None


def test_why_a_column_cannot_be_computed_is_told_each_time_it_is_asked_for(session):
    held = HeldSubmit()
    modes = DisplayModes(session, columns_of(session, held))
    told = []
    modes.faulted.connect(told.append)
    modes.color_by("n_holes")
    held.jobs[0].on_done(Faulted("no memory"))
    modes.color_by("n_holes")
    assert told == ["no memory", "no memory"]
    assert modes.display.colors is None


def test_closed_modes_hear_nothing(session, modes):
    modes.toggle_isolated()
    modes.close()
    modes.close()
    session.clear()
    assert modes.display.is_isolated


def test_a_layer_is_replaced_only_while_the_index_says_what_it_holds(session):
    assert can_replace_layer(session.state)
    session.mark_changed()
    assert not can_replace_layer(session.state)

    held = HeldSubmit()
    again = IndexSession(held, prepare=lambda dtype: None)
    again.request_index(IMAGE)
    assert not can_replace_layer(again.state)
    held.jobs[0].finish()
    again.request_index(OTHER)
    assert can_replace_layer(again.state), "the index before still holds"
