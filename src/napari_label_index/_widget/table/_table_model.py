"""The table of regions: numpy columns, and one permutation as their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from qtpy.QtGui import QColor, QGuiApplication

from napari_label_index._widget.table import _roles
from napari_label_index._widget.table._column import (
    Column,
    are_sorted_alike,
    tsv_of,
)
from napari_label_index._widget.table._roles import ASCENDING, DISPLAY, ROOT
from napari_label_index._widget.table._row_order import (
    NO_ROWS,
    EveryRow,
    are_same,
    mask_of,
    order_after,
    places_of,
    rows_among,
    shown_of,
    sorted_values,
    stable_order,
)

if TYPE_CHECKING:
    from napari_label_index._typing import BoolArray, IntVector, LabelArray
    from napari_label_index._widget.table._row_colors import RowColors
    from napari_label_index._widget.table._row_order import Rows


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
        self._colors: RowColors | None = None  # of each label
        self._is_shown: BoolArray | None = None  # (n_labels,); None: all of them
        self._all_rows: Rows = NO_ROWS  # index rows in the order asked for
        self._order: Rows = NO_ROWS  # index row at each view row
        self._known_places: Rows | None = None  # see `_place`
        self._sorted_by = (0, ASCENDING)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns on show."""
        return self._columns

    @property
    def n_labels(self) -> int:
        """Labels of the index, shown or not."""
        return len(self._labels)

    def set_rows(
        self,
        labels: LabelArray,
        columns: tuple[Column, ...],
        colors: RowColors | None = None,
    ) -> None:
        """Show rows that go by these sorted labels, in the order asked for last."""
        self.beginResetModel()
        self._labels, self._colors, self._is_shown = labels, colors, None
        self._columns = columns
        self._set_order()
        self.endResetModel()

    def set_columns(self, columns: tuple[Column, ...]) -> bool:
        """Show the same rows with these columns; returns whether any have moved."""
        return self._replace(self._labels, columns, self._is_shown)

    def follow(
        self,
        labels: LabelArray,
        columns: tuple[Column, ...],
        colors: RowColors | None,
        shown: LabelArray | None,
    ) -> bool:
        """Show rows in place of others of the same image; of them, `shown` labels.

        Returns whether rows or columns have moved. Where none has, cells are painted
        again, and no row is sorted.
        """
        self._colors = colors
        return self._replace(labels, columns, mask_of(labels, shown))

    def _replace(
        self,
        labels: LabelArray,
        columns: tuple[Column, ...],
        is_shown: BoolArray | None,
    ) -> bool:
        before = self._columns
        keys = [column.key for column in columns]
        sorted_by, order = self._sorted_by
        sort_key = before[sorted_by].key if before else ""
        is_same = labels is self._labels
        has_same_rows = is_same or np.array_equal(labels, self._labels)
        stays = (
            has_same_rows
            and keys == [column.key for column in before]
            and are_same(is_shown, self._is_shown)
            and are_sorted_alike(sorted_by, columns, before)
        )
        if not stays:
            self.beginResetModel()
        self._labels, self._is_shown = labels, is_shown
        self._columns = columns
        if stays:
            self._repaint(len(columns) - 1, [])
            return False
        column = max(self.column_of(sort_key), 0)
        self._sorted_by = (column, order)
        all_rows = self._all_rows
        if has_same_rows and column > 0 and not isinstance(all_rows, EveryRow):
            self._all_rows = order_after(
                all_rows,
                before[sorted_by].sort_values,
                columns[column].sort_values,
                descending=order != ASCENDING,
            )
            self._set_places()
        else:
            self._set_order()
        self.endResetModel()
        return True

    def column_of(self, key: str) -> int:
        """Return where the column of this key stands, or -1."""
        keys = [column.key for column in self._columns]
        return keys.index(key) if key in keys else -1

    def set_shown(self, labels: LabelArray | None) -> bool:
        """Show only the rows of these labels; ``None`` shows all.

        Returns whether that is any change.

        One array of rows is cut out of the sorted one: a proxy model of Qt would ask
        Python once for each of 120,000 rows.
        """
        is_shown = mask_of(self._labels, labels)
        if are_same(is_shown, self._is_shown):
            return False
        self.beginResetModel()
        self._is_shown = is_shown
        self._set_places()
        self.endResetModel()
        return True

    def set_colors(self, colors: RowColors | None) -> None:
        """Show these colours, one ``(r, g, b, a)`` for each label."""
        self._colors = colors
        self._repaint(0, [_roles.DECORATION])

    def _repaint(self, last_column: int, roles: list[int]) -> None:
        if len(self._order):
            last = self.index(len(self._order) - 1, last_column)
            self.dataChanged.emit(self.index(0, 0), last, roles)

    def labels_at(self, view_rows: IntVector) -> LabelArray:
        """Labels that stand at these view rows."""
        labels: LabelArray = self._labels[self._order[view_rows]]
        return labels

    def label_set_at(self, view_rows: IntVector) -> LabelArray:
        """Return the same, sorted."""
        return sorted_values(self._labels, self._order[view_rows])

    def view_rows_of(self, labels: LabelArray) -> IntVector:
        """Sorted view rows at which those of the labels stand that are shown."""
        if not len(labels):
            return NO_ROWS
        places: IntVector = np.sort(self._place[self._rows_of(labels)])
        return places[np.searchsorted(places, 0) :]

    def are_shown(self, labels: LabelArray) -> BoolArray:
        """Whether each of these labels, all of the index, has a row on show."""
        return np.greater_equal(self._place[self._rows_of(labels)], 0)

    def cell(self, view_row: int, column: int) -> QModelIndex:
        """As `index`, but without asking Python for the size of the table."""
        return self.createIndex(view_row, column)

    def tsv(self, view_rows: IntVector) -> str:
        """Rows as tab-separated text with a header; numbers are plain."""
        return tsv_of(self._columns, self._order[view_rows])

    def rowCount(self, parent: QModelIndex = ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: QModelIndex = ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: QModelIndex, role: int = DISPLAY) -> Any:
        """One cell; Qt asks only for those it paints."""
        if role == DISPLAY:
            return self._columns[index.column()].text(int(self._order[index.row()]))
        if role == _roles.ALIGNMENT:
            return _roles.RIGHT
        if role == _roles.FOREGROUND and self._columns[index.column()].is_former:
            return QGuiApplication.palette().brush(_roles.DISABLED, _roles.TEXT)
        is_swatch = role == _roles.DECORATION and index.column() == 0
        if is_swatch and self._colors is not None:
            return QColor.fromRgbF(*self._colors[self._order[index.row()]].tolist())
        hint = self._columns[index.column()].hint
        if role == _roles.TOOLTIP and hint is not None:
            return hint(int(self._order[index.row()])) or None
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = DISPLAY
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        if role == DISPLAY:
            return self._columns[section].header + _roles.arrow(
                *self._sorted_by, section
            )
        if role == _roles.TOOLTIP:
            return self._columns[section].tooltip + ".\nClick or Shift+S sorts."
        return _roles.RIGHT if role == _roles.ALIGNMENT else None

    def sort(
        self,
        column: int,
        order: Qt.SortOrder = ASCENDING,
        rows: IntVector | None = None,
    ) -> None:
        """Order rows by a column, ties by label; `rows` is that order, if known."""
        self.layoutAboutToBeChanged.emit()
        self._sorted_by = (column, order)
        self._set_order(rows)
        self.layoutChanged.emit()

    @property
    def sorted_by(self) -> tuple[int, Qt.SortOrder]:
        """Column and direction of the order on show."""
        return self._sorted_by

    def _set_order(self, rows: IntVector | None = None) -> None:
        n_rows = len(self._labels)
        column, order = self._sorted_by
        if self._columns and column >= len(self._columns):
            self._sorted_by = column, order = 0, ASCENDING
        if rows is not None:
            self._all_rows = rows
        elif column == 0 or not n_rows:  # labels are sorted already
            is_reversed = order != ASCENDING
            self._all_rows = (
                np.arange(n_rows)[::-1] if is_reversed else EveryRow(n_rows)
            )
        else:
            values = self._columns[column].sort_values
            self._all_rows = stable_order(values, descending=order != ASCENDING)
        self._set_places()

    def _set_places(self) -> None:
        """Cut the rows that are shown out of the sorted ones."""
        self._order = shown_of(self._all_rows, self._is_shown)
        self._known_places = None

    @property
    def _place(self) -> Rows:
        """View row of each index row, or -1; of many rows better when it is needed."""
        if self._known_places is None:
            self._known_places = places_of(self._order, len(self._labels))
        return self._known_places

    def _rows_of(self, labels: LabelArray) -> IntVector:
        return rows_among(self._labels, labels)
