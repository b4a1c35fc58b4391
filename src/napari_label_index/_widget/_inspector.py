"""Filter, detail and keys around a table: what is shown of it, and where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from napari_label_index._widget._detail_panel import DetailPanel
from napari_label_index._widget._keys import Command, keys_page
from napari_label_index._widget.filter._filter_panel import FilterPanel
from napari_label_index._widget.parts._popup import TextPopup
from napari_label_index._widget.parts._theme import chip_style
from napari_label_index._widget.sets._sets_link import SetsLink

if TYPE_CHECKING:
    from napari.utils.theme import Theme
    from qtpy.QtWidgets import QWidget

    from napari_label_index._typing import LabelArray
    from napari_label_index._widget.table._table_panel import TablePanel
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import IndexSession, Inspection


class Focus(Protocol):
    """Brings labels into view, as `PictureLink.focus` does."""

    def __call__(self, labels: LabelArray, parts: LabelIndex | None = None, /) -> None:
        """Fit the labels, or these parts, in view."""


class Inspector:
    """Builds the filter and the detail, and connects them with the table.

    Parameters
    ----------
    session, inspection
        What is inspected.
    table
        Shows its labels.
    focus
        Brings labels into view.
    dock
        Has the keys.
    """

    def __init__(
        self,
        session: IndexSession,
        inspection: Inspection,
        table: TablePanel,
        focus: Focus,
        dock: QWidget,
    ) -> None:
        self._session = session
        self._inspection = inspection
        self._table = table
        self._focus = focus
        self._dock = dock
        self.filter = FilterPanel(inspection)
        self.detail = DetailPanel(inspection.detail)
        self.sets = SetsLink(session, inspection, table)
        self.keys = TextPopup("Keys", dock)
        inspection.neighbourhood.told.connect(table.say)
        table.view.label_opened.connect(self.look_at)
        table.view.sorted_by_key.connect(self.filter.show_column)
        self.filter.left.connect(table.view.setFocus)
        self.detail.part_clicked.connect(self._on_part_clicked)
        self.detail.neighbour_clicked.connect(table.select_label)
        inspection.columns.index_changed.connect(self._on_index_changed)
        self._on_index_changed(inspection.columns.index)

    def commands(self) -> list[Command]:
        """Keys for the dock and for the picture."""
        find = self.filter.bar.begin
        return [
            ("N", "Next row: select it and bring it into view", self.walk_down),
            ("Shift+N", "The row before", self.walk_up),
            ("/", "Write a filter; Esc leaves it", find),
            ("Ctrl+F", "Write a filter; Esc leaves it", find),
            ("G", "Go to a label by its id", self._table.goto.begin),
            *self.sets.commands(),
        ]

    def walk_down(self) -> None:
        """Go to the next row, and look at its label."""
        self._walk(1)

    def walk_up(self) -> None:
        """Go to the row before, and look at its label."""
        self._walk(-1)

    def look_at(self, label: int) -> None:
        """Bring a label of the table into view."""
        index = self._session.index
        if index is not None:
            row = index.row_of(label)
            self._focus(index.labels[row : row + 1])

    def show_keys(self) -> None:
        """Pop up all keys of the dock."""
        self.keys.show_beside(self.filter.bar.edit, keys_page(self._dock))

    def use_theme(self, theme: Theme) -> None:
        """Take the colours of a napari theme."""
        self.filter.use_theme(theme)
        self.filter.setStyleSheet(chip_style(theme))
        self.keys.use_theme(theme)
        self.sets.use_theme(theme)

    def close_session(self) -> None:
        """Stop work, and let go of the session; for when the dock is closed."""
        self._inspection.close()
        self._inspection.columns.index_changed.disconnect(
            self._on_index_changed, missing_ok=True
        )
        self.filter.close_session()
        self.detail.close_session()
        self.sets.close_session()

    def _walk(self, by: int) -> None:
        label = self._table.step(by)
        if label is not None:
            self.look_at(label)

    def _on_index_changed(self, index: LabelIndex | None) -> None:
        self.detail.setVisible(index is not None)

    def _on_part_clicked(self, parts: LabelIndex, part: int) -> None:
        row = parts.row_of(part)
        self._focus(parts.labels[row : row + 1], parts)
