"""Colours of codes: those that napari would give, without its compiler."""

from __future__ import annotations

import numpy as np
import pytest
from napari.layers import Labels
from napari.utils.colormaps import DirectLabelColormap

from child_processes import said_by
from napari_label_index._widget.picture._code_colormap import CodeColormap, two_tone

CODES = np.arange(256, dtype=np.uint8).reshape(16, 16)
MANY = {None: np.zeros(4), 0: np.zeros(4)} | {
    code: np.array([code / 255, 1 - code / 255, 0.5, 1]) for code in range(1, 256)
}


@pytest.mark.parametrize("color_dict", [two_tone((1, 0, 0.9), 0.6, 1).color_dict, MANY])
@pytest.mark.parametrize("use_selection", [False, True])
def test_codes_have_the_colours_that_napari_gives(color_dict, use_selection):
    options = {"use_selection": use_selection, "selection": 2}
    ours = CodeColormap(color_dict=color_dict, **options)
    naparis = DirectLabelColormap(color_dict=color_dict, **options)
    np.testing.assert_allclose(ours.map(CODES), naparis.map(CODES))
    np.testing.assert_allclose(ours.map(3), naparis.map(3))
    for_canvas = [each._get_mapping_from_cache(CODES.dtype) for each in (ours, naparis)]
    np.testing.assert_allclose(*for_canvas)


def test_a_layer_keeps_the_colormap_and_has_its_colours():
    colormap = two_tone((1, 0, 0.9), 0.6, 1)
    layer = Labels(CODES, colormap=colormap)
    assert type(layer.colormap) is CodeColormap
    np.testing.assert_allclose(layer.get_color(2), [1, 0, 0.9, 0.6])


def test_the_first_highlight_of_a_process_compiles_nothing():
    compiled = said_by(
        """
        import numpy as np
        from napari.components import ViewerModel
        from numba.core import event
        from child_processes import say
        from napari_label_index._widget.picture._highlight import Highlight
        from napari_label_index.index import build_index, warm_up

        class Heard(event.Listener):
            def on_start(self, started):
                say(started.data["dispatcher"].py_func.__name__)
            def on_end(self, ended):
                pass

        volume = np.zeros((5, 30, 30), np.int32)
        volume[1:3, 5:9, 5:9] = 3
        warm_up(volume.dtype)
        index, viewer = build_index(volume), ViewerModel()
        layer = viewer.add_labels(volume)
        event.register("numba:compile", Heard())
        Highlight(viewer).show(layer, index, [3])
        viewer.dims.ndisplay = 3
        viewer.layers[-1].colormap._get_mapping_from_cache(volume.astype("u1").dtype)
        """
    )
    assert not [name for name in compiled if not name.startswith("_zero_preserving")]
