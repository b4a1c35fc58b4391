"""Words in as many lines as they need, whatever names are among them."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel


def wrapped_label(name: str = "", text: str = "") -> QLabel:
    """Return a label that breaks its lines, and takes no name for a format.

    Parameters
    ----------
    name : str
        What a screen reader calls it; "" where its text says enough.
    text : str
        What it shows.
    """
    label = QLabel(text)
    if name:
        label.setAccessibleName(name)
    # Qt would take a layer called "<b>" for rich text.
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
