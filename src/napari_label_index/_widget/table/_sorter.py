"""Sorts a table: a few rows at once, and very many in a thread beside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index._widget.table._roles import ASCENDING, DESCENDING
from napari_label_index._widget.table._row_order import stable_order
from napari_label_index.session import Finished, LatestJob

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtCore import Qt

    from napari_label_index._typing import Cancel, IntVector, LabelArray
    from napari_label_index._widget.table._table_model import RegionTableModel
    from napari_label_index.session import Outcome, Report, Submit

# As many floats are sorted in 30 ms, and ten times as many would be felt.
MANY_ROWS = 500_000


class Sorter:
    """Finds out in which order rows go, and has them shown in it.

    Of several requests only the last is answered. Where the values of its column have
    changed meanwhile, rows are sorted by the new ones.

    Parameters
    ----------
    model
        The rows.
    show
        Shows them in an order that was found: by which column, in which direction, and
        the rows if they are known already.
    tell
        Called with the header of the column that very many rows are being sorted by,
        and with "" when that is over.
    submit
        Starts work elsewhere; None: rows are sorted at once, however many.
    """

    def __init__(
        self,
        model: RegionTableModel,
        show: Callable[[int, Qt.SortOrder, IntVector | None], None],
        tell: Callable[[str], None],
        submit: Submit | None,
    ) -> None:
        self._model = model
        self._show = show
        self._tell = tell
        self._job = None if submit is None else LatestJob(submit)

    @property
    def is_busy(self) -> bool:
        """Whether very many rows are being sorted."""
        return self._job is not None and self._job.is_waiting

    def sort_by(self, column: int) -> None:
        """Sort by a column; by the same one again, the other way round."""
        sorted_by, order = self._model.sorted_by
        flipped = column == sorted_by and order == ASCENDING
        self.sort_in(column, DESCENDING if flipped else ASCENDING)

    def sort_in(self, column: int, order: Qt.SortOrder) -> None:
        """Sort by a column, in a direction."""
        self.drop()
        # By label, rows are sorted already.
        if self._job is None or column == 0 or self._model.n_labels <= MANY_ROWS:
            self._show(column, order, None)
            return
        asked = self._model.columns[column]

        def accept(outcome: Outcome) -> None:
            self._tell("")
            place = self._model.column_of(asked.key)
            if place < 0 or not isinstance(outcome, Finished):
                return
            if _are_same(self._model.columns[place].sort_values, asked.sort_values):
                self._show(place, order, outcome.value)
            else:  # they have arrived meanwhile
                self.sort_in(place, order)

        self._tell(asked.header)
        self._job.start(_order_work(asked.sort_values, order != ASCENDING), accept)

    def drop(self) -> None:
        """Wait no more for what is being sorted."""
        if self._job is not None and self.is_busy:
            self._job.drop()
            self._tell("")


def _are_same(one: LabelArray, other: LabelArray) -> bool:
    return one is other or np.array_equal(one, other)


def _order_work(
    values: LabelArray, descending: bool
) -> Callable[[Report, Cancel], IntVector]:
    def work(_report: Report, _cancel: Cancel) -> IntVector:
        return stable_order(values, descending=descending)

    return work
