"""The labels around the selected ones, once it is known which labels touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psygnal import Signal

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex
    from napari_label_index.session._column_store import ColumnStore
    from napari_label_index.session._selection import LabelSelection

# One of the columns that are computed from the contacts of all labels.
CONTACTS = "n_neighbours"


class Neighbourhood:
    """Adds to the selection what touches it; the contacts are computed elsewhere.

    Parameters
    ----------
    columns
        Computes the contacts.
    selection
        What grows. Where it changes meanwhile, the answer is dropped.
    """

    told = Signal(str)  # what goes on, as a sentence

    def __init__(self, columns: ColumnStore, selection: LabelSelection) -> None:
        self._columns = columns
        self._selection = selection
        self._asked: LabelArray | None = None
        columns.arrived.connect(self._on_arrived)
        selection.changed.connect(self._forget)

    def select(self) -> None:
        """Select the neighbours of the selected labels too, now or a little later."""
        index = self._columns.index
        labels = self._selection.labels
        if index is None or not len(labels):
            return
        if self._columns.is_ready(CONTACTS):
            n_before = len(labels)
            self._selection.add(neighbours_of(index, labels))
            n_more = len(self._selection) - n_before
            if not n_more:
                self.told.emit("No other label touches the selection.")
            return
        if failure := self._columns.failure(CONTACTS):
            self.told.emit(failure)
            return
        self._asked = labels
        self._columns.request((CONTACTS,))
        if self._asked is not None:  # an immediate answer needs no patience
            self.told.emit("Computing neighbours\N{HORIZONTAL ELLIPSIS}")

    def close(self) -> None:
        """Follow nothing any more; a second call does nothing."""
        self._columns.arrived.disconnect(self._on_arrived, missing_ok=True)
        self._selection.changed.disconnect(self._forget, missing_ok=True)
        self._asked = None

    def _on_arrived(self, name: str) -> None:
        if name == CONTACTS and self._asked is not None:
            self._asked = None
            self.select()

    def _forget(self, _labels: object) -> None:
        self._asked = None


def neighbours_of(index: LabelIndex, labels: LabelArray) -> LabelArray:
    """Return all labels that share a face with one of these, sorted, (n,)."""
    found: LabelArray = index.labels[index.contacts().around(index.rows_of(labels))]
    return found
