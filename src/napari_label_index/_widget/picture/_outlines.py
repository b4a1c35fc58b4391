"""Which texels of a slice lie inside of an outline, and which lie around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import BoolArray


def surrounded(painted: npt.NDArray[Any]) -> BoolArray:
    """Return the texels, (h, w), whose four neighbours are as they are themselves.

    Beyond the edge of the slice lies something else.
    """
    found = np.zeros(painted.shape, np.bool_)
    middle, inner = found[1:-1, 1:-1], painted[1:-1, 1:-1]
    np.equal(painted[:-2, 1:-1], inner, out=middle)
    middle &= painted[2:, 1:-1] == inner
    middle &= painted[1:-1, :-2] == inner
    middle &= painted[1:-1, 2:] == inner
    return found


def rim_of(inside: BoolArray) -> BoolArray:
    """Return the texels, (h, w), outside, one of whose four neighbours is inside."""
    rim = np.zeros_like(inside)
    rim[1:] |= inside[:-1]
    rim[:-1] |= inside[1:]
    rim[:, 1:] |= inside[:, :-1]
    rim[:, :-1] |= inside[:, 1:]
    rim &= ~inside
    return rim
