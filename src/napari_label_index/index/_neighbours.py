"""Which labels touch, and over how many voxel faces."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._pairs import PairTable, add_up_pairs
from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.index._placed_runs import PlacedRuns
from napari_label_index.index._rows import runs_by_row, windows_of
from napari_label_index.index._slabs import slabs_of
from napari_label_index.index._sorted_sets import distinct
from napari_label_index.kernels import count_contacts

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, IntVector, OnProgress
    from napari_label_index.index._runs import RunTable


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """Pairs of labels that share voxel faces, as rows of the index, each pair once.

    Attributes
    ----------
    first : (n_pairs,)
        Row of the smaller label, sorted.
    second : (n_pairs,)
        Row of the larger label, sorted within `first`.
    faces : (n_pairs, ndim) int64
        Shared faces, by the axis across them.
    """

    first: IntVector
    second: IntVector
    faces: IntVector

    def of_row(self, row: int) -> tuple[IntVector, IntVector]:
        """Return the rows that touch a row, sorted, and the faces shared."""
        is_first, is_second = self.first == row, self.second == row
        rows = np.concatenate([self.first[is_second], self.second[is_first]])
        return rows, np.concatenate([self.faces[is_second], self.faces[is_first]])

    def around(self, rows: IntVector) -> IntVector:
        """Return the rows that touch one of some rows, sorted, each once."""
        is_first, is_second = np.isin(self.first, rows), np.isin(self.second, rows)
        return distinct(np.append(self.second[is_first], self.first[is_second]))

    def totals(self, n_labels: int) -> tuple[IntVector, IntVector]:
        """Return the neighbours of each label, (n_labels,), and its shared faces."""
        counts = np.zeros(n_labels, np.int64)
        faces = np.zeros((n_labels, self.faces.shape[1]), np.int64)
        for side in (self.first, self.second):
            counts += np.bincount(side, minlength=n_labels)
            for axis in range(faces.shape[1]):
                shared = np.bincount(side, self.faces[:, axis], minlength=n_labels)
                faces[:, axis] += shared.astype(np.int64)
        return counts, faces


def find_contacts(
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    time_axis: int | None = None,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Contacts:
    """Find all pairs of labels that touch, face to face."""
    placed = PlacedRuns.of(runs, shape, bboxes)
    crew = Crew(n_usable_cores(), placed.shape[0], on_progress, cancel)
    return contacts_among(placed, placed.items, len(shape), time_axis, crew)


def contacts_among(
    placed: PlacedRuns,
    items: tuple[int, int],
    ndim: int,
    time_axis: int | None,
    crew: Crew,
) -> Contacts:
    """Find which of some labels touch on some items of the first axis.

    Items are counted by the crew. `ndim` is that of the volume.
    """

    def work(task: tuple[PlacedRuns, tuple[int, int]]) -> tuple[IntVector, IntVector]:
        found = _window_contacts(task[0], time_axis, *task[1])
        crew.advance(task[1][1] - task[1][0])
        return found

    # Rows of a slab touch rows of the item before it.
    slabs = slabs_of(placed, check=crew.report, windows=[items], n_before=1)
    found: list[tuple[IntVector, IntVector]] = []
    for begin, stop, (slab,) in slabs:
        windows = windows_of(slab, begin, stop)
        found += crew.map(work, [(slab, window) for window in windows])
    first, second, faces = add_up_pairs(found, len(placed.shape))
    return Contacts(first, second, faces[:, len(placed.shape) - ndim :])


def _window_contacts(
    placed: PlacedRuns, time_axis: int | None, start: int, stop: int
) -> tuple[IntVector, IntVector]:
    """Return the pairs that touch in a window of the first axis, and their faces."""
    shape = placed.shape
    begin = max(start - 1, 0)  # rows of the window touch rows of the item before it
    first_row, *dealt = runs_by_row(placed, begin, stop)
    rows_per_item = prod(shape[1:-1])
    last_row = stop * rows_per_item
    table = PairTable(len(shape))
    row = start * rows_per_item
    while True:
        row, table.n_pairs = count_contacts(
            shape, -1 if time_axis is None else time_axis, first_row, row, last_row,
            *dealt, table.pairs, table.counts, table.n_pairs,
        )  # fmt: skip
        if row == last_row:
            return table.filled()
        table.grow()
