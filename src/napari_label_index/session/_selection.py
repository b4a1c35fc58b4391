"""Which labels are selected, and which single one is focused; never rows."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, SupportsIndex

import numpy as np
from psygnal import Signal

from napari_label_index.index import (
    among,
    difference,
    intersection,
    union,
    unshared,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_label_index._typing import LabelArray

NO_LABELS: LabelArray = np.empty(0, np.int64)


class LabelSelection:
    """Selected labels among the `known` ones, kept sorted and unique.

    Labels that are not known are left out without a word, so that a view may
    hand over what it has.
    """

    changed = Signal(object)  # (n,) sorted labels
    focused_changed = Signal(object)  # int | None

    def __init__(self) -> None:
        self._known: LabelArray = NO_LABELS
        self._labels: LabelArray = NO_LABELS
        self._focused: int | None = None

    @property
    def known(self) -> LabelArray:
        """Labels that can be selected, ``(n_labels,)``, sorted."""
        return self._known

    @property
    def labels(self) -> LabelArray:
        """Selected labels, ``(n,)``, sorted, in the dtype of the known ones."""
        return self._labels

    @property
    def focused(self) -> int | None:
        """The one label that the user looks at now."""
        return self._focused

    def __len__(self) -> int:
        return len(self._labels)

    def __contains__(self, label: object) -> bool:
        if not isinstance(label, SupportsIndex):
            return False
        return _contains(self._labels, operator.index(label))

    def set_known(self, known: LabelArray) -> None:
        """Take another set of known labels; keep what exists in both."""
        self._known = known
        self._show(among(known, self._labels))
        if self._focused is not None and not _contains(known, self._focused):
            self.focus(None)

    def select(self, labels: Iterable[int] | LabelArray) -> None:
        """Select exactly these labels."""
        self._show(among(self._known, labels))

    def add(self, labels: Iterable[int] | LabelArray) -> None:
        """Select these labels too."""
        self._show(union(self._labels, among(self._known, labels)))

    def toggle(self, labels: Iterable[int] | LabelArray) -> None:
        """Select those of the labels that are not selected, deselect the others."""
        self._show(unshared(self._labels, among(self._known, labels)))

    def remove(self, labels: Iterable[int] | LabelArray) -> None:
        """Select these labels no more."""
        self._show(difference(self._labels, among(self._known, labels)))

    def keep(self, labels: Iterable[int] | LabelArray) -> None:
        """Of what is selected, select only these labels."""
        self._show(intersection(self._labels, among(self._known, labels)))

    def clear(self) -> None:
        """Select nothing."""
        self._show(self._known[:0])

    def focus(self, label: int | None) -> None:
        """Look at one label; it need not be selected."""
        if label is not None and not _contains(self._known, label):
            return
        if label != self._focused:
            self._focused = label
            self.focused_changed.emit(label)

    def _show(self, labels: LabelArray) -> None:
        same = np.array_equal(labels, self._labels)
        self._labels = labels
        if not same:
            self.changed.emit(labels)


def _contains(labels: LabelArray, label: int) -> bool:
    return len(among(labels, (label,))) == 1
