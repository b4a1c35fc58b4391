from __future__ import annotations

import numpy as np
import pytest

from napari_label_index._samples import ellipsoids
from napari_label_index.index import build_index
from napari_label_index.session import looks_like_intensities


def noise(dtype, high):
    return np.random.default_rng(0).integers(0, high, (20, 30, 40), dtype)


def skeletons():
    """Lines one voxel wide along the first axis."""
    image = np.zeros((50, 20, 20), np.int32)
    image[:, ::4, ::4] = np.arange(1, 26).reshape(5, 5)
    return image


LABELS = {
    "cells": ellipsoids((20, 40, 40), (2, 4, 4)),
    "tissue": ellipsoids((20, 40, 40), (4, 8, 8), (0.6, 1.0)),
    "one object": np.ones((20, 30, 40), np.uint8),
    "skeletons": skeletons(),
    "every voxel a label": np.arange(24_000).reshape(20, 30, 40),
    "too few to tell": noise(np.uint8, 4)[:1, :5, :5],
    "nothing": np.zeros((4, 5), np.uint8),
}


@pytest.mark.parametrize(("dtype", "high"), [(np.uint8, 256), (np.uint16, 500)])
def test_noise_is_told_from_labels(dtype, high):
    assert looks_like_intensities(build_index(noise(dtype, high)))


@pytest.mark.parametrize("kind", LABELS)
def test_labels_are_not_taken_for_an_image(kind):
    assert not looks_like_intensities(build_index(LABELS[kind]))
