"""The view of the table: it knows rows, and speaks to the outside in labels."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QSize,
    Qt,
    Signal,
)
from qtpy.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from qtpy.QtWidgets import QAbstractItemView, QTableView, QWidget

from napari_label_index._widget._table_model import (
    ASCENDING,
    DESCENDING,
    UP,
    RegionTableModel,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import FloatArray, IntVector, LabelArray
    from napari_label_index.index import LabelIndex

SelectionFlag = QItemSelectionModel.SelectionFlag
Key = Qt.Key


class RegionTableView(QTableView):
    """Shows an index; tells which labels the user selected, focused or opened.

    Selections are read and written as ranges of rows. `selectedRows` makes an object
    for each row: 1.7 s for 120,000 rows, against 1 ms for the ranges.
    """

    labels_selected = Signal(object)  # (n,) labels, when the user selects
    label_focused = Signal(object)  # int, when the current row changes
    label_opened = Signal(object)  # int, at Enter or a double click
    label_typed = Signal(str)  # the first character of an id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_showing = False
        self._model = RegionTableModel(self)
        self.setModel(self._model)
        self._set_up_looks()
        self._set_up_header()
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.doubleClicked.connect(self._open)

    def _set_up_looks(self) -> None:
        self.setAccessibleName("Labels")
        self.setAccessibleDescription("One row for each label of the indexed layer")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        # Tab leaves the table: between rows there are the arrow keys.
        self.setTabKeyNavigation(False)
        height = self.fontMetrics().height()
        self.setIconSize(QSize(height - 4, height - 4))
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setMinimumSectionSize(height)
        rows.setDefaultSectionSize(height + 6)

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setStretchLastSection(True)
        # Each paint of a header asks, cell by cell, whether its column is selected:
        # 1.5 s with 120,000 rows. An empty selection of its own answers at once.
        header.setSelectionModel(QItemSelectionModel(self._model, header))
        # Not `setSortingEnabled`: the selection is taken off before a sort, since Qt
        # would carry over each selected cell by itself.
        header.sectionClicked.connect(self.sort_by)

    def show_index(
        self, index: LabelIndex | None, colors: FloatArray | None = None
    ) -> None:
        """Show `index`; nothing is selected."""
        with self._showing():
            self._model.set_index(index, colors)
        for i, column in enumerate(self._model.columns):
            texts = (column.header + UP, column.widest)
            metrics = self.fontMetrics()
            width = max(metrics.horizontalAdvance(text) for text in texts) + 14
            swatch = self.iconSize().width() + 6 if i == 0 else 0
            self.setColumnWidth(i, width + swatch)

    def set_colors(self, colors: FloatArray | None) -> None:
        """Show these swatches, one for each label."""
        self._model.set_colors(colors)

    def sort_by(self, column: int) -> None:
        """Sort by a column; by the same one again, the other way round."""
        sorted_by, order = self._model.sorted_by
        flipped = column == sorted_by and order == ASCENDING
        selected = self._model.labels_at(self.selected_rows())
        current = self.current_label()
        with self._showing():
            self.selectionModel().reset()
            self._model.sort(column, DESCENDING if flipped else ASCENDING)
            self.show_selection(selected)
        if current is not None and len(selected):
            self.show_label(current, column)
        else:
            self.scrollToTop()

    def show_selection(self, labels: LabelArray) -> None:
        """Select the rows of these labels, and no others."""
        with self._showing():
            # Without the reset Qt compares each old range with each new one.
            current = self.currentIndex()
            self.selectionModel().reset()
            self.selectionModel().setCurrentIndex(current, SelectionFlag.NoUpdate)
            ranges = self._ranges_of(self._model.view_rows_of(labels))
            self.selectionModel().select(ranges, SelectionFlag.Select)
        self.viewport().update()

    def show_label(self, label: int, column: int = 0) -> None:
        """Make the row of `label` the current one, and scroll to it."""
        row = int(self._model.view_rows_of(np.array([label]))[0])
        cell = self._model.cell(row, column)
        with self._showing():
            self.selectionModel().setCurrentIndex(cell, SelectionFlag.NoUpdate)
        self.scrollTo(cell, QAbstractItemView.ScrollHint.PositionAtCenter)

    def selected_rows(self) -> IntVector:
        """View rows that are selected, sorted."""
        ranges = self.selectionModel().selection()
        bounds = sorted({(each.top(), each.bottom() + 1) for each in ranges})
        return rows_in(np.array(bounds, np.int64).reshape(-1, 2))

    def current_label(self) -> int | None:
        """Label of the current row."""
        row = self.currentIndex().row()
        return int(self._model.labels_at(np.array([row]))[0]) if row >= 0 else None

    def copy_selected(self) -> None:
        """Put the selected rows on the clipboard, tab-separated, with a header."""
        QGuiApplication.clipboard().setText(self._model.tsv(self.selected_rows()))

    def selectAll(self) -> None:  # noqa: N802
        """Select every row, as one range."""
        if n_rows := self._model.rowCount():
            everything = self._ranges_of(np.arange(n_rows))
            self.selectionModel().select(everything, SelectionFlag.ClearAndSelect)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Offer a typed digit to the id field; Qt would search 120,000 cells."""
        if search.strip().lstrip("-").isdigit() or search == "-":
            self.label_typed.emit(search)

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
        elif event.key() == Key.Key_S and not event.modifiers():
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

    def _ranges_of(self, view_rows: IntVector) -> QItemSelection:
        selection = QItemSelection()
        last_column = self._model.columnCount() - 1
        cell = self._model.cell
        is_top = np.diff(view_rows, prepend=-2) != 1
        is_bottom = np.append(is_top[1:], True)[: len(view_rows)]
        tops, bottoms = view_rows[is_top].tolist(), view_rows[is_bottom].tolist()
        for top, bottom in zip(tops, bottoms, strict=True):
            selection.select(cell(top, 0), cell(bottom, last_column))
        return selection

    def _on_selection_changed(self) -> None:
        if not self._is_showing:
            self.labels_selected.emit(self._model.labels_at(self.selected_rows()))

    def _on_current_changed(self) -> None:
        label = self.current_label()
        if not self._is_showing and label is not None:
            self.label_focused.emit(label)

    def _open(self, cell: QModelIndex) -> None:
        if cell.isValid():
            label = self._model.labels_at(np.array([cell.row()]))[0]
            self.label_opened.emit(int(label))


def rows_in(bounds: IntVector) -> IntVector:
    """Rows in sorted half-open ``(n, 2)`` ranges that do not overlap."""
    lengths = bounds[:, 1] - bounds[:, 0]
    firsts = np.repeat(bounds[:, 0] - np.cumsum(lengths) + lengths, lengths)
    rows: IntVector = firsts + np.arange(len(firsts))
    return rows
