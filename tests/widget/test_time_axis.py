"""Which axis is time: from the names of a layer, and from a small menu."""

from __future__ import annotations

import numpy as np
import pytest
from napari.layers import Labels

from dock_index import WAIT_MS
from napari_label_index._widget._time_axis import axes_of, set_time_axis, time_axis_of
from napari_label_index.session import Indexing, Ready


def layer_of(ndim, names=None):
    return Labels(np.ones((2,) * ndim, int), axis_labels=names)


@pytest.mark.parametrize(
    ("ndim", "names", "axes"),
    [
        (2, None, ("y", "x")),
        (3, None, ("z", "y", "x")),
        (4, None, ("t", "z", "y", "x")),
        (3, ("Time", "y", "x"), ("t", "y", "x")),
        (3, ("-3", "frame", "-1"), ("y", "t", "x")),
        (3, ("a", "a", "b"), ("z", "y", "x")),
        (3, ("p", "q", "r"), ("p", "q", "r")),
        (6, ("t", "-5", "-4", "-3", "-2", "-1"), None),
    ],
)
def test_names_of_a_layer_are_names_of_the_index(ndim, names, axes):
    found = axes_of(layer_of(ndim, names))
    if axes is None:
        assert found[0] == "t"
        assert all(name.isidentifier() for name in found)
        assert len(set(found)) == ndim
    else:
        assert found == axes


@pytest.mark.parametrize("ndim", [3, 4, 5, 6])
def test_every_axis_can_be_time_and_none(ndim):
    layer = layer_of(ndim)
    for axis in (*range(ndim), None, 0, None):
        set_time_axis(layer, axis)
        assert time_axis_of(layer) == axis
        assert len(axes_of(layer)) == len(set(axes_of(layer))) == ndim


def test_other_names_that_were_given_stay():
    layer = layer_of(3, ("depth", "row", "column"))
    set_time_axis(layer, 0)
    assert layer.axis_labels == ("t", "row", "column")


def test_a_film_is_indexed_with_its_times_apart(bare, qtbot):
    viewer, widget = bare()
    film = np.zeros((2, 4, 6), np.int32)
    film[0, 0, :2] = film[1, 2, :2] = 1
    film[:, 3, :2] = 2
    layer = viewer.add_labels(film)
    button = widget.chooser.time_button
    assert not button.isHidden()
    assert button.text().startswith("Time: none")

    def parts():
        qtbot.waitUntil(
            lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS
        )
        return widget.session.index.column("n_components").tolist()

    widget.index_button.click()
    assert parts() == [2, 1]
    button.fill()
    [action] = [x for x in button.menu().actions() if x.text() == "Axis 0, 2 long"]
    action.trigger()
    assert button.text().startswith("Time: axis 0")
    assert isinstance(widget.session.state, Indexing), "at once"
    widget.session.cancel()
    assert "time axis" in widget.session.state.notice
    widget.index_button.click()
    assert parts() == [1, 1]
    assert layer.axis_labels == ("t", "y", "x")
    layer.axis_labels = ("t", "b", "c")  # no other time: what is indexed still holds
    assert isinstance(widget.session.state, Ready)


def test_a_flat_picture_has_no_time(bare):
    viewer, widget = bare()
    viewer.add_labels(np.ones((3, 3), int))
    assert widget.chooser.time_button.isHidden()
