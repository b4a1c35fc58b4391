"""The colours that a layer gives its labels."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari.layers import Labels

    from napari_label_index._typing import FloatArray, LabelArray

_MANY_LABELS = 500_000  # above, their colours take half a second and 32 bytes a label
_KEPT = 10_000


class ColorsOnDemand:
    """Colours of very many labels, each asked for when it is painted.

    Parameters
    ----------
    layer : napari.layers.Labels
    labels : (n,) array of int
    """

    def __init__(self, layer: Labels, labels: LabelArray) -> None:
        self._layer = weakref.ref(layer)
        self._labels = labels
        self._known: dict[int, FloatArray] = {}

    def __getitem__(self, row: int) -> FloatArray:
        """Return the colour of one label, (4,)."""
        found = self._known.get(int(row))
        layer = self._layer()
        if found is None:
            if layer is None:
                return np.zeros(4)
            found = label_colors(layer, self._labels[row : row + 1])[0]
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[int(row)] = found
        return found


class Swatches:
    """The colours of a layer's labels; those that are known are not asked for again."""

    def __init__(self) -> None:
        self._layer: Callable[[], Labels | None] = lambda: None
        self._labels: LabelArray = np.empty(0, np.int64)
        self._colors: FloatArray = np.empty((0, 4))

    def of(self, layer: Labels, labels: LabelArray) -> FloatArray | ColorsOnDemand:
        """Return the colours of sorted `labels`, (n, 4)."""
        if len(labels) > _MANY_LABELS:
            return ColorsOnDemand(layer, labels)
        is_known = layer is self._layer() and labels.dtype == self._labels.dtype
        if not is_known:
            self._layer, self._labels = weakref.ref(layer), labels
            self._colors = label_colors(layer, labels)
        elif not np.array_equal(labels, self._labels):
            self._colors = self._with_new(layer, labels)
            self._labels = labels
        return self._colors

    def forget(self) -> None:
        """Ask the layer for all of them again."""
        self._layer = lambda: None

    def _with_new(self, layer: Labels, labels: LabelArray) -> FloatArray:
        """Keep the colours of labels that were there before."""
        colors = np.empty((len(labels), 4))
        rows = np.searchsorted(self._labels, labels)
        rows = np.minimum(rows, max(len(self._labels) - 1, 0))
        is_old = np.zeros(len(labels), bool)
        if len(self._labels):
            is_old = self._labels[rows] == labels
        colors[is_old] = self._colors[rows[is_old]]
        colors[~is_old] = label_colors(layer, labels[~is_old])
        return colors


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
