"""Which columns the table shows; a menu adds and removes all but the first ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import QMenu

from napari_label_index._widget.table._check_columns import (
    check_column,
    choosable,
    header_of,
    is_choosable,
    meaning_of,
)
from napari_label_index._widget.table._columns import columns_of
from napari_label_index._widget.table._flags import FLAG_NEEDS, FLAGS
from napari_label_index.session import INTENSITIES, PLACES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from napari_label_index._widget.table._column import Column
    from napari_label_index._widget.table._table_view import RegionTableView
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import ColumnStore

    class ImageMenu(Protocol):
        """Adds the images that can be measured to a menu; False where none can."""

        def add_to(self, menu: QMenu) -> bool: ...

    MakeColumn: TypeAlias = Callable[[LabelIndex], Column]


MISSING = "n_missing_times"  # there where there is time, and rows are labels


class ColumnMenu:
    """Adds columns to a table; what is not at hand is computed elsewhere.

    Parameters
    ----------
    view
        The table.
    store
        Has the columns, or computes them.
    """

    def __init__(self, view: RegionTableView, store: ColumnStore) -> None:
        self._view = view
        self._store = store
        self._shown = [FLAGS, MISSING]
        self._asked: list[str] = []  # shown for as long as the filter reads them
        self._others: dict[str, MakeColumn] = {}  # by key
        header = view.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_menu_asked)
        self.images: ImageMenu | None = None
        store.arrived.connect(self._on_arrived)
        store.image_changed.connect(self._on_image_changed)

    @property
    def shown(self) -> tuple[str, ...]:
        """Keys of the columns that were added, in order."""
        there_is_time = self._store.knows(MISSING)
        return tuple(key for key in self._shown if key != MISSING or there_is_time)

    def close(self) -> None:
        """Let go of the columns; for when the dock is closed."""
        self._store.arrived.disconnect(self._on_arrived, missing_ok=True)
        self._store.image_changed.disconnect(self._on_image_changed, missing_ok=True)

    def offer(self, key: str, make: MakeColumn) -> None:
        """Offer a column that is no column of the index."""
        self._others[key] = make

    def columns_for(self, index: LabelIndex | None) -> tuple[Column, ...]:
        """Return the columns for a table of `index`."""
        if index is None:
            return ()
        # While one index replaces another, the store may still hold the old one.
        if index is not self._store.index:
            return columns_of(index)
        added, failure = self._added(index), self._store.failure(PLACES)
        return columns_of(index, added, failure)

    def _added(self, index: LabelIndex) -> tuple[Column, ...]:
        keys = [*self._shown, *(key for key in self._asked if key not in self._shown)]
        wanted = keys if index.has_places else [PLACES, *keys]
        self._store.request(key for key in wanted if self._store.knows(key))
        return tuple(
            self._others[key](index)
            if key in self._others
            else check_column(key, index, self._store)
            for key in keys
            if key == FLAGS or key in self._others or self._store.knows(key)
        )

    def set_shown(self, key: str, shown: bool) -> None:
        """Add a column, or take it off the table."""
        if shown == (key in self._shown):
            return
        if shown:
            self._shown.append(key)
            self._store.forgive([key])
            self._store.request(FLAG_NEEDS if key == FLAGS else (key,))
        else:
            self._shown.remove(key)
        self._view.show_columns(self.columns_for(self._store.index))

    def show_asked(self, keys: Iterable[str]) -> None:
        """Show the columns that the filter reads, until it reads others."""
        asked = [key for key in keys if is_choosable(key)]
        if asked != self._asked:
            self._asked = asked
            self._view.show_columns(self.columns_for(self._store.index))

    def show_intensity(self) -> None:
        """Show an intensity, if none is shown yet."""
        if INTENSITIES.keys().isdisjoint(self._shown):
            self.set_shown(next(iter(INTENSITIES)), True)

    def make_menu(self) -> QMenu | None:
        """Return the menu; None while there is no table."""
        index = self._store.index
        if index is None:
            return None
        menu = QMenu("Columns", self._view)
        menu.setToolTipsVisible(True)
        for title, keys in choosable(index).items():
            group = menu.addMenu(title) if title else menu
            group.setToolTipsVisible(True)
            for key in keys:
                meaning = meaning_of(key, index, self._store)
                self._offer(group, key, header_of(key, index), meaning)
        self._add_intensities(menu.addMenu("Intensity"), index)
        for key, make in self._others.items():
            column = make(index)
            self._offer(menu, key, column.header, column.tooltip)
        return menu

    def _add_intensities(self, menu: QMenu, index: LabelIndex) -> None:
        menu.setToolTipsVisible(True)
        if self.images is not None and not self.images.add_to(menu):
            return
        for key in INTENSITIES:
            meaning = meaning_of(key, index, self._store)
            self._offer(menu, key, header_of(key, index), meaning)

    def _offer(self, menu: QMenu, key: str, header: str, meaning: str) -> None:
        action = menu.addAction(header)
        action.setCheckable(True)
        action.setChecked(key in self._shown)
        action.setToolTip(meaning)
        action.toggled.connect(lambda shown: self.set_shown(key, shown))

    def pop_up(self, place: QPoint) -> None:
        """Show the menu at a place of the screen."""
        menu = self.make_menu()
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(place)

    def _on_menu_asked(self, place: QPoint) -> None:
        self.pop_up(self._view.horizontalHeader().mapToGlobal(place))

    def _on_image_changed(self) -> None:
        if not INTENSITIES.keys().isdisjoint(self._shown):
            self._view.show_columns(self.columns_for(self._store.index))

    def _on_arrived(self, name: str) -> None:
        is_flag = FLAGS in self._shown and name in FLAG_NEEDS
        if is_flag or name == PLACES or name in self._shown or name in self._asked:
            self._view.show_columns(self.columns_for(self._store.index))
