"""Slow, obvious answers to compare with."""

from __future__ import annotations

import numpy as np


def labels_of(image, background=0):
    """Sorted ids but the background, as Python ints."""
    return [int(label) for label in np.unique(image) if int(label) != background]


def index_arrays(image, label):
    return np.nonzero(image == label)


def coords(image, label):
    return np.argwhere(image == label)


def positions(image, label):
    return np.flatnonzero(np.ravel(image, order="C") == label)


def bbox(image, label):
    found = coords(image, label)
    return np.concatenate([found.min(axis=0), found.max(axis=0) + 1])


def centroid(image, label):
    return coords(image, label).mean(axis=0)


def box_slices(image, label):
    bounds = bbox(image, label)
    return tuple(map(slice, bounds[: image.ndim], bounds[image.ndim :]))


def runs(image, background=0):
    """Every run as (label, position of the first voxel, length), by label, C order."""
    found = []
    rows = np.ascontiguousarray(image).reshape(-1, image.shape[-1])
    for number, row in enumerate(rows):
        start = 0
        for column in range(1, row.size + 1):
            if column == row.size or row[column] != row[start]:
                if row[start] != background:
                    found.append(
                        (int(row[start]), number * row.size + start, column - start)
                    )
                start = column
    return sorted(found)


def contacts(image, background=0):
    """Faces that two labels share: {(smaller, larger): faces by axis}."""
    found = {}
    for axis in range(image.ndim):
        before = np.take(image, range(image.shape[axis] - 1), axis).ravel().tolist()
        after = np.take(image, range(1, image.shape[axis]), axis).ravel().tolist()
        for pair in zip(before, after, strict=True):
            if pair[0] != pair[1] and background not in pair:
                key = (int(min(pair)), int(max(pair)))
                found.setdefault(key, [0] * image.ndim)[axis] += 1
    return found
