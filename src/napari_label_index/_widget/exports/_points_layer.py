"""Coordinates as a Points layer of napari: the only export that writes no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index._widget._layer_facts import transform_of
from napari_label_index._widget._wording import count

if TYPE_CHECKING:
    from napari.layers import Labels
    from napari.viewer import Viewer

    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex

# napari takes 1 to 2 s to show these, and holds some 200 bytes for each.
MAX_POINTS = 500_000


def too_many_points(n_voxels: int) -> str:
    """Say that there are too many points; nothing where there are not."""
    if n_voxels <= MAX_POINTS:
        return ""
    return (
        f"{count(n_voxels, 'voxel')}; a Points layer is made of at most"
        f" {MAX_POINTS:,}. Choose fewer labels, or write Coordinates."
    )


def add_points(
    viewer: Viewer,
    layer: Labels | None,
    index: LabelIndex,
    labels: LabelArray | None,
) -> str:
    """Add a point for each voxel of some labels, where the layer has it.

    Parameters
    ----------
    viewer
        Gets the layer.
    layer
        Whose place in the world the points take.
    index, labels
        Which voxels; None is for all labels.
    """
    if index.is_by_time:
        index, labels = index.by_label(labels), None
    chosen = index.labels if labels is None else labels
    blocks = list(index.iter_coords(chosen, MAX_POINTS))
    ids = np.concatenate([each for each, _ in blocks])
    points = np.concatenate([coords for _, coords in blocks])
    place = {} if layer is None else transform_of(layer)
    name = f"{index.source or 'labels'} voxels"
    viewer.add_points(
        points, name=name, features={"label": ids}, size=1, border_width=0, **place
    )
    voxels, of = count(len(points), "voxel"), count(len(chosen), "label")
    return f"Added {voxels} of {of} as the Points layer {name!r}."
