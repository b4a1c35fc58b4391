from __future__ import annotations

import gc

import numpy as np
import pytest
from napari.layers import Labels
from napari.utils.colormaps import DirectLabelColormap

from canvas_mouse import pixel_of, settle
from napari_label_index._widget.picture import _swatch
from napari_label_index._widget.picture._swatch import label_colors
from older_napari import canvas_size

DIRECT = {None: "gray", 0: "transparent", 2: "red", 70_000: (0.1, 0.2, 0.9, 1)}


@pytest.mark.parametrize(
    "dtype", [np.uint8, np.int8, np.uint16, np.int16, np.int32, np.int64, np.uint64]
)
def test_a_swatch_is_the_colour_that_napari_names_for_the_label(dtype):
    layer = Labels(np.zeros((4, 4), dtype))
    limits = np.iinfo(dtype)
    labels = np.array([1, 2, limits.max, limits.min or 5], dtype)

    colors = label_colors(layer, labels)

    assert colors.shape == (4, 4)
    np.testing.assert_allclose(colors, [layer.get_color(label) for label in labels])


def test_swatches_follow_a_direct_colormap():
    layer = Labels(
        np.zeros((4, 4), np.int32), colormap=DirectLabelColormap(color_dict=DIRECT)
    )

    colors = label_colors(layer, [2, 70_000, 5])

    np.testing.assert_allclose(colors[:2], [[1, 0, 0, 1], [0.1, 0.2, 0.9, 1]])
    np.testing.assert_allclose(colors[2], layer.get_color(5))


@pytest.mark.parametrize("is_direct", [False, True])
def test_a_layer_that_shows_one_label_alone_still_gives_all_their_colours(is_direct):
    layer = Labels(np.zeros((4, 4), np.int32))
    if is_direct:
        layer.colormap = DirectLabelColormap(color_dict=DIRECT)
    before = label_colors(layer, [1, 2, 3])

    layer.selected_label, layer.show_selected_label = 2, True

    np.testing.assert_array_equal(label_colors(layer, [1, 2, 3]), before)
    assert layer.show_selected_label


def test_no_labels_have_no_colours():
    assert label_colors(Labels(np.zeros((4, 4), int)), np.zeros(0, int)).shape == (0, 4)


@pytest.mark.parametrize("labels", [[1, 2, 60, 255], [1, 70_000, 2**31 - 1, -5]])
def test_a_swatch_is_the_colour_on_the_screen(make_napari_viewer, labels):
    viewer = make_napari_viewer(show=True)
    picture = np.array(labels).astype(np.int32).repeat(20)[None].repeat(20, 0)
    layer = viewer.add_labels(picture, opacity=1)
    settle()

    screen = viewer.screenshot(canvas_only=True, flash=False)

    shrink = screen.shape[0] / canvas_size(viewer)[0]
    pixels = [pixel_of(viewer, (10, 10 + 20 * place)) for place in range(4)]
    seen = [screen[int(p.y() * shrink), int(p.x() * shrink)] for p in pixels]
    np.testing.assert_allclose(
        np.array(seen) / 255, label_colors(layer, labels), atol=0.01
    )


def test_colours_of_very_many_labels_are_made_on_demand(monkeypatch):
    layer = Labels(np.zeros((2, 2), int))
    labels = np.arange(1, 9)
    expected = label_colors(layer, labels)
    monkeypatch.setattr(_swatch, "_MANY_LABELS", 7)
    monkeypatch.setattr(_swatch, "_KEPT", 3)
    colors = _swatch.Swatches().of(layer, labels)
    assert isinstance(colors, _swatch.ColorsOnDemand)
    for _ in range(2):
        for row in range(8):
            np.testing.assert_array_equal(colors[np.int64(row)], expected[row])
    del layer
    gc.collect()
    assert colors[0].shape == (4,)
