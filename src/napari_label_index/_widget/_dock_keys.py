"""Which key does what: in the dock, in the picture, and in the table alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index._widget._keys import bind_key, bind_window_key
from napari_label_index._widget._label_actions import LabelActions
from napari_label_index._widget._label_menu import LabelMenu

if TYPE_CHECKING:
    from napari_label_index._widget._dock_widget import LabelIndexWidget
    from napari_label_index._widget._keys import Command

# In the canvas this belongs to napari.
_NOT_IN_PICTURE = ("Ctrl+F",)


def bind_dock_keys(dock: LabelIndexWidget) -> None:
    """Bind all keys that work while the focus is in the dock, and the menu of labels.

    `?` is for the whole window: no layer can have it, since napari knows no such key.
    """
    commands = _commands(dock)
    for command in commands:
        bind_key(dock, *command)
    for command in dock.review.table_commands():
        bind_key(dock.table.view, *command)
    bind_window_key(dock, "?", "Show these keys", dock.inspector.show_keys)
    LabelMenu(dock, LabelActions(dock), commands)


def picture_commands(dock: LabelIndexWidget) -> list[Command]:
    """Return the keys that work in the canvas, while the indexed layer is active."""
    return [each for each in _commands(dock) if each[0] not in _NOT_IN_PICTURE]


def _commands(dock: LabelIndexWidget) -> list[Command]:
    actions = LabelActions(dock)
    return [
        *dock.inspector.commands(),
        ("C", "Bring the selected labels into the middle", actions.centre),
        ("Shift+C", "Fit the selected labels in view", dock.focus_selected),
        ("Y", "Copy the ids of the selected labels", actions.copy_ids),
        ("Ctrl+Shift+E", "Export", actions.export),
        ("W", "Write the last export again", actions.write_again),
        ("Escape", "Select nothing", dock.session.selection.clear),
        *dock.modes.commands(),
        *dock.review.commands(),
    ]
