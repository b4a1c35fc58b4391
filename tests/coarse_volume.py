"""A small volume of blocks, two voxels wide: labels in several parts, with gaps."""

from __future__ import annotations

import numpy as np


def coarse_volume():
    rng = np.random.default_rng(3)
    coarse = rng.choice([0, 0, 1, 2, 40, 45, 61], (5, 6, 7))
    return np.repeat(np.repeat(coarse, 2, axis=1), 2, axis=2).astype(np.uint16)
