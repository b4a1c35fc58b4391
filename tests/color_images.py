"""Colour-coded volumes for tests, and what they hold by a slow, obvious way."""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

from napari_label_index._samples import ellipsoids


def painted(labels, colors):
    """Give each label a colour; label 0 is row 0 of `colors`."""
    return np.asarray(colors)[labels]


def blobs(shape=(12, 60, 70), size=(3, 7, 8)):
    """A small volume of separate objects, labelled 1, 2, and on."""
    return ellipsoids(shape, size)


def random_colors(n, dtype=np.uint8, seed=3):
    """Return n colours, no two alike, the first of them black."""
    rng = np.random.default_rng(seed)
    top = np.iinfo(dtype).max + 1
    found = np.unique(rng.integers(1, top, (4 * n, 3)).astype(dtype), axis=0)
    colors = rng.permutation(found)[:n]
    colors[0] = 0
    return colors


def packed_slowly(rgb):
    """Return the ids of colours, voxel by voxel in Python's own integers."""
    bits = 8 * rgb.dtype.itemsize
    pixels = rgb[..., :3].reshape(-1, 3).tolist()
    ids = [red << 2 * bits | green << bits | blue for red, green, blue in pixels]
    return np.array(ids, np.uint64).reshape(rgb.shape[:-1])


def parts_slowly(rgb):
    """Return (colour, voxels) of every connected part of every colour but black."""
    ids = packed_slowly(rgb)
    found = []
    for label in np.unique(ids[ids != 0]).tolist():
        parts, n_parts = ndimage.label(ids == label)
        color = tuple(rgb[ids == label][0].tolist())
        for number in range(1, n_parts + 1):
            found.append((color, np.argwhere(parts == number).tolist()))
    return found


def save_pngs(folder, rgb, name="s{}.png"):
    """Write each slice of an image in colour as a PNG."""
    folder.mkdir(exist_ok=True)
    for number, plane in enumerate(rgb):
        Image.fromarray(plane).save(folder / name.format(number))
