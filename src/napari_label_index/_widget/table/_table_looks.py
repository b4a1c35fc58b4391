"""How the table looks and answers to keys, set once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QItemSelectionModel, QSize, Qt
from qtpy.QtGui import QPainter
from qtpy.QtWidgets import QAbstractItemView, QTableView

if TYPE_CHECKING:
    from collections.abc import Callable

NOTHING_SHOWN = "No label passes the filter."


def set_up_looks(view: QTableView) -> None:
    """Rows that are selected as a whole, and read line by line."""
    view.setAccessibleName("Labels")
    view.setAccessibleDescription("One row for each label of the indexed layer")
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setAlternatingRowColors(True)
    view.setShowGrid(False)
    view.setWordWrap(False)
    # Tab leaves the table: between rows there are the arrow keys.
    view.setTabKeyNavigation(False)
    height = view.fontMetrics().height()
    view.setIconSize(QSize(height - 4, height - 4))
    rows = view.verticalHeader()
    rows.setVisible(False)
    rows.setMinimumSectionSize(height)
    rows.setDefaultSectionSize(height + 6)


def set_up_header(view: QTableView, on_clicked: Callable[[int], None]) -> None:
    """Make a header that is fast with many rows, and says when it is clicked."""
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionsClickable(True)
    header.setStretchLastSection(True)
    # Each paint of a header asks, cell by cell, whether its column is selected:
    # 1.5 s with 120,000 rows. An empty selection of its own answers at once.
    header.setSelectionModel(QItemSelectionModel(view.model(), header))
    # Not `setSortingEnabled`: the selection is taken off before a sort, since Qt
    # would carry over each selected cell by itself.
    header.sectionClicked.connect(on_clicked)


def paint_nothing_shown(view: QTableView) -> None:
    """Say why there is no row."""
    painter = QPainter(view.viewport())
    place = Qt.AlignmentFlag.AlignCenter
    painter.drawText(view.viewport().rect(), place, NOTHING_SHOWN)
