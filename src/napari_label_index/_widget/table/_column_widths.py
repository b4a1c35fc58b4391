"""How wide columns are: as their contents ask, closer together where room is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index._widget.table._table_model import UP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qtpy.QtWidgets import QTableView

    from napari_label_index._widget.table._table_model import RegionTableModel

# Of a cell, left and right together. Less than the least, and Qt writes dots.
MOST_PADDING, LEAST_PADDING = 14, 8
_SWATCH_GAP = 9


class ColumnFit:
    """Gives every column of a table the width that suits it.

    Parameters
    ----------
    view, model
        The table; its model says what the columns hold.
    """

    def __init__(self, view: QTableView, model: RegionTableModel) -> None:
        self._view = view
        self._model = model
        self._widths: list[int] = []

    def fit(self) -> None:
        """Set the widths of all columns."""
        view, metrics = self._view, self._view.fontMetrics()
        contents = []
        for i, column in enumerate(self._model.columns):
            # Room for the arrow where it is: in every header it would cost a column.
            header = column.header + UP * (i == self._model.sorted_by[0])
            width = max(map(metrics.horizontalAdvance, (header, column.widest)))
            swatch = view.iconSize().width() + _SWATCH_GAP if i == 0 else 0
            contents.append(width + swatch)
        self._widths = spread(contents, view.viewport().width())
        for i, width in enumerate(self._widths):
            view.setColumnWidth(i, width)

    def refit(self) -> None:
        """Set them for another room, unless somebody has dragged one."""
        widths = [self._view.columnWidth(i) for i in range(len(self._widths))]
        if widths[:-1] == self._widths[:-1]:  # the last one takes the rest
            self.fit()


def spread(contents: Sequence[int], room: int) -> list[int]:
    """Return the widths of columns with contents this wide, in so much room."""
    spare = (room - sum(contents)) // max(len(contents), 1)
    padding = min(max(spare, LEAST_PADDING), MOST_PADDING)
    return [width + padding for width in contents]
