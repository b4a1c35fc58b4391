from __future__ import annotations

import numpy as np
import pytest

from napari_label_index._samples import ellipsoids
from napari_label_index.index import build_index, looks_like_intensities


def noise(dtype, high):
    return np.random.default_rng(0).integers(0, high, (20, 30, 40), dtype)


def skeletons():
    """Lines one voxel wide along the first axis."""
    image = np.zeros((50, 20, 20), np.int32)
    image[:, ::4, ::4] = np.arange(1, 26).reshape(5, 5)
    return image


def specks():
    """One voxel in two is an object, numbered as a segmentation does."""
    image = np.zeros((20, 30, 40), np.int32)
    image[..., ::2] = np.arange(1, 12_001).reshape(20, 30, 20)
    return image


LABELS = {
    "cells": ellipsoids((20, 40, 40), (2, 4, 4)),
    "tissue": ellipsoids((20, 40, 40), (4, 8, 8), (0.6, 1.0)),
    "one object": np.ones((20, 30, 40), np.uint8),
    "skeletons": skeletons(),
    "every voxel a label": np.arange(24_000).reshape(20, 30, 40),
    "specks": specks(),
    "a flat volume": np.repeat(np.arange(1, 26), 100).reshape(50, 50, 1),
    "too few to tell": noise(np.uint8, 4)[:1, :5, :5],
    "nothing": np.zeros((4, 5), np.uint8),
}


@pytest.mark.parametrize(
    ("dtype", "high"),
    [(np.uint8, 256), (np.uint16, 500), (np.uint16, 4096), (np.uint16, 2**16)],
)
def test_noise_is_told_from_labels(dtype, high):
    assert looks_like_intensities(build_index(noise(dtype, high)))


@pytest.mark.parametrize("kind", LABELS)
def test_labels_are_not_taken_for_an_image(kind):
    assert not looks_like_intensities(build_index(LABELS[kind]))
