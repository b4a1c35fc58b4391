"""Which layers can be compared with the one that is indexed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari.layers import Labels

from napari_label_index._widget._layer_facts import voxels_of
from napari_label_index._widget._proxies import unproxied
from napari_label_index._widget.compare import _compare_text as text
from napari_label_index._widget.picture._highlight import is_highlight

if TYPE_CHECKING:
    from collections.abc import Iterable


def choices_beside(
    first: Labels | None, layers: Iterable[Any]
) -> tuple[list[Labels], str]:
    """Return the Labels layers of the same shape, or in words why there are none."""
    if first is None:
        return [], text.NOT_INDEXED
    others = [
        layer
        for layer in map(unproxied, layers)
        if isinstance(layer, Labels) and layer is not first and not is_highlight(layer)
    ]
    shape = voxels_of(first).shape
    fitting = [layer for layer in others if voxels_of(layer).shape == shape]
    if fitting:
        return fitting, ""
    if not others:
        return [], text.NO_OTHER
    return [], text.other_shapes(others[-1].name, voxels_of(others[-1]).shape, shape)
