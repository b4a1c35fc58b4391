"""Entries of menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtGui import QAction
    from qtpy.QtWidgets import QMenu


def offer(menu: QMenu, text: str, slot: Callable[[], object]) -> QAction:
    """Add an entry that calls `slot`, without a word about a check mark."""
    action = menu.addAction(text)
    action.triggered.connect(lambda _checked=False: slot())
    return action
