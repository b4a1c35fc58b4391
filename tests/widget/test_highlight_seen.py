"""The highlight is seen on what is dark and on what is light, under every theme."""

from __future__ import annotations

import numpy as np
import pytest

from canvas_mouse import settle
from napari_label_index._widget.picture._highlight import Highlight
from napari_label_index.index import build_index

LABEL_IMAGE = np.zeros((3, 24, 24), np.int32)
LABEL_IMAGE[:, 8:16, 8:16] = 5
LABEL_IMAGE[1, 2, 20] = 7  # one voxel
INDEX = build_index(LABEL_IMAGE)
APART = 0.5  # in the cube of red, green and blue, of edge 1


@pytest.mark.parametrize(
    ("theme", "level"), [("light", 0.0), ("dark", 0.5), ("dark", 1.0)]
)
@pytest.mark.parametrize("ndisplay", [2, 3])
@pytest.mark.parametrize("label", INDEX.labels.tolist())
def test_it_is_told_apart_from_what_lies_below(
    make_napari_viewer, theme, level, ndisplay, label
):
    viewer = make_napari_viewer(show=True)
    viewer.theme = theme
    picture = np.full(LABEL_IMAGE.shape, level, np.float32)
    viewer.add_image(picture, contrast_limits=(0, 1), blending="opaque")
    source = viewer.add_labels(LABEL_IMAGE, opacity=0)
    viewer.dims.ndisplay = ndisplay
    viewer.dims.set_point(0, 1)
    settle()
    before = viewer.screenshot(flash=False)[..., :3] / 255

    Highlight(viewer).show(source, INDEX, [label])
    settle()

    after = viewer.screenshot(flash=False)[..., :3] / 255
    apart = np.linalg.norm(after - before, axis=2)
    assert np.count_nonzero(apart >= APART) >= 9, "pixels that are seen"


def test_an_object_has_a_rim_in_a_slice_that_ends_with_the_image(make_napari_viewer):
    label_image = np.zeros((5, 6), np.int32)
    label_image[1:4, 4:] = 3
    viewer = make_napari_viewer()
    source = viewer.add_labels(label_image)
    highlight = Highlight(viewer)
    highlight.show(source, build_index(label_image), [3])
    picture = np.asarray(highlight.layer._slice.image.raw)
    assert picture.tolist() == [
        [0, 3, 3],
        [3, 1, 1],
        [3, 1, 1],
        [3, 1, 1],
        [0, 3, 3],
    ]
    assert tuple(highlight.layer.translate) == (0, 3)
