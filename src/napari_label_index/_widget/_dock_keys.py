"""Which key does what: in the dock, in the picture, and in the table alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtGui import QGuiApplication

from napari_label_index._widget._keys import bind_key

if TYPE_CHECKING:
    from napari_label_index._widget._dock_widget import LabelIndexWidget
    from napari_label_index._widget._keys import Command


def bind_dock_keys(dock: LabelIndexWidget) -> None:
    """Bind all keys that work while the focus is in the dock."""
    for command in (
        *dock.inspector.commands(),
        *_dock_commands(dock),
        *dock.modes.commands(),
        *dock.review.commands(),
        ("?", "Show these keys", dock.inspector.show_keys),
    ):
        bind_key(dock, *command)
    for command in dock.review.table_commands():
        bind_key(dock.table.view, *command)


def picture_commands(dock: LabelIndexWidget) -> list[Command]:
    """Return the keys that work in the canvas, while the indexed layer is active."""
    walking = dock.inspector.walk_commands()
    going = [each for each in dock.inspector.commands() if each[0] == "G"]
    copying = [each for each in _dock_commands(dock) if each[0] in ("C", "Y")]
    return [
        *dock.modes.commands(),
        *walking,
        *going,
        *copying,
        *dock.review.commands(),
    ]


def _dock_commands(dock: LabelIndexWidget) -> list[Command]:
    return [
        ("C", "Fit the selected labels in view", dock.focus_selected),
        ("Y", "Copy the ids of the selected labels", lambda: _copy_ids(dock)),
        ("Ctrl+Shift+E", "Export", dock.export_button.click),
        ("Esc", "Select nothing", dock.session.selection.clear),
    ]


def _copy_ids(dock: LabelIndexWidget) -> None:
    labels = dock.session.selection.labels
    if len(labels):
        QGuiApplication.clipboard().setText(" ".join(map(str, labels.tolist())))
