"""Contacts after an edit: those of before, with those of some labels replaced.

What two labels share is as it was unless one of them has changed. So only what touches
the labels that changed is looked for, and the contacts of a dataset stay in its files.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._late_contacts import LateContacts
from napari_label_index.index._neighbours import Contacts
from napari_label_index.index._pairs import order_of_pairs
from napari_label_index.index._touching import find_touching

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, IntVector, OnProgress
    from napari_label_index.index._runs import RunTable

_MANY_CHANGED = 1000  # labels; then all contacts are found sooner


def find_edited_contacts(
    runs: RunTable,
    shape: tuple[int, ...],
    bboxes: IntVector,
    time_axis: int | None = None,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Contacts | None:
    """Return the contacts of an edited table from those that were kept before.

    None where none were kept, or where too many labels have changed.
    """
    former = runs.former()
    before = None if former is None else former[0].known_contacts()
    if former is None or before is None:
        return None
    base, sources = former
    changed = np.flatnonzero(sources >= base.n_labels)
    if changed.size > _MANY_CHANGED:
        return None
    touching = []
    for done, row in enumerate(changed.tolist()):
        if on_progress is not None:
            on_progress(done, changed.size)
        touching.append(find_touching(runs, shape, bboxes, row, time_axis, cancel))
    fresh = _each_once(changed, touching, len(shape))
    return EditedContacts(before, base.n_labels, sources, fresh)


def _each_once(
    changed: IntVector, touching: list[tuple[IntVector, IntVector]], ndim: int
) -> Contacts:
    """Return what was found for one label after the other as pairs."""
    sizes = [rows.size for rows, _ in touching]
    one = np.repeat(changed, sizes)
    other = np.concatenate([changed[:0], *(rows for rows, _ in touching)])
    faces = np.concatenate([np.empty((0, ndim), np.int64), *(f for _, f in touching)])
    pairs = np.sort(np.stack([one, other], axis=1), axis=1)
    # Two labels that both changed have found each other.
    pairs, places = np.unique(pairs, axis=0, return_index=True)
    return Contacts(pairs[:, 0], pairs[:, 1], faces[places])


class EditedContacts(LateContacts):
    """Contacts of two: those of before, and all those of the labels that changed.

    Parameters
    ----------
    before : Contacts
        Before the edit, by the rows of then.
    n_before : int
        How many rows there were.
    sources : (n_labels,) int64
        The row of then of each label, or one from `n_before` on if it has changed.
    fresh : Contacts
        All pairs of which one has changed, by the rows of now.
    """

    _before: Contacts
    _n_before: int
    _sources: IntVector
    _fresh: Contacts

    def __init__(
        self, before: Contacts, n_before: int, sources: IntVector, fresh: Contacts
    ) -> None:
        for name, value in {
            "_before": before, "_n_before": n_before,
            "_sources": sources, "_fresh": fresh,
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)

    def of_row(self, row: int) -> tuple[IntVector, IntVector]:
        """Return the rows that touch a row, sorted, and the faces shared."""
        rows, faces = self._fresh.of_row(row)
        source = int(self._sources[row])
        if source >= self._n_before:
            return rows, faces
        old_rows, old_faces = self._before.of_row(source)
        old_rows = self._rows_now[old_rows]
        is_kept = old_rows >= 0
        rows = np.concatenate([old_rows[is_kept], rows])
        order = np.argsort(rows)
        return rows[order], np.concatenate([old_faces[is_kept], faces])[order]

    def totals(self, n_labels: int) -> tuple[IntVector, IntVector]:
        """Return the neighbours of each label, (n_labels,), and its shared faces."""
        before = tuple(column.copy() for column in self._before.totals(self._n_before))
        for row in np.flatnonzero(self._rows_now < 0).tolist():
            near, faces = self._before.of_row(row)
            before[0][near] -= 1
            before[1][near] -= faces
        counts, faces = self._fresh.totals(n_labels)
        is_kept = self._sources < self._n_before
        counts[is_kept] += before[0][self._sources[is_kept]]
        faces[is_kept] += before[1][self._sources[is_kept]]
        return counts, faces

    def whole(self) -> Contacts:
        """Put all pairs together, once."""
        return self._all

    @cached_property
    def _rows_now(self) -> IntVector:
        """(n_before,) the row of now of each row of then, -1 if it changed or went."""
        rows = np.full(self._n_before, -1, np.int64)
        is_kept = self._sources < self._n_before
        rows[self._sources[is_kept]] = np.flatnonzero(is_kept)
        return rows

    @cached_property
    def _all(self) -> Contacts:
        before, fresh = self._before, self._fresh
        first, second = self._rows_now[before.first], self._rows_now[before.second]
        is_kept = (first >= 0) & (second >= 0)
        first = np.concatenate([first[is_kept], fresh.first])
        second = np.concatenate([second[is_kept], fresh.second])
        faces = np.concatenate([before.faces[is_kept], fresh.faces])
        order = order_of_pairs(first, second)
        return Contacts(first[order], second[order], faces[order])
