"""Which labels touch, and over how many voxel faces."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.index._runs import length_dtype
from napari_label_index.kernels import (
    NO_PAIR,
    bound_runs,
    count_contacts,
    deal_runs_to_rows,
    gather_runs,
    move_pairs,
)

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, IntVector, OnProgress
    from napari_label_index.index._runs import RunTable

_WINDOW_RUNS = 2**19  # of one window, so that its rows stay in the cache


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """Pairs of labels that share voxel faces, as rows of the index, each pair once."""

    first: IntVector  # (n_pairs,) row of the smaller label, sorted
    second: IntVector  # (n_pairs,) row of the larger label, sorted within `first`
    faces: IntVector  # (n_pairs, ndim) int64 shared faces, by the axis across them

    def of_row(self, row: int) -> tuple[IntVector, IntVector]:
        """Return the rows that touch a row, sorted, and the faces shared."""
        is_first, is_second = self.first == row, self.second == row
        rows = np.concatenate([self.first[is_second], self.second[is_first]])
        return rows, np.concatenate([self.faces[is_second], self.faces[is_first]])

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
    # A single row gets an axis before it, as everywhere else.
    padded = shape if len(shape) > 1 else (1, *shape)
    if len(shape) == 1:
        ends = [np.zeros(runs.n_labels, np.int64), np.ones(runs.n_labels, np.int64)]
        bboxes = np.stack([ends[0], bboxes[:, 0], ends[1], bboxes[:, 1]], axis=1)
    n_items = padded[0]
    thickness = max(1, _WINDOW_RUNS * n_items // max(runs.n_runs, 1))
    windows = [
        (start, min(start + thickness, n_items))
        for start in range(0, n_items, thickness)
    ]
    crew = Crew(n_usable_cores(), n_items, on_progress, cancel)

    def work(window: tuple[int, int]) -> tuple[IntVector, IntVector]:
        found = _window_contacts(runs, padded, bboxes, time_axis, window)
        crew.advance(window[1] - window[0])
        return found

    found = crew.map(work, windows if runs.n_runs else [])
    contacts = _add_up(found, len(padded))
    if len(shape) == 1:
        return Contacts(contacts.first, contacts.second, contacts.faces[:, 1:])
    return contacts


def _window_contacts(
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    time_axis: int | None,
    window: tuple[int, int],
) -> tuple[IntVector, IntVector]:
    """Return the pairs that touch in a window of the first axis, and their faces."""
    start, stop = window
    begin = max(start - 1, 0)  # rows of the window touch rows of the item before it
    rows_per_item = prod(shape[1:-1])
    n_columns = shape[-1]
    first_row, last_row = begin * rows_per_item, stop * rows_per_item
    rows = np.flatnonzero((bboxes[:, 0] < stop) & (bboxes[:, len(shape)] > begin))
    bounds = np.empty((rows.size, 2), np.int64)
    first, last = first_row * n_columns, last_row * n_columns
    bound_runs(rows, runs.offsets, runs.starts, first, last, bounds)
    n_runs = int((bounds[:, 1] - bounds[:, 0]).sum())
    row_of_run, owners = np.empty(n_runs, np.uint32), np.empty(n_runs, np.uint32)
    columns = np.empty(n_runs, length_dtype(n_columns))
    stops = np.empty_like(columns)
    gather_runs(
        rows, bounds, runs.starts, runs.lengths, n_columns, first_row,
        row_of_run, columns, stops, owners,
    )  # fmt: skip
    order = np.argsort(columns, kind="stable")  # a radix sort where 16 bits suffice
    ends = np.empty(last_row - first_row + 1, np.int64)
    dealt = (np.empty_like(columns), np.empty_like(stops), np.empty_like(owners))
    deal_runs_to_rows(order, row_of_run, columns, stops, owners, ends, dealt)
    table = _PairTable(len(shape))
    row = start * rows_per_item
    while True:
        row, table.n_pairs = count_contacts(
            shape, -1 if time_axis is None else time_axis, first_row, row, last_row,
            ends, *dealt, table.pairs, table.faces, table.n_pairs,
        )  # fmt: skip
        if row == last_row:
            return table.filled()
        table.grow()


class _PairTable:
    """A growing hash table of pairs of rows."""

    def __init__(self, ndim: int) -> None:
        self.n_pairs = 0
        self.pairs = np.full(2**12, NO_PAIR, np.uint64)
        self.faces = np.zeros((2**12, ndim), np.int64)

    def grow(self) -> None:
        """Make room for twice as many pairs."""
        pairs = np.full(2 * self.pairs.size, NO_PAIR, np.uint64)
        faces = np.zeros((pairs.size, self.faces.shape[1]), np.int64)
        move_pairs(self.pairs, self.faces, pairs, faces)
        self.pairs, self.faces = pairs, faces

    def filled(self) -> tuple[IntVector, IntVector]:
        """Return the pairs met, and their faces."""
        is_pair = self.pairs != NO_PAIR
        return self.pairs[is_pair], self.faces[is_pair]


def _add_up(found: list[tuple[IntVector, IntVector]], ndim: int) -> Contacts:
    """Add up the contacts of all windows."""
    pairs = np.concatenate([np.empty(0, np.uint64), *(part[0] for part in found)])
    faces = np.concatenate([np.empty((0, ndim), np.int64), *(p[1] for p in found)])
    order = np.argsort(pairs, kind="stable")
    pairs = pairs[order]
    begins = np.flatnonzero(np.diff(pairs, prepend=pairs[:1] + np.uint64(1)))
    unique = pairs[begins]
    totals = np.add.reduceat(faces[order], begins, axis=0) if pairs.size else faces
    first = (unique >> np.uint64(32)).astype(np.int64)
    second = (unique & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return Contacts(first, second, totals)
