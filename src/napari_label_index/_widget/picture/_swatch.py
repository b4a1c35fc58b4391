"""The colours that a layer gives its labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from napari.layers import Labels

    from napari_label_index._typing import FloatArray


def label_colors(layer: Labels, labels: npt.ArrayLike) -> FloatArray:
    """Colours of `labels` as `layer` paints them, in one vectorised call.

    A layer that shows its selected label alone still gets a colour for each row:
    the table would be blank otherwise.

    Parameters
    ----------
    layer : napari.layers.Labels
        The layer that paints them.
    labels : (n,) array of int
        Any ids; background is transparent.

    Returns
    -------
    colors : (n, 4) array of float64
        RGBA from 0 to 1, without the layer's opacity.
    """
    colormap = layer.colormap
    if colormap.use_selection:
        colormap = colormap.model_copy(update={"use_selection": False})
    colors: FloatArray = np.asarray(colormap.map(np.asarray(labels)), np.float64)
    return colors.reshape(-1, 4)
