"""Contacts of which all pairs are put together only when somebody asks for that."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._neighbours import Contacts
from napari_label_index.index._sorted_sets import distinct

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector


class LateContacts(Contacts):
    """Contacts that are told label by label, without the pairs of all labels.

    Who asks for `first`, `second` or `faces` gets all pairs, if memory suffices.
    """

    @abstractmethod
    def whole(self) -> Contacts:
        """Put all pairs together, once."""

    @property
    def first(self) -> IntVector:
        """(n_pairs,) row of the smaller label, of all pairs."""
        return self.whole().first

    @property
    def second(self) -> IntVector:
        """(n_pairs,) row of the larger label, of all pairs."""
        return self.whole().second

    @property
    def faces(self) -> IntVector:
        """(n_pairs, ndim) int64 shared faces, of all pairs."""
        return self.whole().faces

    def around(self, rows: IntVector) -> IntVector:
        """Return the rows that touch one of some rows, sorted, each once."""
        found = [self.of_row(row)[0] for row in rows.tolist()]
        return distinct(np.concatenate([np.empty(0, np.int64), *found]))
