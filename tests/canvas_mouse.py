"""Real Qt mouse events on the canvas of a napari window, aimed at world points."""

from __future__ import annotations

import numpy as np
from qtpy.QtCore import QEvent, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QApplication

from older_napari import camera_of, canvas_size

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
PLAIN = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def settle():
    """Let Qt do all that is due now."""
    for _ in range(5):
        QApplication.processEvents()


def pixel_of(viewer, shown):
    """Place on the canvas of a world point, given by its displayed coordinates."""
    camera = camera_of(viewer)
    if viewer.dims.ndisplay == 2:
        down, right = (np.array(shown) - camera.center[-2:]) * camera.zoom
    else:
        aside = np.cross(camera.view_direction, camera.up_direction)
        offset = (np.array(shown) - camera.center) * camera.zoom
        down, right = -offset @ camera.up_direction, offset @ aside
    height, width = canvas_size(viewer)
    return QPointF(width / 2 + right, height / 2 + down)


def send(viewer, kind, pixel, button=LEFT, keys=PLAIN):
    native = viewer.window._qt_viewer.canvas.native
    held = Qt.MouseButton.NoButton if kind == "MouseButtonRelease" else button
    changed = Qt.MouseButton.NoButton if kind == "MouseMove" else button
    event = QMouseEvent(
        getattr(QEvent.Type, kind),
        pixel,
        QPointF(native.mapToGlobal(pixel.toPoint())),
        changed,
        held,
        keys,
    )
    QApplication.sendEvent(native, event)


def click(viewer, shown, button=LEFT, keys=PLAIN, jitter=0):
    """Press and release at a world point, `jitter` pixels further on."""
    settle()
    pixel = pixel_of(viewer, shown)
    send(viewer, "MouseButtonPress", pixel, button, keys)
    if jitter:
        pixel = pixel + QPointF(jitter, 0)
        send(viewer, "MouseMove", pixel, button, keys)
    send(viewer, "MouseButtonRelease", pixel, button, keys)
    settle()


def double_click(viewer, shown):
    settle()
    pixel = pixel_of(viewer, shown)
    for kind in (
        "MouseButtonPress",
        "MouseButtonRelease",
        "MouseButtonDblClick",
        "MouseButtonRelease",
    ):
        send(viewer, kind, pixel)
    settle()
