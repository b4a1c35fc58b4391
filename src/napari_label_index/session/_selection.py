"""Which labels are selected, and which single one is focused; never rows."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np
from psygnal import Signal

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
        self._show(_among(known, self._labels))
        if self._focused is not None and not _contains(known, self._focused):
            self.focus(None)

    def select(self, labels: Iterable[int] | LabelArray) -> None:
        """Select exactly these labels."""
        self._show(_among(self._known, labels))

    def select_all(self) -> None:
        """Select every known label."""
        self._show(self._known)

    def add(self, labels: Iterable[int] | LabelArray) -> None:
        """Select these labels too."""
        self._show(np.union1d(self._labels, _among(self._known, labels)))

    def toggle(self, labels: Iterable[int] | LabelArray) -> None:
        """Select those of the labels that are not selected, deselect the others."""
        self._show(np.setxor1d(self._labels, _among(self._known, labels)))

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
    return len(_among(labels, (label,))) == 1


def _among(known: LabelArray, labels: Iterable[int] | LabelArray) -> LabelArray:
    """Those of `labels` that are known: sorted, unique, in the dtype of `known`."""
    if known.size == 0:
        return known
    if known.dtype == bool:
        known_as, low, high = known.view(np.uint8), 0, 1
    else:
        known_as, info = known, np.iinfo(known.dtype)
        low, high = int(info.min), int(info.max)
    wanted: np.ndarray[Any, Any]
    if isinstance(labels, np.ndarray):
        if labels.dtype == bool:
            labels = labels.view(np.uint8)
        # Bounds are compared before the cast: int64 beside uint64 would meet as
        # float64, and ids above 2**53 would run together.
        wanted = labels[(labels >= low) & (labels <= high)].astype(known_as.dtype)
    else:
        fitting = [int(label) for label in labels if low <= int(label) <= high]
        wanted = np.array(fitting, known_as.dtype)
    wanted = np.unique(wanted)
    rows = np.minimum(np.searchsorted(known_as, wanted), len(known_as) - 1)
    found: LabelArray = known[rows[known_as[rows] == wanted]]
    return found
