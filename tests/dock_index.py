"""Indexes the layer of a dock as a person does."""

from __future__ import annotations

from napari_label_index.session import Ready

WAIT_MS = 20_000  # for `qtbot.waitUntil`: a bound, not a pause


def index_layer(widget, qtbot):
    """Press Index, and wait for the table."""
    widget.index_button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)


def index_and_count(widget, qtbot):
    """As `index_layer`, until the chips are counted as well."""
    index_layer(widget, qtbot)
    chips = widget.inspection.chips
    qtbot.waitUntil(
        lambda: all(chips.count(chip) is not None for chip in chips.chips),
        timeout=WAIT_MS,
    )
