"""Isolate, hide, dim and colour in a viewer: what is seen, and what is given back."""

from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.utils.colormaps import DirectLabelColormap

from napari_label_index._widget.modes._color_by_palette import level_colors
from napari_label_index._widget.picture._highlight import Highlight
from napari_label_index._widget.picture._run_picture import FILL
from napari_label_index._widget.picture._swatch import label_colors
from napari_label_index.session import Dim
from widget.modes_bench import ALL, OTHERS, SOME, VOLUME, Bench, Z, opened

# What napari says of the contours of the user's layer.
pytestmark = pytest.mark.filterwarnings("ignore:Contours are not displayed")


def in_view(viewer, volume=VOLUME):
    return volume if viewer.dims.ndisplay == 3 else volume[Z]


@pytest.fixture
def bench():
    yield from opened()


@pytest.mark.parametrize("ndisplay", [2, 3])
def test_an_isolated_selection_is_seen_alone_in_the_colours_of_the_layer(
    bench, ndisplay
):
    bench.viewer.dims.ndisplay = ndisplay
    bench.select(SOME)
    bench.modes.toggle_isolated()

    there = in_view(bench.viewer)
    expected = label_colors(bench.layer, there.ravel()).reshape(*there.shape, 4)
    expected[~np.isin(there, SOME)] = 0
    assert not bench.layer.visible
    np.testing.assert_allclose(bench.colors(), expected, atol=1e-6)
    assert bench.shown.layer.opacity == bench.layer.opacity
    assert bench.highlighted == [], "the highlight would hide the colours"


@pytest.mark.parametrize("ndisplay", [2, 3])
def test_hidden_labels_are_not_seen_and_all_others_are(bench, ndisplay):
    bench.viewer.dims.ndisplay = ndisplay
    bench.select(SOME)
    bench.modes.hide_selected()

    there = in_view(bench.viewer)
    np.testing.assert_array_equal(bench.codes() > 0, np.isin(there, OTHERS))
    assert bench.highlighted == []
    bench.select(ALL[:5])
    assert bench.highlighted == np.setdiff1d(ALL[:5], SOME).tolist()


@pytest.mark.parametrize("ndisplay", [2, 3])
def test_labels_are_coloured_by_a_column(bench, ndisplay):
    bench.viewer.dims.ndisplay = ndisplay
    bench.modes.color_by("num_pixels")

    there = in_view(bench.viewer)
    counts = np.bincount(VOLUME.ravel())
    levels = np.zeros(counts.size, int)
    levels[ALL] = bench.modes.display.colors.levels
    expected = np.vstack([np.zeros(4), level_colors()])[levels[there]]
    np.testing.assert_allclose(bench.colors(), expected, atol=1e-6)
    sizes, light = counts[ALL], level_colors()[levels[ALL] - 1, :3] @ [0.2, 0.7, 0.1]
    assert light[sizes.argmax()] > light[sizes.argmin()]


def test_outlines_tell_touching_labels_apart_even_of_one_colour():
    volume = np.zeros((2, 9, 12), np.int32)
    volume[:, 1:8, 1:6], volume[:, 1:8, 6:11] = 5, 9
    bench = Bench(ViewerModel(), volume)
    bench.viewer.dims.set_point(0, 1)
    bench.layer.colormap = DirectLabelColormap(
        color_dict={None: (0, 0, 0, 0), 5: "red", 9: "red"}
    )
    bench.modes.set_dim(Dim.OUTLINES)

    expected = np.zeros((9, 12), bool)
    for first, last in ((1, 5), (6, 10)):
        expected[[1, 7], first : last + 1] = True
        expected[1:8, [first, last]] = True
    np.testing.assert_array_equal(bench.codes() > 0, expected)
    bench.shown.close()


def test_a_hidden_slice_is_drawn_as_the_slider_moves(bench):
    bench.select(SOME)
    bench.modes.hide_selected()
    for z in (3, 20, 11):
        bench.viewer.dims.set_point(0, z)
        np.testing.assert_array_equal(bench.codes() > 0, np.isin(VOLUME[z], OTHERS))


def test_more_colours_than_codes_are_rounded():
    volume = np.arange(1, 2001, dtype=np.int32).reshape(2, 25, 40)
    rng = np.random.default_rng(1)
    colors = {label: (*rng.random(3), 1) for label in range(1, 2001)}
    bench = Bench(ViewerModel(), volume)
    bench.viewer.dims.set_point(0, 1)
    bench.layer.colormap = DirectLabelColormap(
        color_dict={None: (0, 0, 0, 0), **colors, 1999: (1, 0, 0, 0)}
    )
    bench.select(np.arange(1001, 2001))
    bench.modes.toggle_isolated()

    expected = label_colors(bench.layer, volume[1].ravel()).reshape(25, 40, 4)
    found = bench.colors()
    assert found[-1, -2, 3] == 0, "transparent labels stay so"
    found[-1, -2] = expected[-1, -2]
    np.testing.assert_allclose(found, expected, atol=0.101)
    bench.shown.close()


def test_the_user_can_close_the_eye_of_our_layer(bench):
    bench.select(SOME)
    bench.modes.toggle_isolated()
    bench.shown.layer.visible = False
    bench.select(ALL[:3])
    assert not bench.shown.layer.visible


def test_drawing_the_same_again_draws_nothing(bench):
    bench.select(SOME)
    bench.modes.hide_selected()
    picture = bench.shown.layer.data
    bench.select(ALL[:2])
    assert bench.shown.layer.data is picture


def test_new_colours_of_the_layer_are_taken_over(bench):
    bench.select(SOME)
    bench.modes.toggle_isolated()
    bench.layer.new_colormap()
    bench.shown.forget_colors()
    bench.draw()
    expected = label_colors(bench.layer, VOLUME[Z].ravel()).reshape(40, 48, 4)
    expected[~np.isin(VOLUME[Z], SOME)] = 0
    np.testing.assert_allclose(bench.colors(), expected, atol=1e-6)


def test_a_selection_among_colours_is_outlined_and_shows_its_own(bench):
    highlight = Highlight(bench.viewer)
    highlight.show(bench.layer, bench.session.index, ALL)
    filled = np.asarray(highlight.layer._slice.image.raw)
    bench.modes.color_by("num_pixels")
    assert bench.shown.shows_values
    highlight.show(
        bench.layer, bench.session.index, ALL, is_hollow=bench.shown.shows_values
    )
    hollow = np.asarray(highlight.layer._slice.image.raw)
    assert np.count_nonzero(filled == FILL) > 0, "test invalid"
    np.testing.assert_array_equal(hollow, np.where(filled == FILL, 0, filled))
    highlight.close()


def test_only_what_is_drawn_can_be_picked(bench):
    assert bench.shown.is_seen(int(ALL[0]))
    bench.select(SOME)
    bench.modes.hide_selected()
    seen = [label for label in ALL.tolist() if bench.shown.is_seen(label)]
    assert seen == OTHERS.tolist()


def test_small_labels_keep_their_colours_in_a_coarse_picture(monkeypatch):
    from napari_label_index._widget.picture import _placement

    monkeypatch.setitem(_placement.MAX_TEXELS, 3, 24 * 40 * 48 // 20)
    volume = VOLUME.copy()
    volume[1, 1, 1], volume[3, 39, 3] = 1001, 1002
    bench = Bench(ViewerModel(ndisplay=3), volume)
    bench.modes.color_by("label")
    drawn = bench.shown.layer.data
    codes = np.asarray(bench.shown.layer._slice.image.raw)
    step = drawn.placement.step
    labels, found = bench.session.index.labels, bench.modes.display.colors.levels
    levels = dict(zip(labels.tolist(), found.tolist(), strict=True))
    for place, label in (((1, 1, 1), 1001), ((3, 39, 3), 1002)):
        texel = tuple(p // s for p, s in zip(place, step, strict=True))
        assert max(step) > 1
        assert codes[texel] == levels[label]
    assert set(np.unique(codes)) <= {0, *levels.values()}
    bench.shown.close()


class Look:
    """A mouse event: the line of sight through a world point, along the first axis."""

    dims_displayed = (0, 1, 2)
    view_direction = np.array([1.0, 0, 0])

    def __init__(self, position):
        self.position = np.array(position, float)


@pytest.mark.parametrize("texels", [24 * 40 * 48, 24 * 40 * 48 // 20])
def test_in_3d_the_line_of_sight_meets_what_is_drawn_and_nothing_else(
    bench, monkeypatch, texels
):
    from napari_label_index._widget.picture import _placement

    monkeypatch.setitem(_placement.MAX_TEXELS, 3, texels)
    bench.layer.scale = (2, 0.5, 0.5)
    bench.viewer.dims.ndisplay = 3
    bench.select(SOME)
    bench.modes.hide_selected()
    kept = np.where(np.isin(VOLUME, OTHERS), VOLUME, 0)
    step = bench.shown.layer.data.placement.step

    n_met = 0
    for y, x in np.ndindex(40 // step[1], 48 // step[2]):
        place = np.array([0, y * step[1], x * step[2]])
        column = kept[:: step[0], place[1], place[2]]
        expected = (column[column > 0][:1].tolist() or [0])[0]
        small = np.unique(kept[:, place[1] : place[1] + step[1],
                               place[2] : place[2] + step[2]])  # fmt: skip
        centre = bench.shown.layer.data_to_world((0, y + 0.2, x + 0.2))
        found = bench.shown.label_in_3d(Look(centre))
        assert found == expected or (found in small and max(step) > 1)
        n_met += found > 0
    assert n_met > 20
    assert bench.shown.label_in_3d(Look((0, -500, 0))) == 0
