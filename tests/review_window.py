"""A volume with planted faults, and what a reviewer does and sees in the window."""

from __future__ import annotations

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from canvas_mouse import settle
from dock_index import WAIT_MS, index_layer
from dock_table import table_labels
from napari_label_index._samples import ellipsoids
from napari_label_index.session import Exporting

Key = Qt.Key


def with_faults():
    """27 ellipsoids; one is cut in two, one has a cavity."""
    volume = ellipsoids((36, 60, 60), (3, 3, 3), (0.35, 0.45), seed=3)
    split, hollow = int(volume[18, 30, 30]), int(volume[6, 10, 10])
    (zs, _, _) = np.nonzero(volume == split)
    middle = (zs.min() + zs.max()) // 2
    volume[middle][volume[middle] == split] = 0
    (zs, ys, xs) = (int(np.median(i)) for i in np.nonzero(volume == hollow))
    volume[zs, ys, xs] = 0
    return volume, split, hollow


VOLUME, SPLIT, HOLLOW = with_faults()
LABELS = np.unique(VOLUME[VOLUME > 0]).tolist()


def index(widget, qtbot):
    index_layer(widget, qtbot)
    qtbot.waitUntil(lambda: widget.review.desk.review is not None, timeout=WAIT_MS)


def press(widget, key, held=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(widget, key, held)
    settle()


def focused_canvas(viewer, qtbot):
    """The canvas with the keyboard, and the layer that is active there."""
    canvas = viewer.window._qt_viewer.canvas.native
    viewer.layers.selection.active = viewer.layers["cells"]
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus, timeout=WAIT_MS)
    return canvas


def statuses(widget):
    """What the Status column says, by label."""
    model = widget.table.view.model()
    column = widget.table.view.column_of("status")
    return {
        label: model.data(model.index(row, column))
        for row, label in enumerate(table_labels(widget))
    }


def export(widget, scope, qtbot):
    panel = widget.export_panel
    panel.form.scope.setCurrentText(scope)
    panel.write_button.click()
    qtbot.waitUntil(
        lambda: not isinstance(widget.exporter.state, Exporting), timeout=WAIT_MS
    )


def labels_in(path):
    lines = path.read_text().splitlines()[1:]
    return sorted({int(line.split(",")[0]) for line in lines})
