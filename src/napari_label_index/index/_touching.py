"""What touches one label, without the contacts of all others.

Only labels whose boxes meet that of the label, with a voxel around it, can touch it.
They are few, and so this takes a moment where all contacts of a dataset take minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.index._neighbours import contacts_among
from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.index._placed_runs import PlacedRuns
from napari_label_index.index._window import rows_meeting

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, IntVector
    from napari_label_index.index._runs import RunTable


def find_touching(
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    row: int,
    time_axis: int | None = None,
    cancel: Cancel | None = None,
) -> tuple[IntVector, IntVector]:
    """Return the rows that touch a row, sorted, and the faces shared, (n, ndim)."""
    ndim = len(shape)
    starts, stops = bboxes[row, :ndim] - 1, bboxes[row, ndim:] + 1
    box = tuple(
        slice(max(int(start), 0), int(stop))
        for start, stop in zip(starts, stops, strict=True)
    )
    placed = PlacedRuns.of(runs, shape, bboxes, rows_meeting(bboxes, box, shape))
    items = (box[0].start, min(box[0].stop, shape[0])) if ndim > 1 else (0, 1)
    crew = Crew(n_usable_cores(), items[1] - items[0], None, cancel)
    return contacts_among(placed, items, ndim, time_axis, crew).of_row(row)
