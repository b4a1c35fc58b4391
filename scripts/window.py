"""Drives napari's window and the plugin's dock as a person does: with mouse and keys.

Used by the demo and by the measurements of the window.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import napari
import numpy as np
from napari.layers import Labels
from qtpy.QtCore import QEventLoop, QModelIndex, QPoint, Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import (
    QApplication,
    QFileDialog,
    QPushButton,
    QTableView,
    QWidget,
)

from napari_label_index import LabelImage, LabelIndex

NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


class InspectorWindow:
    """A napari window with one Labels layer and the plugin's dock beside it."""

    def __init__(self, label_image: LabelImage, name: str = "cells") -> None:
        self.viewer = napari.Viewer(title="napari-label-index")
        self.layer: Labels = self.viewer.add_labels(
            label_image.data,
            name=name,
            scale=label_image.spacing,
            translate=label_image.origin,
        )
        _, self.dock = self.viewer.window.add_plugin_dock_widget("napari-label-index")
        self.table: QTableView = self.dock.table.view
        self.settle()

    @property
    def index(self) -> LabelIndex | None:
        return self.dock.session.index

    @property
    def selected(self) -> list[int]:
        """Labels that are selected, sorted."""
        return [int(label) for label in self.dock.session.selection.labels]

    def settle(self, seconds: float = 0.1) -> None:
        """Let the window draw itself."""
        QTest.qWait(int(seconds * 1000))

    def wait_until(self, what: str, is_true: Callable[[], bool], limit: float = 60):
        """Run the event loop until `is_true`; `what` is for the message.

        The loop sleeps between events, as napari's does: one that polls would take a
        core away from the threads that are waited for.
        """
        loop, poll, alarm = QEventLoop(), QTimer(), QTimer()
        poll.timeout.connect(lambda: loop.quit() if is_true() else None)
        alarm.timeout.connect(loop.quit)
        poll.start(10)
        alarm.start(int(limit * 1000))
        loop.exec()
        if not is_true():
            raise TimeoutError(f"after {limit:.0f} s: not {what}")

    def press(self, text: str, root: QWidget | None = None) -> None:
        """Click the button whose text begins with `text`."""
        for button in (root or self.dock).findChildren(QPushButton):
            if button.text().replace("&", "").startswith(text) and button.isEnabled():
                QTest.mouseClick(button, LEFT)
                return
        raise LookupError(f"no button {text!r} that can be pressed")

    def build_index(self, limit: float = 120) -> LabelIndex:
        """Press Index and wait for the table."""
        self.press("Index")
        self.wait_until("indexed", lambda: self.index is not None, limit)
        self.settle()
        return self.index

    def sort_by(self, header: str, *, descending: bool = False) -> None:
        """Click the header of a column, twice for the largest first."""
        model, across = self.table.model(), Qt.Orientation.Horizontal
        titles = [
            str(model.headerData(column, across))
            for column in range(model.columnCount())
        ]
        column = next(i for i, title in enumerate(titles) if title.startswith(header))
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder(0)
        while model.sorted_by != (column, order):
            self.click_header(column)
            self.settle()

    def click_header(self, column: int) -> None:
        """Click the header of `column` in the middle."""
        bar = self.table.horizontalHeader()
        x = bar.sectionViewportPosition(column) + bar.sectionSize(column) // 2
        QTest.mouseClick(bar.viewport(), LEFT, NO_KEY, QPoint(x, bar.height() // 2))

    def click_row(self, row: int, key: Qt.KeyboardModifier = NO_KEY) -> None:
        """Click line `row` of the table as it is sorted now."""
        cell = self._cell(row)
        self.table.scrollTo(cell)
        place = self.table.visualRect(cell).center()
        QTest.mouseClick(self.table.viewport(), LEFT, key, place)

    def select_rows(self, first: int, last: int) -> None:
        """Click line `first`, then line `last` with Shift held."""
        self.click_row(first)
        self.click_row(last, SHIFT)
        self.settle()

    def open_row(self, row: int) -> None:
        """Double-click line `row`: the object is jumped to and fitted in view."""
        self.click_row(row)
        place = self.table.visualRect(self._cell(row)).center()
        QTest.mouseDClick(self.table.viewport(), LEFT, NO_KEY, place)
        self.settle()

    def export(self, path: Path, limit: float = 120) -> None:
        """Press Export and Write, and answer the file dialog with `path`."""
        self.press("Export")
        path.unlink(missing_ok=True)
        answer = QTimer()
        answer.setInterval(20)
        answer.timeout.connect(lambda: _answer_file_dialog(path))
        answer.start()
        self.press("Write")
        answer.stop()
        self.wait_until("exported", path.exists, limit)
        self.settle()

    def click_picture(self, key: Qt.KeyboardModifier = NO_KEY) -> None:
        """Click the middle of the picture."""
        canvas = self.canvas
        QTest.mouseClick(canvas, LEFT, key, canvas.rect().center())

    def draw_highlight(self) -> None:
        """Draw the highlight now, and not after the pause that the plugin makes."""
        self.dock.picture.show_highlight()

    def show(self, ndisplay: int) -> None:
        """Show the picture in 2D or in 3D."""
        self.viewer.dims.ndisplay = ndisplay
        self.settle()

    def look_at(self, label: int) -> None:
        """Move the middle of the picture to a voxel of `label`, without the plugin."""
        coords = self.index.coords(label)
        voxel = coords[len(coords) // 2]
        world = self.layer.data_to_world(voxel)
        self.viewer.dims.set_point(range(len(world)), world)
        self.viewer.scene.camera.center = np.asarray(world)[-3:]
        self.settle()

    def turn(self, *angles: float) -> None:
        """Turn the picture in 3D; nothing to see in 2D."""
        self.viewer.scene.camera.angles = angles
        self.settle()

    def save_picture(self, path: Path) -> None:
        """Write what the window shows now, docks and all."""
        self.settle(0.3)
        self.viewer.screenshot(str(path), canvas_only=False, flash=False)

    @property
    def canvas(self) -> QWidget:
        return self.viewer.window._qt_viewer.canvas.native

    def _cell(self, row: int) -> QModelIndex:
        return self.table.model().index(row, 0)


def _answer_file_dialog(path: Path) -> None:
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QFileDialog):
        dialog.selectFile(str(path))
        dialog.accept()
