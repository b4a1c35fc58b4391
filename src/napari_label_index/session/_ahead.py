"""What a window shows of an index at once, computed before it gets there.

Each is some array operations, which of ten million labels take a second together: too
long for the thread that shows the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.session._chips import tiny_below

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector
    from napari_label_index.index import LabelIndex

_AT_ONCE = ("area_bbox", "touches_border")


def look_ahead(index: LabelIndex) -> None:
    """Compute what a table asks for first; it stays with the index."""
    tiny_below(index)
    longest_sides(index)
    for name in _AT_ONCE:
        index.column(name)


def longest_sides(index: LabelIndex) -> IntVector:
    """Return the longest side of all bounding boxes along each axis, (ndim,)."""
    found: IntVector = index.remember("longest sides", lambda: _longest_sides(index))
    return found


def _longest_sides(index: LabelIndex) -> IntVector:
    boxes, ndim = index.bboxes, index.ndim
    sides = [boxes[:, ndim + axis] - boxes[:, axis] for axis in range(ndim)]
    return np.array([side.max(initial=0) for side in sides], np.int64)
