"""Keys of the dock: bound in one place, and listed by `?`."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, TypeAlias

from qtpy.QtCore import Qt
from qtpy.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qtpy.QtWidgets import QWidget

Command: TypeAlias = tuple[str, str, Callable[[], None]]  # keys, meaning, slot

# What widgets do by themselves while they have the focus.
TABLE_KEYS = (
    ("Up, Down", "Row by row; with Shift also selects"),
    ("Enter", "Fit the current label in view"),
    ("Shift+S", "Sort by the current column, again the other way round"),
    ("0 to 9", "Start typing a label id"),
    ("Ctrl+A", "Select every row shown"),
    ("Ctrl+C", "Copy the selected rows"),
    ("Menu or Shift+F10", "What can be done with the selected labels"),
    ("Ctrl+Z", "Take the last mark back"),
    ("Ctrl+Shift+Z", "Mark it again"),
)
PICTURE_KEYS = (
    ("Click", "Select the object"),
    ("Shift+Click", "Add it to the selection, or take it off"),
    ("Right click", "What can be done with it"),
)


def bind_key(
    widget: QWidget, keys: str, meaning: str, slot: Callable[[], None]
) -> QShortcut:
    """Call `slot` at `keys` while the focus is in `widget`; `?` tells the meaning."""
    shortcut = QShortcut(QKeySequence(keys), widget)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.setWhatsThis(meaning)
    shortcut.activated.connect(slot)
    return shortcut


def bind_window_key(
    widget: QWidget, keys: str, meaning: str, slot: Callable[[], None]
) -> QShortcut:
    """As `bind_key`, but wherever in the window the focus is."""
    shortcut = bind_key(widget, keys, meaning, slot)
    shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
    return shortcut


def bound_keys(widget: QWidget) -> list[tuple[str, str]]:
    """Return the keys bound to `widget` and what they do; same meanings in one line."""
    lines: dict[str, list[str]] = {}
    for shortcut in widget.findChildren(QShortcut):
        if meaning := shortcut.whatsThis():
            lines.setdefault(meaning, []).append(shortcut.key().toString())
    return [(" or ".join(keys), meaning) for meaning, keys in lines.items()]


def keys_page(widget: QWidget) -> str:
    """Return all keys as a page."""
    return (
        _section("Anywhere in the dock", bound_keys(widget))
        + _section("In the table", TABLE_KEYS)
        + _section("In the picture", PICTURE_KEYS)
    )


def _section(title: str, lines: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f"<tr><td style='padding-right: 12px'><b>{escape(keys)}</b></td>"
        f"<td>{escape(meaning)}</td></tr>"
        for keys, meaning in lines
    )
    return f"<h4>{escape(title)}</h4><table>{rows}</table>"
