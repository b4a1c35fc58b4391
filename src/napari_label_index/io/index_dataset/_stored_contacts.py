"""What touches each label of a dataset: the pairs stay in their files."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._late_contacts import LateContacts
from napari_label_index.index._neighbours import Contacts
from napari_label_index.io.index_dataset._damage import reading_dataset
from napari_label_index.io.index_dataset._layout import part_path
from napari_label_index.io.index_dataset._read_columns import (
    read_columns,
    read_part_rows,
)

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.io._address import Location
    from napari_label_index.io.index_dataset._manifest import DatasetManifest

__all__ = ["StoredContacts"]


class StoredContacts(LateContacts):
    """Pairs of labels that touch, read label by label."""

    _root: Location
    _manifest: DatasetManifest
    _labels: LabelArray  # (n_labels,) of the dataset

    def __init__(
        self, root: Location, manifest: DatasetManifest, labels: LabelArray
    ) -> None:
        given = {"_root": root, "_manifest": manifest, "_labels": labels}
        for name, value in given.items():
            object.__setattr__(self, name, value)

    def of_row(self, row: int) -> tuple[IntVector, IntVector]:
        """Return the rows that touch a row, sorted, and the faces shared."""
        part = int(np.searchsorted(self._label_ends, row, "right"))
        n_before = (
            int(self._label_ends[part]) - self._manifest.partitions[part].n_labels
        )
        base = self._pair_offsets[n_before]
        first, stop = (int(end - base) for end in self._pair_offsets[row : row + 2])
        label, other, *faces = read_part_rows(
            self._root, self._manifest, "neighbours", part, first, stop
        )
        with reading_dataset(part_path(self._root, "neighbours", part)):
            if (label != self._labels[row]).any():
                raise ValueError("its pairs are not those of the dataset")
            return self._rows_of(other), np.stack(faces, axis=1)

    def totals(self, n_labels: int) -> tuple[IntVector, IntVector]:
        """Return the neighbours of each label, (n_labels,), and its shared faces."""
        return self._totals

    def whole(self) -> Contacts:
        """Read all pairs, once."""
        return self._all

    @cached_property
    def _label_ends(self) -> IntVector:
        counts = [part.n_labels for part in self._manifest.partitions]
        return np.cumsum(counts, dtype=np.int64)

    @cached_property
    def _totals(self) -> tuple[IntVector, IntVector]:
        n_labels, ndim = self._manifest.n_labels, len(self._manifest.shape)
        n_neighbours = np.empty(n_labels, np.int64)
        faces = np.empty((n_labels, ndim), np.int64)
        into = [n_neighbours, *faces.T]
        read_columns(self._root, self._manifest, "contacts", into)
        return n_neighbours, faces

    @cached_property
    def _pair_offsets(self) -> IntVector:
        """(n_labels + 1,) rows of ``neighbours/`` before those of each label."""
        offsets = np.zeros(self._labels.size + 1, np.int64)
        np.cumsum(self._totals[0], out=offsets[1:])
        return offsets

    @cached_property
    def _all(self) -> Contacts:
        parts = [
            read_part_rows(self._root, self._manifest, "neighbours", number)
            for number in range(len(self._manifest.partitions))
        ]
        ndim = len(self._manifest.shape)
        if not parts:
            none = np.empty(0, np.int64)
            return Contacts(none, none, np.empty((0, ndim), np.int64))
        label, other, *faces = (
            np.concatenate(part) for part in zip(*parts, strict=True)
        )
        once = label < other
        with reading_dataset(self._root / "neighbours"):
            first, second = self._rows_of(label[once]), self._rows_of(other[once])
        return Contacts(first, second, np.stack(faces, axis=1)[once])

    def _rows_of(self, labels: LabelArray) -> IntVector:
        rows = np.searchsorted(self._labels, labels)
        inside = rows < self._labels.size
        if not inside.all() or (self._labels[rows] != labels).any():
            raise ValueError("a neighbour is no label of the dataset")
        return rows
