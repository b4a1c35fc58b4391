"""One label, plane by plane: what outlines are traced in."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import BoolArray
    from napari_label_index.index import LabelIndex

__all__ = ["Plane", "iter_planes"]

_SLAB_VOXELS = 1 << 22


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """The voxels of a label in one plane."""

    place: tuple[int, ...]  # on all axes but the last two
    top: int
    left: int
    mask: BoolArray  # (height, width)


def iter_planes(index: LabelIndex, label: int) -> Iterator[Plane]:
    """Yield the planes of the last two axes where a label has voxels."""
    box = index.bbox(label)
    *outer, rows, columns = box
    if not outer:
        yield Plane((), rows.start, columns.start, index.mask(label, box))
        return
    item = prod(window.stop - window.start for window in box[1:])
    thickness = max(1, _SLAB_VOXELS // item)
    for begin in range(box[0].start, box[0].stop, thickness):
        stop = min(begin + thickness, box[0].stop)
        mask = index.mask(label, (slice(begin, stop), *box[1:]))
        starts = (begin, *(window.start for window in outer[1:]))
        has_voxels = mask.any(axis=(-2, -1))
        for inside in np.argwhere(has_voxels).tolist():
            place = tuple(a + b for a, b in zip(inside, starts, strict=True))
            yield Plane(place, rows.start, columns.start, mask[tuple(inside)])
