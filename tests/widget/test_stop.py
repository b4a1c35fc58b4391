"""What stops the dock's work must not trip over what Qt has taken away already."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from napari.layers import Labels
from qtpy.QtCore import QCoreApplication, QEvent, QTimer

from napari_label_index._widget._edit_pause import EditPause
from napari_label_index._widget._edit_watch import EditWatch
from napari_label_index.session import ColumnStore, IndexSession
from session.immediate import submit_now


def take_away(timer):
    """Let Qt destroy a timer, as it does where a script ends with its window open."""
    timer.deleteLater()
    QCoreApplication.sendPostedEvents(timer, QEvent.Type.DeferredDelete)
    with pytest.raises(RuntimeError):
        timer.stop()


def test_what_follows_edits_closes_after_its_timers(qtbot):
    watch = EditWatch(Labels(np.zeros((3, 3), int)))
    pause = EditPause(IndexSession(submit_now), ColumnStore(submit_now), submit_now)
    for part in (watch, pause):
        for timer in [x for x in vars(part).values() if isinstance(x, QTimer)]:
            take_away(timer)
        part.close()


# What is registered first is called last: after the dock's own, before PyQt's.
LEFT_OPEN = """
import atexit
import napari, numpy
from qtpy.QtWidgets import QApplication

@atexit.register
def tell():
    try:
        dock.objectName()
    except RuntimeError:
        print("the dock is gone")

viewer = napari.Viewer(show=False)
viewer.add_labels(numpy.eye(9, dtype=int))
from napari_label_index._widget import LabelIndexWidget
dock = LabelIndexWidget(viewer)
viewer.window.add_dock_widget(dock)
dock.request_index()
while dock.session.index is None:
    QApplication.processEvents()
"""


def test_a_script_that_ends_with_its_window_open_ends_well():
    # PyQt crashed in six of ten of them.
    done = subprocess.run(
        [sys.executable, "-c", LEFT_OPEN], capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1:] == ["the dock is gone"]
