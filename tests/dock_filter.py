"""Drives the filter of a dock as a person does."""

from __future__ import annotations

from dock_index import WAIT_MS
from napari_label_index.session import Waiting


def ask(widget, text, qtbot):
    widget.inspector.filter.bar.ask(text)
    qtbot.waitUntil(
        lambda: not isinstance(widget.inspection.filter.state, Waiting),
        timeout=WAIT_MS,
    )


def focus_on(target, qtbot):
    target.window().show()
    target.window().activateWindow()
    target.setFocus()
    qtbot.waitUntil(target.hasFocus, timeout=WAIT_MS)
