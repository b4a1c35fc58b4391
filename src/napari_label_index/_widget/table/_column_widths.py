"""How wide columns are: as their contents ask, closer together where room is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index._widget.table._roles import UP

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
        room = view.viewport().width()
        kept = self._kept(contents, room)
        widths = iter(spread([contents[i] for i in kept], room))
        self._widths = [next(widths) if i in kept else 0 for i in range(len(contents))]
        for i, width in enumerate(self._widths):
            view.setColumnHidden(i, i not in kept)
            if i in kept:
                view.setColumnWidth(i, width)

    def refit(self) -> None:
        """Set them for another room, unless somebody has dragged one."""
        widths = [self._view.columnWidth(i) for i in range(len(self._widths))]
        last = max((i for i, width in enumerate(self._widths) if width), default=0)
        del widths[last : last + 1]  # the last one takes the rest
        if widths == self._widths[:last] + self._widths[last + 1 :]:
            self.fit()

    def _kept(self, contents: Sequence[int], room: int) -> list[int]:
        """Return which columns are shown: all, or those that have to be, if they fit.

        The one that the table is sorted by has to be.
        """
        by, _ = self._model.sorted_by
        columns = enumerate(self._model.columns)
        needed = [i for i, each in columns if i == by or not each.is_optional]
        everything = list(range(len(contents)))
        for kept in (everything, needed):
            if sum(contents[i] + LEAST_PADDING for i in kept) <= room:
                return kept
        return everything


def spread(contents: Sequence[int], room: int) -> list[int]:
    """Return the widths of columns with contents this wide, in so much room."""
    spare = (room - sum(contents)) // max(len(contents), 1)
    padding = min(max(spare, LEAST_PADDING), MOST_PADDING)
    return [width + padding for width in contents]
