"""Drives the filter of a dock as a person does."""

from __future__ import annotations

from napari_label_index.session import Ready, Waiting

WAIT_MS = 10_000


def index_layer(widget, qtbot):
    widget.index_button.click()
    chips = widget.inspection.chips
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    qtbot.waitUntil(
        lambda: all(chips.count(chip) is not None for chip in chips.chips),
        timeout=WAIT_MS,
    )


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
