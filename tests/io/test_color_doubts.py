"""Doubts about colour images: raised on blends, never on objects."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

import color_images
from napari_label_index.io import pack_colors

LABELS = color_images.blobs((4, 200, 200), (4, 9, 9))
DENSE = np.arange(50 * 50).reshape(1, 50, 50).repeat(6, 1).repeat(4, 2) + 1
SPECKS = np.arange(1, 1 + 3 * 100 * 60).reshape(3, 100, 60) // 2
NOISE = np.random.default_rng(5).integers(0, 3000, (4, 120, 130))


def counted(labels):
    """Colours that were counted up, as tools that pack ids write them."""
    return np.stack([labels >> 16 & 255, labels >> 8 & 255, labels & 255], -1)


def smoothed(rgb, change):
    return np.stack([np.asarray(change(Image.fromarray(plane))) for plane in rgb])


def as_jpeg(image, quality, subsampling):
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=quality, subsampling=subsampling)
    return Image.open(stored)


CHANGES = {
    "bilinear": lambda im: im.resize((340, 340), Image.Resampling.BILINEAR),
    "smaller": lambda im: im.resize((120, 120), Image.Resampling.BILINEAR),
    "lanczos": lambda im: im.resize((260, 260), Image.Resampling.LANCZOS),
    "blurred": lambda im: im.filter(ImageFilter.GaussianBlur(0.7)),
    "jpeg 60": lambda im: as_jpeg(im, 60, 2),
    "jpeg 75": lambda im: as_jpeg(im, 75, 2),
    "jpeg 95": lambda im: as_jpeg(im, 95, 0),
    "jpeg 100": lambda im: as_jpeg(im, 100, 0),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("n_colors", [20, 2000])
def test_smoothing_and_jpeg_are_noticed(change, n_colors):
    colors = color_images.random_colors(n_colors)
    rgb = colors[np.where(LABELS, 1 + LABELS % (n_colors - 1), 0)]
    assert pack_colors(rgb).doubts == (), "test invalid: they were there before"
    doubts = pack_colors(smoothed(rgb, change)).doubts
    assert len(doubts) == 1
    assert "slivers that blend into what is beside them" in doubts[0]


@pytest.mark.parametrize(
    "labels",
    [LABELS, DENSE, SPECKS, NOISE],
    ids=["blobs", "dense", "specks of two voxels", "noise"],
)
@pytest.mark.parametrize("how", ["random", "few", "counted", "counted from 10^6"])
def test_objects_raise_no_doubt(labels, how):
    if how == "random":
        rgb = color_images.random_colors(labels.max() + 1)[labels]
    elif how == "few":
        rgb = color_images.random_colors(20)[labels % 20]
    else:
        shift = 10**6 if "from" in how else 0
        rgb = counted(np.where(labels, labels + shift, 0)).astype(np.uint8)
    assert pack_colors(rgb, background=None).doubts == ()


@pytest.mark.parametrize("name", ["snemi_fragments", "stardist_mask3d", "cremi_labels"])
def test_real_labels_raise_no_doubt(shared_data, name):
    from napari_label_index.io import read_label_image

    labels = np.asarray(read_label_image(shared_data / f"{name}.tif").data)[:8]
    _, dense = np.unique(labels, return_inverse=True)
    rgb = color_images.random_colors(int(dense.max()) + 1)[dense.reshape(labels.shape)]
    for pixels in (rgb, counted(labels.astype(np.int64)).astype(np.uint8)):
        assert pack_colors(pixels, background=None).doubts == ()


def test_sixteen_bits_are_looked_at_in_the_same_way():
    colors = color_images.random_colors(50)
    rgb = colors[np.where(LABELS, 1 + LABELS % 49, 0)]
    blurred = smoothed(rgb, CHANGES["blurred"]).astype(np.uint16) * 257
    assert len(pack_colors(blurred).doubts) == 1
    assert pack_colors(rgb.astype(np.uint16) * 257).doubts == ()


def test_a_background_that_was_not_named_is_pointed_at():
    rgb = color_images.random_colors(LABELS.max() + 1)[LABELS]
    rgb[LABELS == 0] = (250, 255, 245)
    told = pack_colors(rgb).doubts
    assert len(told) == 1
    assert "#fafff5 covers " in told[0]
    assert pack_colors(rgb, background="#fafff5").doubts == ()
    assert pack_colors(rgb, background=None).doubts == ()
