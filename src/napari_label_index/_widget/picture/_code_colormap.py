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

    For a thumbnail napari would look them up in a dictionary of numba's: that compiles
    for half a second in each process, for 8 s in a new environment, and in the thread
    that shows the window.
    """

    def map(self, values: Any) -> npt.NDArray[np.floating[Any]]:
        """Return the colours of values, ``(..., 4)``."""
        is_codes = isinstance(values, np.ndarray) and values.dtype == np.uint8
        if not is_codes or self.use_selection:
            return np.asarray(super().map(values))
        table = np.tile(np.asarray(self.default_color), (N_CODES, 1))
        for code, color in self.color_dict.items():
            if code is not None and 0 <= code < N_CODES:
                table[code] = color
        found: npt.NDArray[np.floating[Any]] = table[values]
        return found


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
