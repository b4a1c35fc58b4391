"""Rows of the table as ranges of a Qt selection, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QItemSelection

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector
    from napari_label_index._widget.table._table_model import RegionTableModel


def all_rows(model: RegionTableModel) -> QItemSelection:
    """Return a selection of every row, as one range."""
    selection = QItemSelection()
    last_row, last_column = model.rowCount() - 1, model.columnCount() - 1
    selection.select(model.cell(0, 0), model.cell(last_row, last_column))
    return selection


def ranges_of(model: RegionTableModel, view_rows: IntVector) -> QItemSelection:
    """Return a selection of these sorted rows, with as few ranges as can be."""
    selection = QItemSelection()
    last_column = model.columnCount() - 1
    is_top = np.diff(view_rows, prepend=-2) != 1
    is_bottom = np.append(is_top[1:], True)[: len(view_rows)]
    tops, bottoms = view_rows[is_top].tolist(), view_rows[is_bottom].tolist()
    for top, bottom in zip(tops, bottoms, strict=True):
        selection.select(model.cell(top, 0), model.cell(bottom, last_column))
    return selection


def rows_in(bounds: IntVector) -> IntVector:
    """Rows in sorted half-open ``(n, 2)`` ranges that do not overlap."""
    if len(bounds) == 1:
        return np.arange(*bounds[0])
    lengths = bounds[:, 1] - bounds[:, 0]
    firsts = np.repeat(bounds[:, 0] - np.cumsum(lengths) + lengths, lengths)
    rows: IntVector = firsts + np.arange(len(firsts))
    return rows
