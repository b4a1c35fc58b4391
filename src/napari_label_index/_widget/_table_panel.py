"""The table with what belongs to it: id field, status line, and an empty state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from napari_label_index._widget._goto_field import GoToField
from napari_label_index._widget._sentences import selection_summary
from napari_label_index._widget._table_view import RegionTableView

if TYPE_CHECKING:
    from napari_label_index._typing import FloatArray, LabelArray
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import IndexSession


class TablePanel(QWidget):
    """Shows the index of a session, and hands what the user selects to it.

    Parameters
    ----------
    session
        Whose index and selection are shown.
    """

    def __init__(self, session: IndexSession) -> None:
        super().__init__()
        self._session = session
        self._is_selecting = False
        self.view = RegionTableView()
        self.goto = GoToField()
        self.status = QLabel()
        self.status.setAccessibleName("Selection")
        self.hint = QLabel()
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setWordWrap(True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.hint)
        self._stack.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.goto)
        layout.addWidget(self._stack, stretch=1)
        layout.addWidget(self.status)
        self._connect()
        self._show_status()

    def _connect(self) -> None:
        selection = self._session.selection
        self.view.labels_selected.connect(self._on_user_selected)
        self.view.label_focused.connect(selection.focus)
        self.view.label_typed.connect(self.goto.begin)
        self.goto.label_asked.connect(self._on_label_asked)
        selection.changed.connect(self._on_selection_changed)
        self._show_goto(False)

    def close_session(self) -> None:
        """Let go of the session; for when the dock is closed."""
        self._session.selection.changed.disconnect(self._on_selection_changed)

    def show_index(self, index: LabelIndex | None, colors: FloatArray | None) -> None:
        """Show `index` with one colour for each label; None shows the hint."""
        self.view.show_index(index, colors)
        self._stack.setCurrentWidget(self.hint if index is None else self.view)
        self._show_goto(index is not None)
        selection = self._session.selection
        self._on_selection_changed(selection.labels)
        if selection.focused is not None:
            self.view.show_label(selection.focused)

    def show_label(self, label: int) -> None:
        """Scroll to the row of a label that is in the table."""
        self.view.show_label(label)

    def _show_goto(self, shown: bool) -> None:
        self.goto.setVisible(shown)
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

    def _on_label_asked(self, label: int) -> None:
        selection, index = self._session.selection, self._session.index
        if index is None:
            return
        selection.select([label])
        if not len(selection):
            self.status.setText(f"There is no label {label}.")
            return
        selection.focus(label)
        self.view.show_label(label)
        self.view.setFocus()

    def _show_status(self) -> None:
        index = self._session.index
        if index is None:
            self.status.clear()
            return
        labels = self._session.selection.labels
        n_voxels = int(index.voxel_counts[index.rows_of(labels)].sum())
        self.status.setText(selection_summary(len(labels), len(index), n_voxels))
