"""File > Open Sample: a ball of cells, ready to be indexed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index._samples import ellipsoids

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray

_SHAPE = (160, 416, 416)
_GRID = (17, 21, 21)
_SPACING_UM = (0.8, 0.4, 0.4)  # slices further apart than pixels, as is usual


def generated_cells() -> list[tuple[LabelArray, dict[str, Any], str]]:
    """Make one Labels layer: some 3,000 cells in a ball, 28 million voxels."""
    label_image = _inside_ball(ellipsoids(_SHAPE, _GRID, (0.45, 0.75), seed=7))
    meta = {
        "name": "generated cells",
        "scale": _SPACING_UM,
        "units": ("micrometer",) * 3,
        "axis_labels": ("z", "y", "x"),
    }
    return [(label_image, meta, "labels")]


def _inside_ball(label_image: LabelArray) -> LabelArray:
    """Keep the objects that lie wholly inside, numbered 1 to N without a gap."""
    axes = [np.linspace(-1, 1, size) ** 2 for size in label_image.shape]
    outside = np.add.outer(np.add.outer(axes[0], axes[1]), axes[2]) > 1
    kept = np.ones(int(label_image.max()) + 1, bool)
    kept[label_image[outside]] = False  # background lies outside as well
    new_ids = np.cumsum(kept, dtype=label_image.dtype) * kept
    renumbered: LabelArray = new_ids[label_image]
    return renumbered
