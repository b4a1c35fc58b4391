"""The menu behind "More": how labels are shown, and what goes to napari's table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtGui import QAction, QActionGroup
from qtpy.QtWidgets import QMenu, QWidget

from napari_label_index._widget.modes._modes_text import DIM_NAMES
from napari_label_index._widget.table._check_columns import header_of, meaning_of
from napari_label_index.session import INTENSITIES, Dim

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_label_index.session import ColumnStore, DisplayModes

OWN_COLORS = "Own colours"
# An id says nothing by its size.
_NOT_COLORED = ("label",)
PUBLISH_TOOLTIP = (
    "Writes the table to layer.features, for napari's own table, its status bar and"
    " other plugins. Columns that are there are kept."
)


class ModesMenu(QMenu):
    """Actions for the modes; each shows what is on when the menu opens.

    Parameters
    ----------
    columns
        What labels are coloured by.
    modes
        What the actions change.
    publish
        Called to publish the table.
    parent
        Owns the menu.
    """

    def __init__(
        self,
        columns: ColumnStore,
        modes: DisplayModes,
        publish: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._columns = columns
        self._modes = modes
        self.setToolTipsVisible(True)
        self.unhide = self.addAction("Unhide all\tShift+H", modes.unhide_all)
        self.dim_actions = self._add_dim()
        self.color_menu = self.addMenu("Colour by")
        self.color_menu.setToolTipsVisible(True)
        self.addSeparator()
        self.publish = self.addAction("Publish to napari's table", publish)
        self.publish.setToolTip(PUBLISH_TOOLTIP)
        self.aboutToShow.connect(self.show_state)

    def show_state(self) -> None:
        """Bring the actions in line with the modes."""
        display = self._modes.display
        self.unhide.setEnabled(len(display.hidden) > 0)
        self.dim_actions[display.dim].setChecked(True)
        self._fill_colors("" if display.colors is None else display.colors.name)

    def _add_dim(self) -> dict[Dim, QAction]:
        menu = self.addMenu("Dim others\tD")
        menu.setToolTipsVisible(True)
        group = QActionGroup(menu)
        actions = {}
        for dim, name in DIM_NAMES.items():
            action = menu.addAction(name, partial(self._modes.set_dim, dim))
            action.setCheckable(True)
            group.addAction(action)
            actions[dim] = action
        actions[Dim.OUTLINES].setToolTip("In slices; in 3D the others are dimmed")
        return actions

    def _fill_colors(self, chosen: str) -> None:
        menu, store = self.color_menu, self._columns
        menu.clear()
        group = QActionGroup(menu)
        index = store.index
        names = [] if index is None else [*index.columns, *INTENSITIES]
        for name in ("", *(name for name in names if name not in _NOT_COLORED)):
            text = OWN_COLORS if index is None or not name else header_of(name, index)
            action = menu.addAction(text, partial(self._modes.color_by, name))
            action.setData(name)
            action.setCheckable(True)
            action.setChecked(name == chosen)
            group.addAction(action)
            if index is None or not name:
                menu.addSeparator()
                continue
            problem = store.intensities.problem if name in INTENSITIES else ""
            action.setToolTip(problem or f"{meaning_of(name, index, store)} ({name})")
            action.setEnabled(not problem)
