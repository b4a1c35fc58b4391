"""The colours that cover most of an image: one of them is its background."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from napari_label_index.io import Color, ColorLabels

N_FREQUENT = 8


class FrequentColor(NamedTuple):
    """A colour, and the part of the image that has it."""

    color: Color
    share: float  # 0 to 1


def frequent_colors(
    labels: ColorLabels, background: Color | None
) -> tuple[FrequentColor, ...]:
    """Return the colours that most voxels have, the most frequent first.

    What is no label has the colour of the background, or cannot be seen.
    """
    table = labels.table
    order = np.argsort(-table.voxel_counts, kind="stable")[:N_FREQUENT]
    n_voxels = max(1, prod(labels.index.shape))
    counts = [(_color(table.colors[i]), int(table.voxel_counts[i])) for i in order]
    n_rest = n_voxels - labels.index.n_voxels
    if background is not None and n_rest:
        counts.append((background, n_rest))
    counts.sort(key=lambda counted: -counted[1])
    return tuple(FrequentColor(color, n / n_voxels) for color, n in counts[:N_FREQUENT])


def _color(row: np.ndarray) -> Color:
    red, green, blue = row.tolist()
    return (red, green, blue)
