"""What touches one label, without the contacts of all others.

Only labels whose boxes meet that of the label, with a voxel around it, can touch it.
They are few, and so this takes a moment where all contacts of a dataset take minutes.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._neighbours import Contacts, window_contacts
from napari_label_index.index._pairs import add_up_pairs
from napari_label_index.index._rows import as_planes
from napari_label_index.index._window import rows_meeting

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector
    from napari_label_index.index._runs import RunTable

_WINDOW_ROWS = 1 << 22  # of voxels, at 8 bytes each


def find_touching(
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    row: int,
    time_axis: int | None = None,
) -> tuple[IntVector, IntVector]:
    """Return the rows that touch a row, sorted, and the faces shared, (n, ndim)."""
    ndim = len(shape)
    starts, stops = bboxes[row, :ndim] - 1, bboxes[row, ndim:] + 1
    box = tuple(
        slice(max(int(start), 0), int(stop))
        for start, stop in zip(starts, stops, strict=True)
    )
    near = rows_meeting(bboxes, box, shape)
    table, near_boxes = runs.take(near), bboxes[near]
    padded, near_boxes = as_planes(shape, near_boxes)
    first, last = (box[0].start, min(box[0].stop, shape[0])) if ndim > 1 else (0, 1)
    thickness = max(1, _WINDOW_ROWS // max(prod(padded[1:-1]), 1))
    found = [
        window_contacts(
            table, padded, near_boxes, time_axis, (at, min(at + thickness, last))
        )
        for at in range(first, last, thickness)
    ]
    pairs = add_up_pairs(found, len(padded))
    contacts = Contacts(pairs[0], pairs[1], pairs[2][:, len(padded) - ndim :])
    rows, faces = contacts.of_row(int(np.searchsorted(near, row)))
    return near[rows], faces
