"""What the dock says of images that are no label images, however they came."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.index import LIKE_AN_IMAGE

WAIT_MS = 60_000
IMAGES = {
    "float32": (np.zeros((4, 5), np.float32), {}),
    "colour": (np.zeros((4, 5, 3), np.uint8), {"rgb": True}),
}


@pytest.mark.parametrize("kind", IMAGES)
def test_an_image_that_cannot_be_used_says_why_and_what_to_do(bare, kind):
    viewer, widget = bare()
    before = widget.table.hint.text()
    image, options = IMAGES[kind]
    viewer.add_image(image, name="scan", **options)
    hint = widget.table.hint.text()
    assert hint != before
    assert "'scan'" in hint
    assert kind in hint
    assert str(image.dtype) in hint
    assert "whole numbers" in hint
    viewer.layers.clear()
    assert widget.table.hint.text() == before


def test_an_image_that_can_be_used_goes_first(bare):
    viewer, widget = bare()
    viewer.add_image(np.zeros((4, 5), np.float32), name="scan")
    viewer.add_image(np.zeros((4, 5), np.uint16), name="ids")
    assert "'scan'" not in widget.table.hint.text()
    assert "'ids'" in widget.chooser.use_button.text()


@pytest.mark.parametrize(
    ("shape", "dtype", "is_told"),
    [
        ((6, 5, 3), np.uint8, True),
        ((2, 6, 5, 4), np.uint8, True),
        ((6, 5, 3), np.uint16, False),
        ((6, 5, 5), np.uint8, False),
        ((6, 3), np.uint8, False),
    ],
)
def test_a_colour_image_added_as_labels_is_told(bare, shape, dtype, is_told):
    viewer, widget = bare()
    viewer.add_labels(np.ones(shape, dtype))
    warning = widget.chooser.warning
    assert warning.isHidden() != is_told
    assert ("colour" in warning.text()) == is_told
    viewer.layers.clear()
    assert warning.isHidden()


def test_an_intensity_image_that_was_indexed_is_told(bare, qtbot):
    viewer, widget = bare()
    noise = np.random.default_rng(0).integers(1, 30, (10, 12, 12), np.int32)
    viewer.add_labels(noise)
    widget.index_button.click()
    qtbot.waitUntil(lambda: widget.session.index is not None, timeout=WAIT_MS)
    assert widget.banner.text() == LIKE_AN_IMAGE
    assert widget.banner.isVisibleTo(widget)
    viewer.layers.clear()
    assert widget.banner.isHidden()
