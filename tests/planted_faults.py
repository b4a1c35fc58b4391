"""A volume with known faults, for tests that must find each of them."""

from __future__ import annotations

import numpy as np

WHOLE = (1, 2, 6, 9, 10)  # cubes of 6 x 6 x 6 voxels
SPLIT = 3  # two halves of a cube, one slice apart
CORNER = 4  # two cubes that meet at one corner only
HOLLOW = 5  # a cube with a cavity of one voxel
CUT = (7, 8)  # cut by the low z face, and by the high x face
SPECKS = (11, 300)  # one voxel each
TOUCHING = (9, 10)  # share a face of 6 x 6 voxels


def faulty_volume():
    """Cubes far apart in a volume of 40 x 60 x 60, but for the faults above."""
    volume = np.zeros((40, 60, 60), np.int32)
    places = {1: (4, 4, 4), 2: (4, 4, 20), 3: (4, 20, 4), 4: (20, 4, 4)}
    places |= {5: (20, 20, 4), 6: (20, 20, 20), 7: (0, 40, 40), 8: (20, 40, 54)}
    places |= {9: (30, 40, 20), 10: (30, 46, 20)}
    for label, place in places.items():
        volume[tuple(slice(start, start + 6) for start in place)] = label
    volume[7, 20:26, 4:10] = 0  # splits 3
    volume[26:30, 10:14, 10:14] = CORNER
    volume[23, 23, 7] = 0  # hollows 5
    volume[35, 5, 5], volume[12, 50, 10] = SPECKS
    return volume
