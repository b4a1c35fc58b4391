"""The table of regions: numpy columns, and one permutation as their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from qtpy.QtGui import QColor

from napari_label_index._widget.table._columns import Column, columns_of

if TYPE_CHECKING:
    from napari_label_index._typing import BoolArray, FloatArray, IntVector, LabelArray
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
        self._is_shown: BoolArray | None = None  # (n_labels,); None: all of them
        self._all_rows: IntVector = NO_ROWS  # index rows in the order asked for
        self._order: IntVector = NO_ROWS  # index row at each view row
        self._place: IntVector = NO_ROWS  # view row of each index row, or -1
        self._sorted_by = (0, ASCENDING)
        self._n_more = 0  # columns added after the voxels

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns on show."""
        return self._columns

    @property
    def n_labels(self) -> int:
        """Labels of the index, shown or not."""
        return len(self._labels)

    def set_index(
        self,
        index: LabelIndex | None,
        colors: FloatArray | None = None,
        more: tuple[Column, ...] = (),
    ) -> None:
        """Show `index`, in the order asked for last; ``None`` shows nothing."""
        if index is None:
            self.set_rows(NO_ROWS, (), colors)
        else:
            self.set_rows(index.labels, columns_of(index), colors, more)

    def set_rows(
        self,
        labels: LabelArray,
        columns: tuple[Column, ...],
        colors: FloatArray | None = None,
        more: tuple[Column, ...] = (),
    ) -> None:
        """Show rows that go by these sorted labels, in the order asked for last."""
        self.beginResetModel()
        self._labels = labels
        self._columns = columns
        self._insert(more)
        self._colors = colors
        self._is_shown = None
        self._set_order()
        self.endResetModel()

    def set_more_columns(self, more: tuple[Column, ...]) -> None:
        """Show these columns after the voxels, in place of those added before."""
        self.beginResetModel()
        column, order = self._sorted_by
        key = self._columns[column].key if self._columns else ""
        self._columns = (*self._columns[:2], *self._columns[2 + self._n_more :])
        self._insert(more)
        self._sorted_by = (max(self.column_of(key), 0), order)
        self._set_order()
        self.endResetModel()

    def column_of(self, key: str) -> int:
        """Return where the column of this key stands, or -1."""
        keys = [column.key for column in self._columns]
        return keys.index(key) if key in keys else -1

    def set_shown(self, labels: LabelArray | None) -> None:
        """Show only the rows of these labels; ``None`` shows all.

        One array of rows is cut out of the sorted one: a proxy model of Qt would ask
        Python once for each of 120,000 rows.
        """
        self.beginResetModel()
        self._is_shown = None
        if labels is not None:
            self._is_shown = np.zeros(len(self._labels), bool)
            self._is_shown[self._rows_of(labels)] = True
        self._set_places()
        self.endResetModel()

    def set_colors(self, colors: FloatArray | None) -> None:
        """Show these colours, one ``(r, g, b, a)`` for each label."""
        self._colors = colors
        if self._order.size:
            last = self.index(len(self._order) - 1, 0)
            self.dataChanged.emit(self.index(0, 0), last, [DECORATION])

    def labels_at(self, view_rows: IntVector) -> LabelArray:
        """Labels that stand at these view rows."""
        labels: LabelArray = self._labels[self._order[view_rows]]
        return labels

    def view_rows_of(self, labels: LabelArray) -> IntVector:
        """Sorted view rows at which those of the labels stand that are shown."""
        places: IntVector = np.sort(self._place[self._rows_of(labels)])
        return places[np.searchsorted(places, 0) :]

    def are_shown(self, labels: LabelArray) -> BoolArray:
        """Whether each of these labels, all of the index, has a row on show."""
        is_shown: BoolArray = self._place[self._rows_of(labels)] >= 0
        return is_shown

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
        return 0 if parent.isValid() else len(self._order)

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
        if role == TOOLTIP and (hint := self._columns[index.column()].hint) is not None:
            return hint(int(self._order[index.row()])) or None
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = DISPLAY
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        if role == DISPLAY:
            return self._columns[section].header + self._arrow_at(section)
        if role == TOOLTIP:
            return self._columns[section].tooltip + ".\nClick or Shift+S sorts."
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
            self._all_rows = np.arange(n_rows)
            if order != ASCENDING:
                self._all_rows = self._all_rows[::-1].copy()
        else:
            values = self._columns[column].sort_values
            self._all_rows = _stable_order(values, descending=order != ASCENDING)
        self._set_places()

    def _set_places(self) -> None:
        """Cut the rows that are shown out of the sorted ones."""
        self._order = self._all_rows
        if self._is_shown is not None:
            self._order = self._all_rows[self._is_shown[self._all_rows]]
        self._place = np.full(len(self._labels), -1)
        self._place[self._order] = np.arange(len(self._order))

    def _insert(self, more: tuple[Column, ...]) -> None:
        self._n_more = len(more) if self._columns else 0
        if self._columns:
            self._columns = (*self._columns[:2], *more, *self._columns[2:])

    def _rows_of(self, labels: LabelArray) -> IntVector:
        """Rows of those of the labels that the index has."""
        if not self._labels.size:
            return NO_ROWS
        # In the table's dtype: int64 and uint64 would meet as float64.
        labels = labels.astype(self._labels.dtype)
        rows = np.searchsorted(self._labels, labels)
        rows = np.minimum(rows, len(self._labels) - 1)
        found: IntVector = rows[self._labels[rows] == labels]
        return found


def _stable_order(values: LabelArray, *, descending: bool) -> IntVector:
    if not descending:
        return np.argsort(values, kind="stable")
    # Reversed twice, so that equal values keep their order going down too.
    order: IntVector = len(values) - 1 - np.argsort(values[::-1], kind="stable")[::-1]
    return order


def _plain_text(value: float | str) -> str:
    return str(value) if isinstance(value, int | str) else f"{value:.3f}"
