"""What a window shows of an index at once, computed before it gets there.

Each is some array operations, which of ten million labels take half a second together:
too long for the thread that shows the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.session._chips import tiny_below

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector
    from napari_label_index.index import LabelIndex

PLACES = "area_bbox"  # once it is known, boxes and centroids are
_AT_ONCE = (PLACES, "touches_border")
_ROWS = 1 << 14


def look_ahead(index: LabelIndex) -> None:
    """Compute what a table asks for first, of what is at hand; the index keeps it."""
    tiny_below(index)
    if not index.has_places:
        return
    longest_sides(index)
    for name in _AT_ONCE:
        index.column(name)


def longest_sides(index: LabelIndex) -> IntVector:
    """Return the longest side of all bounding boxes along each axis, (ndim,)."""
    found: IntVector = index.remember("longest sides", lambda: _longest_sides(index))
    return found


def _longest_sides(index: LabelIndex) -> IntVector:
    ndim = index.ndim
    longest = np.zeros(ndim, np.int64)
    for first in range(0, len(index), _ROWS):  # which stay in the cache
        boxes = index.bboxes[first : first + _ROWS]
        for axis in range(ndim):
            sides = boxes[:, ndim + axis] - boxes[:, axis]
            longest[axis] = max(longest[axis], sides.max())
    return longest
