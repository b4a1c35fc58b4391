"""Colours of labels as codes: those of a layer, or those of a column."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from napari.utils.colormaps import ensure_colormap

from napari_label_index._widget.modes._modes_layer import Palette
from napari_label_index.session import N_LEVELS

if TYPE_CHECKING:
    from napari_label_index._typing import FloatArray
    from napari_label_index.session import ColorScale

_MAX_CODES = 255
# Even steps to the eye, in the order of lightness: no colour vision is needed.
_COLORMAP = "viridis"
NO_VALUE_COLOR = (0.55, 0.55, 0.55, 1.0)


@lru_cache
def level_colors() -> FloatArray:
    """(N_LEVELS, 4) colours of the levels, from low to high."""
    colors: FloatArray = ensure_colormap(_COLORMAP).map(np.linspace(0, 1, N_LEVELS))
    return np.asarray(colors, np.float64)


def palette_of_scale(scale: ColorScale) -> Palette:
    """Colours by the values of a column; grey where there is none."""
    return Palette(scale.levels, np.vstack([level_colors(), NO_VALUE_COLOR]))


def palette_of_colors(colors: FloatArray) -> Palette:
    """Colours of a layer's own, one row for each label.

    napari's cyclic colours are 50 at most. Where a layer has more than 255, they are
    rounded to six levels of red, green and blue.
    """
    rgba = np.round(np.clip(colors, 0, 1) * 255).astype(np.uint8)
    first, codes = _distinct(rgba)
    if len(first) > _MAX_CODES:
        rgba = np.round(rgba / 51).astype(np.uint8) * 51
        rgba[:, 3] = np.where(rgba[:, 3] > 0, 255, 0)
        rgba[rgba[:, 3] == 0] = 0
        first, codes = _distinct(rgba)
        colors = rgba / 255
    chosen: FloatArray = colors[first]
    seen = chosen[:, 3] > 0
    code_of = np.where(seen, np.cumsum(seen), 0).astype(np.uint8)
    return Palette(code_of[codes], chosen[seen])


def _distinct(rgba: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row at which each colour is first, and the number of the colour of each row."""
    packed = np.ascontiguousarray(rgba).view(np.uint32).reshape(-1)
    _, first, codes = np.unique(packed, return_index=True, return_inverse=True)
    return first, codes.reshape(-1)
