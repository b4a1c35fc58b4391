"""The table of regions: numpy columns, and one permutation as their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from qtpy.QtGui import QColor

from napari_label_index._widget._columns import Column, columns_of

if TYPE_CHECKING:
    from napari_label_index._typing import FloatArray, IntVector, LabelArray
    from napari_label_index.index import LabelIndex

ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
DECORATION = Qt.ItemDataRole.DecorationRole
ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole
TOOLTIP = Qt.ItemDataRole.ToolTipRole
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ASCENDING = Qt.SortOrder.AscendingOrder
DESCENDING = Qt.SortOrder.DescendingOrder
UP = " \N{BLACK UP-POINTING SMALL TRIANGLE}"
DOWN = " \N{BLACK DOWN-POINTING SMALL TRIANGLE}"

NO_ROWS: IntVector = np.empty(0, np.int64)


class RegionTableModel(QAbstractTableModel):
    """Rows of an index in a chosen order; a view row is a place in that order.

    A sort is one stable argsort: Qt's own sorting asks Python once per comparison,
    which takes a minute for 120,000 rows. `flags` is left to C++ for the same reason:
    Qt asks it for every cell of a selection.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._labels: LabelArray = NO_ROWS
        self._columns: tuple[Column, ...] = ()
        self._colors: FloatArray | None = None  # (n_labels, 4)
        self._order: IntVector = NO_ROWS  # index row at each view row
        self._place: IntVector = NO_ROWS  # view row of each index row
        self._sorted_by = (0, ASCENDING)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns on show."""
        return self._columns

    def set_index(
        self, index: LabelIndex | None, colors: FloatArray | None = None
    ) -> None:
        """Show `index`, in the order asked for last; ``None`` shows nothing."""
        self.beginResetModel()
        self._labels = NO_ROWS if index is None else index.labels
        self._columns = () if index is None else columns_of(index)
        self._colors = colors
        self._set_order()
        self.endResetModel()

    def set_colors(self, colors: FloatArray | None) -> None:
        """Show these colours, one ``(r, g, b, a)`` for each label."""
        self._colors = colors
        if self._labels.size:
            last = self.index(len(self._labels) - 1, 0)
            self.dataChanged.emit(self.index(0, 0), last, [DECORATION])

    def labels_at(self, view_rows: IntVector) -> LabelArray:
        """Labels that stand at these view rows."""
        labels: LabelArray = self._labels[self._order[view_rows]]
        return labels

    def view_rows_of(self, labels: LabelArray) -> IntVector:
        """Sorted view rows at which these labels, all of them in the table, stand."""
        # In the table's dtype: int64 and uint64 would meet as float64.
        rows = np.searchsorted(self._labels, labels.astype(self._labels.dtype))
        places: IntVector = np.sort(self._place[rows])
        return places

    def cell(self, view_row: int, column: int) -> QModelIndex:
        """As `index`, but without asking Python for the size of the table."""
        return self.createIndex(view_row, column)

    def tsv(self, view_rows: IntVector) -> str:
        """Rows as tab-separated text with a header; numbers are plain."""
        rows = self._order[view_rows]
        plain = {key: v for column in self._columns for key, v in column.plain.items()}
        columns = [map(_plain_text, values[rows].tolist()) for values in plain.values()]
        lines = ["\t".join(plain), *map("\t".join, zip(*columns, strict=True))]
        return "\n".join(lines) + "\n"

    def rowCount(self, parent: QModelIndex = ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._labels)

    def columnCount(self, parent: QModelIndex = ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: QModelIndex, role: int = DISPLAY) -> Any:
        """One cell; Qt asks only for those it paints."""
        if role == DISPLAY:
            return self._columns[index.column()].text(int(self._order[index.row()]))
        if role == ALIGNMENT:
            return RIGHT
        if role == DECORATION and index.column() == 0 and self._colors is not None:
            return QColor.fromRgbF(*self._colors[self._order[index.row()]].tolist())
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = DISPLAY
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        if role == DISPLAY:
            return self._columns[section].header + self._arrow_at(section)
        if role == TOOLTIP:
            return self._columns[section].tooltip + ".\nClick to sort, or press S."
        return RIGHT if role == ALIGNMENT else None

    def sort(self, column: int, order: Qt.SortOrder = ASCENDING) -> None:
        """Order rows by a column; equal values stay in label order."""
        self.layoutAboutToBeChanged.emit()
        self._sorted_by = (column, order)
        self._set_order()
        self.layoutChanged.emit()

    @property
    def sorted_by(self) -> tuple[int, Qt.SortOrder]:
        """Column and direction of the order on show."""
        return self._sorted_by

    def _arrow_at(self, section: int) -> str:
        # napari's style paints Qt's own arrow over the text.
        column, order = self._sorted_by
        if section != column:
            return ""
        return UP if order == ASCENDING else DOWN

    def _set_order(self) -> None:
        n_rows = len(self._labels)
        column, order = self._sorted_by
        if self._columns and column >= len(self._columns):
            self._sorted_by = column, order = 0, ASCENDING
        if column == 0 or not n_rows:  # labels are sorted already
            self._order = np.arange(n_rows)
            if order != ASCENDING:
                self._order = self._order[::-1].copy()
        else:
            values = self._columns[column].sort_values
            self._order = _stable_order(values, descending=order != ASCENDING)
        self._place = np.empty(n_rows, np.int64)
        self._place[self._order] = np.arange(n_rows)


def _stable_order(values: LabelArray, *, descending: bool) -> IntVector:
    if not descending:
        return np.argsort(values, kind="stable")
    # Reversed twice, so that equal values keep their order going down too.
    order: IntVector = len(values) - 1 - np.argsort(values[::-1], kind="stable")[::-1]
    return order


def _plain_text(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"
