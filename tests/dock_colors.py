"""Drives the panel of colours of a dock as a person does."""

from __future__ import annotations

import numpy as np

from color_images import blobs, painted, random_colors
from dock_index import WAIT_MS
from napari_label_index.session import ColorsFound, Ready


def shared_colors():
    """Blobs of which every two have one colour, on black."""
    labels = blobs((6, 40, 48), (3, 8, 9))
    colors = random_colors(labels.max() // 2 + 2)
    return painted(labels, colors[(np.arange(labels.max() + 1) + 1) // 2])


def look(widget, qtbot):
    """Ask for the colours of the image on offer, and wait for them."""
    widget.chooser.colors_button.click()
    wait_for(widget, ColorsFound, qtbot)


def wait_for(widget, kind, qtbot):
    """Wait for a state of the converter."""
    converter = widget.colors.converter
    qtbot.waitUntil(lambda: isinstance(converter.state, kind), timeout=WAIT_MS)


def make(widget, qtbot, *, split=False):
    """Press Make labels; returns the new layer, which is indexed."""
    panel = widget.colors.panel
    (panel.split_choice if split else panel.each_choice).click()
    assert panel.main_button.text() == "Make labels"
    panel.main_button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    return widget.link.layer


def pick(combo, text):
    """Choose the line that begins with `text`."""
    place = next(i for i in range(combo.count()) if combo.itemText(i).startswith(text))
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def colors_of(rgb):
    """Return the colours of an image but black."""
    return {tuple(color) for color in rgb.reshape(-1, 3).tolist()} - {(0, 0, 0)}
