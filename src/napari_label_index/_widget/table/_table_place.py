"""What the user looks at in the table, to be found again when rows have changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QItemSelectionModel

if TYPE_CHECKING:
    from qtpy.QtWidgets import QTableView

    from napari_label_index._typing import LabelArray
    from napari_label_index._widget.table._table_model import RegionTableModel


@dataclass(frozen=True, eq=False)
class Place:
    """Where a table is scrolled to, and its current cell."""

    top: int  # view row
    left: int  # pixels
    labels: LabelArray  # (n,) in view, from the top
    current: int | None  # label of the current row
    column: int  # of the current cell

    @classmethod
    def of(cls, view: QTableView, model: RegionTableModel) -> Place:
        """Return the place of a table now."""
        top, cell = view.verticalScrollBar().value(), view.currentIndex()
        height = max(view.verticalHeader().defaultSectionSize(), 1)
        stop = min(top + view.viewport().height() // height, model.rowCount())
        row = np.array([cell.row()])
        return cls(
            top,
            view.horizontalScrollBar().value(),
            model.labels_at(np.arange(min(top, stop), stop)),
            int(model.labels_at(row)[0]) if cell.isValid() else None,
            max(cell.column(), 0),
        )

    def restore(self, view: QTableView, model: RegionTableModel) -> None:
        """Go there again, with the rows that are new."""
        if self.current is not None:
            rows = model.view_rows_of(np.array([self.current]))
            if len(rows):
                cell = model.cell(int(rows[0]), self.column)
                flag = QItemSelectionModel.SelectionFlag.NoUpdate
                view.selectionModel().setCurrentIndex(cell, flag)
        view.updateGeometries()
        view.verticalScrollBar().setValue(self.top + self._shift(model))
        view.horizontalScrollBar().setValue(self.left)

    def _shift(self, model: RegionTableModel) -> int:
        """Return how far most of what was in view has moved, or 0.

        A row that is new pushes those below it down. Rows that were edited may go
        anywhere in a sorted table: they are not followed.
        """
        found = [
            model.view_rows_of(self.labels[i : i + 1]) for i in range(len(self.labels))
        ]
        shifts = [int(row[0]) - self.top - i for i, row in enumerate(found) if len(row)]
        values, counts = np.unique(np.array(shifts, np.int64), return_counts=True)
        if not shifts or 2 * counts.max() <= len(self.labels):
            return 0
        return int(values[counts.argmax()])
