"""Colours -> ids: three numbers per voxel become one."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel


@kernel
def pack_colors(red, green, blue, bits, background, has_background, black, packed):
    """Write ``red << 2 * bits | green << bits | blue`` for every voxel.

    Parameters
    ----------
    red, green, blue : (n,) unsigned
    bits : of a channel, 8 or 16
    background : the packed colour that becomes 0
    has_background : False where no colour is background
    black : what black becomes, unless it is the background
    packed : (n,) uint32 or uint64, filled
    """
    one, two = np.uint64(bits), np.uint64(2 * bits)
    for k in range(np.uint64(packed.size)):
        color = (np.uint64(red[k]) << two) | (np.uint64(green[k]) << one)
        color |= np.uint64(blue[k])
        if has_background and color == background:
            packed[k] = 0
        elif color == 0:
            packed[k] = black
        else:
            packed[k] = color
