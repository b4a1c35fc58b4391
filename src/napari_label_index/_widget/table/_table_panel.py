"""The table with what belongs to it: id field, status line, and an empty state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from napari_label_index._widget._sentences import selection_summary
from napari_label_index._widget.parts._wrapped_label import wrapped_label
from napari_label_index._widget.table._column_menu import ColumnMenu
from napari_label_index._widget.table._goto_field import GoToField
from napari_label_index._widget.table._row_order import NO_ROWS
from napari_label_index._widget.table._table_view import RegionTableView
from napari_label_index.index import difference
from napari_label_index.session import Filtered

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_label_index._typing import LabelArray
    from napari_label_index._widget.table._row_colors import RowColors
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import (
        FilterState,
        IndexSession,
        Inspection,
        Submit,
    )


def first_row(index: LabelIndex, label: int) -> int | None:
    """Return the first row of a label of the volume, if there is one."""
    rows = index.keys_of([label])
    return int(rows[0]) if len(rows) else None


class TablePanel(QWidget):
    """Shows the index of a session, and hands what the user selects to it.

    Parameters
    ----------
    session
        Whose index and selection are shown.
    inspection
        What is known of the index, and its filter.
    submit
        Starts work elsewhere, to sort very many rows.
    """

    def __init__(
        self,
        session: IndexSession,
        inspection: Inspection,
        submit: Submit | None = None,
    ) -> None:
        super().__init__()
        self._session = session
        self._inspection = inspection
        self._is_selecting = False
        self._shown: LabelIndex | None = None
        self._others: list[QPushButton] = []
        # Which row a label that is typed means, where it has several.
        self.row_meant: Callable[[LabelIndex, int], int | None] = first_row
        self.view = RegionTableView(submit=submit)
        self.columns = ColumnMenu(self.view, inspection.columns)
        self.columns_button = QPushButton("Columns")
        self.columns_button.setToolTip("Show or hide columns (or right-click a header)")
        self.goto = GoToField()
        self.status = wrapped_label("Selection")
        self.unfilter_button = QPushButton("Show all")
        self.unfilter_button.setObjectName("chip")
        self.unfilter_button.setToolTip("Clear the filter; what is selected stays so")
        self.hint = wrapped_label()
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.hint)
        self._stack.addWidget(self.view)
        self._lay_out()
        self._connect()
        self._show_status()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._tools = QHBoxLayout()
        self._tools.setSpacing(4)
        self._tools.addWidget(self.goto, stretch=1)
        self._tools.addWidget(self.columns_button)
        foot = QHBoxLayout()
        foot.addWidget(self.status, stretch=1)
        foot.addWidget(self.unfilter_button)
        layout.addLayout(self._tools)
        layout.addWidget(self._stack, stretch=1)
        layout.addLayout(foot)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Let the table give way where the dock is low, and not what is above it."""
        return False

    def _connect(self) -> None:
        selection = self._session.selection
        self.view.labels_selected.connect(self._on_user_selected)
        self.view.label_focused.connect(selection.focus)
        self.view.label_typed.connect(self.goto.begin)
        self.view.sorting.connect(self._on_sorting)
        self.goto.label_asked.connect(self._on_label_asked)
        selection.changed.connect(self._on_selection_changed)
        self._inspection.filter.changed.connect(self._on_filter_changed)
        self._inspection.filter.state_changed.connect(self._on_filter_answered)
        self.columns_button.clicked.connect(self._on_columns_asked)
        self.unfilter_button.clicked.connect(self._on_unfilter_asked)
        self._show_goto(False)

    def close_session(self) -> None:
        """Let go of the session; for when the dock is closed."""
        self._session.selection.changed.disconnect(self._on_selection_changed)
        self._inspection.filter.changed.disconnect(self._on_filter_changed)
        self._inspection.filter.state_changed.disconnect(self._on_filter_answered)
        self.columns.close()
        self.view.sorter.drop()

    def show_index(self, index: LabelIndex | None, colors: RowColors | None) -> None:
        """Show `index` with one colour for each label; None shows the hint."""
        before, self._shown = self._shown, index
        labels = NO_ROWS if index is None else index.labels
        columns = self.columns.columns_for(index)
        if index is not None and before is not None:
            shown = self._inspection.filter.labels
            self.view.follow_rows(labels, columns, colors, shown)
            self._stack.setCurrentWidget(self.view if index else self.hint)
            self._show_status()
            return
        self.view.show_rows(labels, columns, colors)
        if index is not None and index is self._inspection.columns.index:
            self.view.show_only(self._inspection.filter.labels)
        self._stack.setCurrentWidget(self.view if index else self.hint)
        self._show_goto(index is not None)
        selection = self._session.selection
        self._on_selection_changed(selection.labels)
        if selection.focused is not None:
            self.view.show_label(selection.focused)

    def show_label(self, label: int) -> None:
        """Scroll to the row of a label that is in the table."""
        self.view.show_label(label)

    def offer(self, button: QPushButton, below: QWidget) -> None:
        """Show a button beside that of the columns, and what belongs to it below."""
        self._tools.insertWidget(1, button)
        self.layout().insertWidget(1, below)
        self._others.append(button)
        button.setVisible(self._session.index is not None)

    def say(self, sentence: str) -> None:
        """Say something, until the selection changes."""
        self.status.setText(sentence)

    def select_label(self, label: int) -> None:
        """Select and focus one label."""
        selection = self._session.selection
        selection.select([label])
        selection.focus(label)
        self.view.show_label(label)

    def step(self, by: int) -> int | None:
        """Select and focus the label `by` rows below the current one.

        A current one that is not selected is first: a table that gets the focus makes
        its first row the current one.
        """
        current = self.view.current_label()
        is_selected = current is not None and current in self._session.selection
        label = self.view.label_beside_current(by if is_selected else 0)
        if label is not None:
            self.select_label(label)
        return label

    def _show_goto(self, shown: bool) -> None:
        self.goto.setVisible(shown)
        for button in (self.columns_button, *self._others):
            button.setVisible(shown)
        self.status.setVisible(shown)

    def _on_user_selected(self, labels: LabelArray) -> None:
        self._is_selecting = True
        try:
            self._session.selection.select(labels)
        finally:
            self._is_selecting = False

    def _on_selection_changed(self, labels: LabelArray) -> None:
        # The table shows already what the user just selected in it.
        if not self._is_selecting and self._session.index is not None:
            self.view.show_selection(labels)
        self._show_status()

    @property
    def _is_behind(self) -> bool:
        """Whether another index is about to be shown; labels are then of that one."""
        return self._shown is not self._inspection.columns.index

    def _on_filter_changed(self, labels: LabelArray | None) -> None:
        if not self._is_behind:
            self.view.show_only(labels)
            self._show_status()

    def _on_filter_answered(self, state: FilterState) -> None:
        """Show what the query reads, and sort as it asks, where it does."""
        if not isinstance(state, Filtered) or self._is_behind:
            return
        chips = {chip.query for chip in self._inspection.chips.chips}
        # What a chip asks for has its letter among the flags.
        self.columns.show_asked(() if state.text in chips else state.columns)
        if state.sort is None:
            return
        key, descending = state.sort
        if self.view.column_of(key) < 0 and self._inspection.columns.knows(key):
            self.columns.set_shown(key, True)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder(0)
        self.view.sort_by_key(key, order)

    def _on_sorting(self, header: str) -> None:
        if header:
            self.say(f"Sorting by {header}\N{HORIZONTAL ELLIPSIS}")
        else:
            self._show_status()

    def _on_columns_asked(self) -> None:
        button = self.columns_button
        self.columns.pop_up(button.mapToGlobal(QPoint(0, button.height())))

    def _on_unfilter_asked(self) -> None:
        self._inspection.filter.set_text("")
        if (current := self.view.current_label()) is not None:
            self.view.show_label(current)

    def _on_label_asked(self, label: int) -> None:
        selection, index = self._session.selection, self._session.index
        if index is None:
            return
        row = self.row_meant(index, label)
        if row is None:
            # What is selected stays: one slip of a finger must not undo it.
            self.say(f"There is no label {label}.")
            return
        selection.select([row])
        selection.focus(row)
        self.view.show_label(row)
        self.view.label_opened.emit(row)
        self.view.setFocus()
        shown = self._inspection.filter.labels
        if shown is not None and row not in shown:
            self.say(f"The filter hides label {index.name_of(row)}. It is selected.")
        elif (n_rows := len(index.keys_of([label]))) > 1:
            name = index.name_of(row)
            self.say(f"Label {name}; it is there at {n_rows:,} times.")

    def _show_status(self) -> None:
        index = self._session.index
        if index is None:
            self.status.clear()
            self.unfilter_button.hide()
            return
        labels = self._session.selection.labels
        n_voxels = int(index.voxel_counts[index.rows_of(labels)].sum())
        shown = self._inspection.filter.labels
        n_shown = None if shown is None else len(shown)
        n_hidden = 0
        if shown is not None:
            n_hidden = len(difference(labels, shown))
        text = selection_summary(len(labels), len(index), n_voxels, n_shown, n_hidden)
        self.status.setText(text)
        self.unfilter_button.setVisible(n_hidden > 0)
