"""Asks before labels are edited: what would change, and on the layer or on a copy."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QMessageBox

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget


class Where(Enum):
    """Where an edit is to be made."""

    LAYER = auto()
    COPY = auto()


def ask_where(parent: QWidget, question: str, why_copy: str) -> Where | None:
    """Ask whether to edit, and where; None is a cancel.

    Parameters
    ----------
    parent
        The widget to ask over.
    question
        What would change, with counts.
    why_copy
        Why the layer itself cannot be edited; nothing where it can.
    """
    box = QMessageBox(parent)
    box.setWindowTitle("Edit labels")
    box.setText(question)
    box.setInformativeText(why_copy or "An edit on the layer can be undone (Ctrl+Z).")
    role = QMessageBox.ButtonRole.AcceptRole
    on_layer = None if why_copy else box.addButton("On the layer", role)
    on_copy = box.addButton("On a copy", role)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(on_layer or on_copy)
    box.exec()
    clicked = box.clickedButton()
    if clicked is on_copy:
        return Where.COPY
    return Where.LAYER if on_layer is not None and clicked is on_layer else None
