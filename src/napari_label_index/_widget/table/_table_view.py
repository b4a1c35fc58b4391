"""The view of the table: it knows rows, and speaks to the outside in labels."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from qtpy.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
)
from qtpy.QtWidgets import QAbstractItemView, QTableView

from napari_label_index._widget.table._column_widths import ColumnFit
from napari_label_index._widget.table._row_ranges import all_rows, ranges_of, rows_in
from napari_label_index._widget.table._sorter import Sorter
from napari_label_index._widget.table._table_looks import (
    paint_nothing_shown,
    set_up_header,
    set_up_looks,
)
from napari_label_index._widget.table._table_model import (
    RegionTableModel,
)
from napari_label_index._widget.table._table_place import Place
from napari_label_index.index import union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index._widget.table._column import Column
    from napari_label_index._widget.table._row_colors import RowColors
    from napari_label_index.session import Submit

SelectionFlag = QItemSelectionModel.SelectionFlag
Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


class RegionTableView(QTableView):
    """Shows an index; tells which labels the user selected, focused or opened.

    Selections are read and written as ranges of rows. `selectedRows` makes an object
    for each row: 1.7 s for 120,000 rows, against 1 ms for the ranges.
    """

    labels_selected = Signal(object)  # (n,) labels, when the user selects
    label_focused = Signal(object)  # int, when the current row changes
    label_opened = Signal(object)  # int, at Enter or a double click
    label_typed = Signal(str)  # the first character of an id
    sorted_by_key = Signal(str)  # the key of a column
    sorting = Signal(str)  # the header of a column that takes long, "" when it is over
    menu_asked = Signal(object)  # QPoint on the screen, by mouse or Menu key

    def __init__(self, submit: Submit | None = None) -> None:
        super().__init__()
        self._is_showing = False
        self._keeps_hidden = False
        self._selected: LabelArray | None = None  # shown or not
        self._model = RegionTableModel(self)
        self.setModel(self._model)
        self._fit = ColumnFit(self, self._model)
        self.sorter = Sorter(self._model, self._sort, self.sorting.emit, submit)
        set_up_looks(self)
        set_up_header(self, self.sort_by)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.doubleClicked.connect(self._open)

    def show_rows(
        self,
        labels: LabelArray,
        columns: tuple[Column, ...],
        colors: RowColors | None = None,
    ) -> None:
        """Show rows that go by these sorted labels; nothing is selected."""
        self.sorter.drop()
        with self._showing():
            self._model.set_rows(labels, columns, colors)
        self._selected = None
        self._fit.fit()

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        """Show the same rows with these columns."""
        moved = self._stay(lambda: self._model.set_columns(columns))
        (self._fit.fit if moved else self._fit.refit)()

    def follow_rows(
        self,
        labels: LabelArray,
        columns: tuple[Column, ...],
        colors: RowColors | None,
        shown: LabelArray | None,
    ) -> None:
        """Show rows in place of others of the same image; what is selected stays so."""
        self._stay(lambda: self._model.follow(labels, columns, colors, shown))
        self._fit.refit()

    def show_only(self, labels: LabelArray | None) -> None:
        """Show only the rows of these labels; what is selected stays so."""
        current, column = self.current_label(), max(self.currentIndex().column(), 0)
        moved = self._stay(lambda: self._model.set_shown(labels))
        if moved and current is not None:
            self.show_label(current, column)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.menu_asked.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit.refit()

    def set_colors(self, colors: RowColors | None) -> None:
        """Show these swatches, one for each label."""
        self._model.set_colors(colors)

    def sort_by(self, column: int) -> None:
        """As `Sorter.sort_by`."""
        self.sorter.sort_by(column)

    def sort_in(self, column: int, order: Qt.SortOrder) -> None:
        """Sort by a column, in a direction."""
        self.sorter.sort_in(column, order)

    def _sort(self, column: int, order: Qt.SortOrder, rows: IntVector | None) -> None:
        selected = self._model.labels_at(self.selected_rows())
        current = self.current_label()
        with self._showing():
            self.selectionModel().reset()
            self._model.sort(column, order, rows)
            self._select_rows_of(selected)
        if current is not None and len(selected):
            self.show_label(current, column)
        else:
            self.scrollToTop()
        self._fit.fit()
        self.sorted_by_key.emit(self._model.columns[column].key)

    def column_of(self, key: str) -> int:
        """Return where the column of this key stands, or -1."""
        return self._model.column_of(key)

    def sort_by_key(self, key: str, order: Qt.SortOrder) -> None:
        """Sort by the column of this key, if there is one."""
        column = self.column_of(key)
        if column >= 0 and self._model.sorted_by != (column, order):
            self.sort_in(column, order)

    def show_selection(self, labels: LabelArray) -> None:
        """Select the rows of these labels, and no others."""
        self._selected = labels
        self._select_rows_of(labels)

    def _select_rows_of(self, labels: LabelArray) -> None:
        with self._showing():
            # Without the reset Qt compares each old range with each new one.
            current = self.currentIndex()
            self.selectionModel().reset()
            self.selectionModel().setCurrentIndex(current, SelectionFlag.NoUpdate)
            ranges = ranges_of(self._model, self._model.view_rows_of(labels))
            self.selectionModel().select(ranges, SelectionFlag.Select)
        self.viewport().update()

    def show_label(self, label: int, column: int = 0) -> None:
        """Make the row of `label` the current one, and scroll to it, if it is shown."""
        rows = self._model.view_rows_of(np.array([label]))
        if not len(rows):
            return
        cell = self._model.cell(int(rows[0]), column)
        with self._showing():
            self.selectionModel().setCurrentIndex(cell, SelectionFlag.NoUpdate)
        self.scrollTo(cell, QAbstractItemView.ScrollHint.PositionAtCenter)

    def shown_labels(self) -> LabelArray:
        """Labels with a row on show, from the top."""
        return self._model.labels_at(np.arange(self._model.rowCount()))

    def selected_rows(self) -> IntVector:
        """View rows that are selected, sorted."""
        ranges = self.selectionModel().selection()
        bounds = sorted({(each.top(), each.bottom() + 1) for each in ranges})
        return rows_in(np.array(bounds, np.int64).reshape(-1, 2))

    def current_label(self) -> int | None:
        """Label of the current row."""
        row = self.currentIndex().row()
        return int(self._model.labels_at(np.array([row]))[0]) if row >= 0 else None

    def label_beside_current(self, step: int) -> int | None:
        """Label `step` rows below the current one, or the last there is that way."""
        last, row = self._model.rowCount() - 1, self.currentIndex().row()
        row = 0 if row < 0 else min(max(row + step, 0), last)
        return int(self._model.labels_at(np.array([row]))[0]) if last >= 0 else None

    def copy_selected(self) -> None:
        """Put the selected rows on the clipboard, tab-separated, with a header."""
        QGuiApplication.clipboard().setText(self._model.tsv(self.selected_rows()))

    def selectAll(self) -> None:  # noqa: N802
        """Select every row, as one range."""
        if self._model.rowCount():
            self._keeps_hidden = False
            everything = all_rows(self._model)
            self.selectionModel().select(everything, SelectionFlag.ClearAndSelect)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Offer a typed digit to the id field; Qt would search 120,000 cells."""
        if search.strip().lstrip("-").isdigit() or search == "-":
            self.label_typed.emit(search)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self._model.n_labels and not self._model.rowCount():
            paint_nothing_shown(self)

    def event(self, event: QEvent) -> bool:
        """Claim copy and select-all before a shortcut of the window takes them."""
        if event.type() == QEvent.Type.ShortcutOverride and (
            event.matches(QKeySequence.StandardKey.Copy)
            or event.matches(QKeySequence.StandardKey.SelectAll)
        ):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
        elif event.key() in (Key.Key_Return, Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.key() == Key.Key_S and event.modifiers() == SHIFT:
            self.sort_by(max(self.currentIndex().column(), 0))
        else:
            super().keyPressEvent(event)

    @contextmanager
    def _showing(self) -> Iterator[None]:
        """Say nothing about changes that come from outside."""
        before, self._is_showing = self._is_showing, True
        try:
            yield
        finally:
            self._is_showing = before

    def _stay(self, change: Callable[[], bool]) -> bool:
        """Change rows, and where they move, keep what is selected and looked at."""
        place = Place.of(self, self._model)
        with self._showing():
            moved = change()
            if moved:
                if self._selected is not None:
                    self._select_rows_of(self._selected)
                place.restore(self, self._model)
        return moved

    def selectionCommand(  # noqa: N802
        self, index: QModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Note whether the user adds to the selection, or begins another."""
        command = super().selectionCommand(index, event)
        self._keeps_hidden = not command & SelectionFlag.Clear
        return command

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        selected = self._selected
        if self._keeps_hidden or selected is None:
            return
        if not self._model.are_shown(selected).all():
            # The rows on show were selected already, so that Qt has said nothing.
            self._on_selection_changed()

    def _on_selection_changed(self) -> None:
        if self._is_showing:
            return
        labels = self._model.label_set_at(self.selected_rows())
        if self._keeps_hidden and self._selected is not None:
            # Of what is selected, the filter hides some: a Ctrl+click keeps them.
            is_hidden = ~self._model.are_shown(self._selected)
            labels = union(labels, self._selected[is_hidden])
        self._selected = labels
        self.labels_selected.emit(labels)

    def _on_current_changed(self) -> None:
        if not self._is_showing and (label := self.current_label()) is not None:
            self.label_focused.emit(label)

    def _open(self, cell: QModelIndex) -> None:
        if cell.isValid():
            label = self._model.labels_at(np.array([cell.row()]))[0]
            self.label_opened.emit(int(label))
