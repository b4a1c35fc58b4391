"""Edits of whole labels, planned before anything is changed: what would move where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index._sorted_sets import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_label_index._typing import LabelArray
    from napari_label_index.index._label_index import LabelIndex
    from napari_label_index.index._voxel_lookup import IndexArrays


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """Voxels that all get one label."""

    voxels: IndexArrays  # one array for each axis
    label: int


@dataclass(frozen=True, slots=True, eq=False)
class EditPlan:
    """What an edit would do; `apply` does it to an array."""

    moves: tuple[Move, ...]
    n_labels_before: int
    n_labels_after: int

    @property
    def n_voxels(self) -> int:
        """Voxels that would get another label."""
        return sum(move.voxels[0].size for move in self.moves)

    def apply(self, label_image: LabelArray) -> None:
        """Change the voxels of an array, in place."""
        for move in self.moves:
            label_image[move.voxels] = move.label


def plan_delete(index: LabelIndex, labels: Iterable[int]) -> EditPlan:
    """Give the voxels of some labels to the background."""
    rows = _rows(index, labels)
    moves = _moves(index, index.labels[rows], index.background)
    return EditPlan(moves, len(index), len(index) - rows.size)


def plan_merge(
    index: LabelIndex, labels: Iterable[int], into: int | None = None
) -> EditPlan:
    """Give the voxels of some labels to one of them, the largest if none is named."""
    rows = _rows(index, labels)
    if not rows.size:
        return EditPlan((), len(index), len(index))
    if into is None:
        into = int(index.labels[rows[np.argmax(index.voxel_counts[rows])]])
    others = rows[rows != index.row_of(into)]
    moves = _moves(index, index.labels[others], into)
    return EditPlan(moves, len(index), len(index) - others.size)


def plan_split(
    index: LabelIndex, labels: Iterable[int], connectivity: int = 1
) -> EditPlan:
    """Give each connected part of some labels an id of its own.

    The largest part keeps the id; the others get the ids after the largest there is,
    from large to small.

    Raises
    ------
    UnsupportedLabelsError
        If the type of the ids has not so many.
    """
    rows = _rows(index, labels)
    new_id = max([index.background, *index.labels[-1:].tolist()])
    moves = []
    for label in index.labels[rows].tolist():
        for voxels in _other_parts(index, label, connectivity):
            new_id += 1
            moves.append(Move(voxels, new_id))
    if moves and new_id > np.iinfo(index.dtype).max:
        raise UnsupportedLabelsError(
            f"the parts need ids up to {new_id}, and {index.dtype} ends at "
            f"{np.iinfo(index.dtype).max}; convert the labels to a larger type first"
        )
    return EditPlan(tuple(moves), len(index), len(index) + len(moves))


def plan_keep_largest(
    index: LabelIndex, labels: Iterable[int], connectivity: int = 1
) -> EditPlan:
    """Leave of each of some labels the largest connected part alone."""
    moves = [
        Move(voxels, index.background)
        for label in index.labels[_rows(index, labels)].tolist()
        for voxels in _other_parts(index, label, connectivity)
    ]
    return EditPlan(tuple(moves), len(index), len(index))


def _rows(index: LabelIndex, labels: Iterable[int]) -> LabelArray:
    index.need_labels("edits")
    return distinct(index.rows_of(list(labels)))


def _moves(index: LabelIndex, labels: LabelArray, to: int) -> tuple[Move, ...]:
    """Move all voxels of some labels, as one edit of the picture."""
    if not labels.size:
        return ()
    parts = [index[label] for label in labels.tolist()]
    return (Move(tuple(map(np.concatenate, zip(*parts, strict=True))), to),)


def _other_parts(index: LabelIndex, label: int, connectivity: int) -> list[IndexArrays]:
    """Return the voxels of each part of a label but the largest, from large to small.

    Of two of one size, the one with the first voxel is the larger.
    """
    parts = index.parts(label, connectivity)
    order = np.argsort(-parts.voxel_counts, kind="stable")
    return [parts[part] for part in parts.labels[order[1:]].tolist()]
