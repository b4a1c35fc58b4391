"""Pairs of labels that touch, by label: those of blocks are added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from napari_label_index.index._pairs import order_of_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_label_index._typing import IntVector, LabelArray

__all__ = ["LabelPairs"]


@dataclass(frozen=True, slots=True)
class LabelPairs:
    """Labels side by side, and the voxel faces that they share."""

    first: LabelArray  # (n_pairs,)
    second: LabelArray  # (n_pairs,)
    faces: IntVector  # (n_pairs, ndim) int64, by the axis across them

    def __len__(self) -> int:
        return int(self.first.size)

    def copy(self) -> LabelPairs:
        """Return the same in memory of its own."""
        return LabelPairs(self.first.copy(), self.second.copy(), self.faces.copy())

    def both_ways(self) -> LabelPairs:
        """Return each pair twice, so that every label comes first once."""
        return LabelPairs(
            np.concatenate([self.first, self.second]),
            np.concatenate([self.second, self.first]),
            np.concatenate([self.faces, self.faces]),
        )

    def of_labels(self, first: int, last: int) -> LabelPairs:
        """Return pairs whose first label is in a range; they must be sorted."""
        dtype = self.first.dtype.type
        begin = int(np.searchsorted(self.first, dtype(first)))
        stop = int(np.searchsorted(self.first, dtype(last), "right"))
        own = slice(begin, stop)
        return LabelPairs(self.first[own], self.second[own], self.faces[own])

    @classmethod
    def added_up(cls, parts: Sequence[LabelPairs]) -> Self:
        """Return each pair of some tables once, sorted by first and second label."""
        first = np.concatenate([part.first for part in parts])
        second = np.concatenate([part.second for part in parts])
        faces = np.concatenate([part.faces for part in parts])
        order = order_of_pairs(first, second)
        first, second, faces = first[order], second[order], faces[order]
        is_new = np.ones(first.size, bool)
        is_new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
        begins = np.flatnonzero(is_new)
        if begins.size:
            faces = np.add.reduceat(faces, begins, axis=0)
        return cls(first[begins], second[begins], faces)
