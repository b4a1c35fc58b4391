"""Exact outlines of a mask, and the mask of outlines again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.kernels import count_corners, trace_outlines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_label_index._typing import BoolArray, IntVector

__all__ = ["fill", "trace"]


def trace(mask: BoolArray) -> list[IntVector]:
    """Return the corners (n, 2) as x, y of every outline along the edges of pixels.

    Pixel (y, x) covers x to x + 1 and y to y + 1. Outlines around holes are among them;
    a pixel is inside where an odd number of outlines goes around it.
    """
    plain = np.ascontiguousarray(mask).view(np.uint8)
    n_corners = count_corners(plain)
    points = np.empty((n_corners, 2), np.int32)
    ends = np.empty(n_corners // 4 + 1, np.int64)
    n_outlines = trace_outlines(plain, np.zeros_like(plain), points, ends)
    return np.split(points, ends[: n_outlines - 1]) if n_outlines else []


def fill(outlines: Iterable[IntVector], height: int, width: int) -> BoolArray:
    """Return the mask (height, width) that outlines along pixel edges go around.

    Raises
    ------
    ValueError
        If an outline has slanted edges, or leaves the mask.
    """
    # Each upright edge turns inside and outside round for all pixels right of it.
    turns = np.zeros((height, width + 1), np.uint8)
    for outline in outlines:
        following = np.roll(outline, -1, axis=0)
        is_upright = outline[:, 0] == following[:, 0]
        if not (is_upright | (outline[:, 1] == following[:, 1])).all():
            raise ValueError("an outline does not follow the edges of pixels")
        if outline.min() < 0 or (outline > [width, height]).any():
            raise ValueError("an outline leaves the box of its label")
        for (x, y), (_, other_y) in zip(
            outline[is_upright].tolist(), following[is_upright].tolist(), strict=True
        ):
            turns[min(y, other_y) : max(y, other_y), x] ^= 1
    mask: BoolArray = np.bitwise_xor.accumulate(turns, axis=1)[:, :width].view(np.bool_)
    return mask
