"""Two label images of one volume that differ in known ways."""

from __future__ import annotations

import numpy as np

from napari_label_index._samples import ellipsoids

# Of the first image, seen from there.
MATCH, MISSING_THERE = 5, 9
SPLIT = (11, 12)  # one object of the second image, JOINED
JOINED = 11
MERGED, PIECES = 20, (20, 101)  # in two pieces in the second image
ADDED = 102  # in the second image alone


def two_images():
    """27 objects; one split, one merge, one missing, one added."""
    first = ellipsoids((36, 60, 60), (3, 3, 3), (0.35, 0.45), seed=3)
    first[(first > 0)] = np.unique(first[first > 0], return_inverse=True)[1] + 1
    second = first.copy()
    second[second == MISSING_THERE] = 0
    second[second == SPLIT[1]] = JOINED
    planes = np.nonzero((second == MERGED).any(axis=(1, 2)))[0]
    middle = planes[len(planes) // 2]
    upper = second[middle:]
    upper[upper == MERGED] = PIECES[1]
    empty = np.argwhere((first == 0) & (second == 0))[0]
    second[tuple(empty)] = ADDED
    return first, second
