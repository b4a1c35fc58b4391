"""The highlight is seen on a dark canvas and on a light one."""

from __future__ import annotations

import numpy as np
from napari.components import ViewerModel

from napari_label_index._widget.picture._highlight import Highlight
from napari_label_index._widget.picture._run_picture import SOLID
from napari_label_index.index import build_index

VOLUME = np.array([[[0, 5], [5, 7]]])
WHITE, BLACK = [1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 1.0]


def color_of(highlight):
    return list(highlight.layer.colormap.map(np.array([SOLID], np.uint8))[0])


def test_it_is_white_on_dark_and_black_on_light():
    for theme, color in (("dark", WHITE), ("light", BLACK)):
        viewer = ViewerModel()
        viewer.theme = theme
        highlight = Highlight(viewer)
        highlight.show(viewer.add_labels(VOLUME), build_index(VOLUME), [5])
        assert color_of(highlight) == color


def test_it_follows_a_change_of_theme():
    viewer = ViewerModel()
    viewer.theme = "dark"
    highlight = Highlight(viewer)
    highlight.use_theme()  # nothing is shown yet
    highlight.show(viewer.add_labels(VOLUME), build_index(VOLUME), [5])
    viewer.theme = "light"
    highlight.use_theme()
    assert color_of(highlight) == BLACK
