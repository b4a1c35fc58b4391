"""A colour for each of a few codes, looked up without a compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from napari.utils.colormaps import DirectLabelColormap

from napari_label_index._widget.picture._run_picture import FILL, RIM, SOLID

if TYPE_CHECKING:
    import numpy.typing as npt

N_CODES = 256


class CodeColormap(DirectLabelColormap):
    """Colours of a layer of uint8.

    For a thumbnail and for the picture napari would look them up in a dictionary of
    numba's: that compiles for half a second in each process, for 8 s in a new
    environment, and in the thread that shows the window.
    """

    def map(self, values: Any) -> npt.NDArray[np.floating[Any]]:
        """Return the colours of values, ``(..., 4)``."""
        if _are_codes(values) and not self.use_selection:
            return self._colors_of(values)
        return np.asarray(super().map(values))

    def _map_without_cache(self, values: Any) -> npt.NDArray[np.floating[Any]]:
        """Return the same for the canvas of napari, which asks here for all codes."""
        if _are_codes(values):
            return self._colors_of(values)
        return np.asarray(super()._map_without_cache(values))

    def _colors_of(self, codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        table = np.tile(np.asarray(self.default_color, np.float32), (N_CODES, 1))
        for code, color in self.color_dict.items():
            if code is not None and 0 <= code < N_CODES:
                table[code] = color
        found: npt.NDArray[np.float32] = table[codes]
        return found


def _are_codes(values: Any) -> bool:
    return isinstance(values, np.ndarray) and values.dtype == np.uint8


def two_tone(
    color: tuple[float, float, float], fill: float, rim: float
) -> CodeColormap:
    """Return a colour for outlines, at `fill` inside of them, and black around them."""
    clear = (0.0, 0.0, 0.0, 0.0)
    return CodeColormap(
        color_dict={
            None: clear,
            0: clear,
            SOLID: (*color, 1.0),
            FILL: (*color, fill),
            RIM: (0.0, 0.0, 0.0, rim),
        }
    )
