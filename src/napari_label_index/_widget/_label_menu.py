"""The menu of the selected labels, by a right click or by the Menu key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtGui import QCursor
from qtpy.QtWidgets import QMenu

from napari_label_index._widget._keys import bind_key
from napari_label_index._widget._wording import ELLIPSIS
from napari_label_index._widget.parts._menu import offer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qtpy.QtCore import QPoint

    from napari_label_index._widget._dock_widget import LabelIndexWidget
    from napari_label_index._widget._keys import Command
    from napari_label_index._widget._label_actions import LabelActions
    from napari_label_index._widget.edits._label_editor import LabelEditor

# Text and key; None is a line between groups. What a key does, its entry does.
_LOOKING = (
    ("Centre", "C"),
    ("Focus", "Shift+C"),
    ("Isolate", "I"),
    ("Hide", "H"),
    ("Dim others", "D"),
)
_TAKING = (("Copy ids", "Y"),)
_EXPORTING = ((f"Export selection{ELLIPSIS}", "Ctrl+Shift+E"),)
_JUDGING = (
    ("Accept", "A"),
    ("Reject", "R"),
    ("Unsure", "U"),
    ("Clear the mark", "Q"),
    (f"Note{ELLIPSIS}", "T"),
)


class LabelMenu(QMenu):
    """Offers what the keys do, and a few things that have none.

    Parameters
    ----------
    dock
        Whose selected labels it is for.
    actions
        What has no key.
    commands
        The keys, and what they do.
    """

    def __init__(
        self,
        dock: LabelIndexWidget,
        actions: LabelActions,
        commands: Iterable[Command],
    ) -> None:
        super().__init__("Labels", dock.table.view)
        self._dock = dock
        self._commands = {key: (meaning, slot) for key, meaning, slot in commands}
        self.setToolTipsVisible(True)
        self._offer_keys(_LOOKING)
        self.addSeparator()
        offer(self, "Select neighbours too", actions.select_neighbours)
        offer(self, "Select the same status", actions.select_same_status)
        self.addMenu(dock.inspector.sets.make_add_menu(self))
        self.addSeparator()
        self._offer_keys(_TAKING)
        offer(self, "Copy rows\tCtrl+C", actions.copy_rows)
        offer(self, "Copy coordinates", actions.copy_coordinates)
        self._offer_keys(_EXPORTING)
        self.addSeparator()
        self._offer_keys(_JUDGING)
        self.addSeparator()
        self.addMenu(self._make_edit_menu(dock.editor))
        self._follow(dock)

    def pop_up_at_row(self) -> None:
        """Show the menu at the current row, for the keyboard."""
        view = self._dock.table.view
        cell = view.visualRect(view.currentIndex())
        self._pop_up(view.viewport().mapToGlobal(cell.center()))

    def _make_edit_menu(self, editor: LabelEditor) -> QMenu:
        menu = QMenu("Edit labels", self)
        for text, slot in (
            ("Delete", editor.delete),
            ("Merge", editor.merge),
            ("Split into parts", editor.split),
            ("Keep the largest part", editor.keep_largest),
            ("Relabel all 1 to N, in a new layer", editor.relabel),
        ):
            asks = "" if slot == editor.relabel else ELLIPSIS
            offer(menu, text + asks, slot)
        return menu

    def _follow(self, dock: LabelIndexWidget) -> None:
        view = dock.table.view
        view.menu_asked.connect(self._pop_up)
        # Qt asks at the Menu key by itself, and at this one on Windows alone.
        bind_key(view, "Shift+F10", "", self.pop_up_at_row)
        dock.picture.menu_asked.connect(self._on_picture_asked)

    def _offer_keys(self, entries: Iterable[tuple[str, str]]) -> None:
        for text, key in entries:
            meaning, slot = self._commands[key]
            offer(self, f"{text}\t{key}", slot).setToolTip(meaning)

    def _on_picture_asked(self) -> None:
        self._pop_up(QCursor.pos())

    def _pop_up(self, place: QPoint) -> None:
        if len(self._dock.session.selection):
            self.popup(place)
