"""The menu of all sets: each with its count, and what can be done with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QMenu, QWidget

from napari_label_index._widget._wording import ELLIPSIS, count, literal
from napari_label_index._widget.parts._menu import offer

if TYPE_CHECKING:
    from napari_label_index._widget.sets._sets_link import SetsLink

NEW = f"New set{ELLIPSIS}\tS"
HOME_TOOLTIP = "Beside the review of this volume"
NO_HOME = "Kept until the dock is closed"


class SetsMenu(QMenu):
    """Made anew each time it opens.

    Parameters
    ----------
    link
        What the entries call.
    parent
        Owns the menu.
    """

    def __init__(self, link: SetsLink, parent: QWidget) -> None:
        super().__init__("Sets", parent)
        self._link = link
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the sets as they are now."""
        self.clear()
        link = self._link
        new = offer(self, NEW, link.begin_new)
        new.setToolTip("Put the selected labels into a set, by its name")
        new.setEnabled(link.has_selection)
        if link.names:
            self.addSeparator()
        for name in link.names:
            self._add_set(name)
        self.addSeparator()
        if link.last_deleted:
            text = f"Bring back {literal(link.last_deleted)}"
            offer(self, text, link.bring_back)
        home = self.addAction(f"Kept in {link.home}" if link.home else NO_HOME)
        home.setEnabled(False)
        if link.home:
            home.setToolTip(HOME_TOOLTIP)

    def _add_set(self, name: str) -> None:
        link = self._link
        n_labels, n_here = link.counts(name)
        menu = self.addMenu(f"{literal(name)} ({n_here:,})")
        menu.setToolTipsVisible(True)
        if n_here < n_labels:
            rest = count(n_labels - n_here, "id")
            menu.addAction(f"{rest} not in this volume").setEnabled(False)
        offer(menu, "Select", partial(link.select, name))
        offer(menu, "Add to the selection", partial(link.select_too, name))
        offer(menu, "Subtract from the selection", partial(link.deselect, name))
        offer(menu, "Intersect with the selection", partial(link.intersect, name))
        offer(menu, "Show only these", partial(link.show_only, name))
        menu.addSeparator()
        for text, slot in (
            ("Put the selected labels in", link.add_selected),
            ("Take the selected labels out", link.remove_selected),
        ):
            offer(menu, text, partial(slot, name)).setEnabled(link.has_selection)
        menu.addSeparator()
        offer(menu, f"Rename{ELLIPSIS}", partial(link.begin_rename, name))
        offer(menu, "Delete", partial(link.delete, name))


class AddToSetMenu(QMenu):
    """The sets to put the selected labels into, or a new one."""

    def __init__(self, link: SetsLink, parent: QWidget) -> None:
        super().__init__("Add to set", parent)
        self._link = link
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the sets as they are now."""
        self.clear()
        for name in self._link.names:
            offer(self, literal(name), partial(self._link.add_selected, name))
        self.addSeparator()
        offer(self, NEW, self._link.begin_new)
