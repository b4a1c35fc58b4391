"""The user's layer comes back as it was, whatever ends a display mode."""

from __future__ import annotations

import numpy as np
import pytest
from napari.layers import Labels

from napari_label_index.session import Dim
from widget.modes_bench import SOME, Bench, opened

# What napari says of the contours of the user's layer.
pytestmark = pytest.mark.filterwarnings("ignore:Contours are not displayed")


@pytest.fixture
def bench():
    yield from opened()


def state_of(layer):
    names = (
        "visible opacity blending contour selected_label mode editable colormap scale"
        " name show_selected_label"
    )
    return {name: repr(getattr(layer, name)) for name in names.split()}


COMMANDS = {
    "isolate": lambda modes: modes.toggle_isolated(),
    "hide": lambda modes: modes.hide_selected(),
    "dim": lambda modes: modes.set_dim(Dim.DIMMED),
    "outlines": lambda modes: modes.set_dim(Dim.OUTLINES),
    "colour": lambda modes: modes.color_by("num_pixels"),
}
ENDINGS = {
    "reset": lambda bench: bench.modes.reset(),
    "no index": lambda bench: bench.session.clear(),
    "edited": lambda bench: bench.session.mark_changed(),
    "closed": lambda bench: bench.shown.close(),
    "layer removed": lambda bench: (
        bench.viewer.layers.remove(bench.layer), bench.draw()
    ),
}  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("was_visible", [True, False])
def test_the_layer_comes_back_as_it_was(bench, command, ending, was_visible):
    layer = bench.layer
    layer.mode = "pick"
    layer.visible = was_visible
    before, voxels = state_of(layer), layer.data
    bench.select(SOME)
    COMMANDS[command](bench.modes)
    changed = state_of(layer)
    assert changed != before or not was_visible, "the mode does nothing"

    ENDINGS[ending](bench)

    assert state_of(layer) == before
    assert layer.data is voxels
    ours = [other for other in bench.viewer.layers if other is not layer]
    assert not any(other.visible for other in ours)


def test_modes_on_top_of_each_other_come_off_in_any_order(bench):
    before = state_of(bench.layer)
    bench.select(SOME)
    bench.modes.set_dim(Dim.DIMMED)
    bench.modes.hide_selected()
    bench.modes.toggle_isolated()
    bench.modes.color_by("num_pixels")
    bench.modes.set_dim(Dim.OFF)
    bench.modes.unhide_all()
    bench.modes.color_by("")
    bench.modes.toggle_isolated()
    assert state_of(bench.layer) == before


@pytest.mark.parametrize(
    ("dim", "name", "value"),
    [(Dim.DIMMED, "opacity", 0.9), (Dim.OUTLINES, "visible", True)],
)
def test_what_the_user_set_meanwhile_is_neither_taken_back_nor_overwritten(
    bench, dim, name, value
):
    bench.modes.set_dim(dim)
    setattr(bench.layer, name, value)
    bench.select(SOME)
    assert getattr(bench.layer, name) == value
    bench.modes.set_dim(Dim.OFF)
    assert getattr(bench.layer, name) == value


def test_a_command_takes_a_layer_again_that_the_user_made_visible(bench):
    bench.select(SOME)
    bench.modes.hide_selected()
    bench.layer.visible = True
    bench.modes.toggle_isolated()
    assert not bench.layer.visible
    bench.modes.reset()
    assert bench.layer.visible


def test_deleting_our_layer_gives_the_users_back(bench):
    bench.select(SOME)
    bench.modes.toggle_isolated()
    bench.viewer.layers.remove(bench.shown.layer)
    assert bench.layer.visible
    assert not bench.modes.display.is_isolated


def test_the_selected_layers_and_the_range_of_the_view_stay(bench):
    other = bench.viewer.add_image(np.zeros((24, 40, 48)), name="other")
    bench.viewer.layers.selection.active = bench.layer
    extent = bench.viewer.layers.extent.world.copy()
    bench.select(SOME)
    bench.modes.toggle_isolated()
    names = [layer.name for layer in bench.viewer.layers]
    assert names == ["cells", "cells [shown]", "other"], "just above its source"
    assert bench.viewer.layers.selection.active is bench.layer
    np.testing.assert_array_equal(bench.viewer.layers.extent.world, extent)
    assert other.visible


def test_a_real_window_shows_the_isolated_labels_and_then_all(make_napari_viewer):
    viewer = make_napari_viewer(show=True)
    bench = Bench(viewer)
    viewer.dims.ndisplay = 3
    plain = viewer.screenshot(flash=False)
    bench.select(SOME)
    bench.modes.toggle_isolated()
    isolated = viewer.screenshot(flash=False)
    bench.modes.toggle_isolated()
    again = viewer.screenshot(flash=False)

    def n_seen(picture):
        return np.count_nonzero(picture[..., :3].max(axis=-1))

    assert 0 < n_seen(isolated) < n_seen(plain) / 3
    np.testing.assert_array_equal(again, plain)
    bench.shown.close()
    assert [type(layer) for layer in viewer.layers] == [Labels]
