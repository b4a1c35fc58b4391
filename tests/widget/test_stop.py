"""What stops the dock's work must not trip over what Qt has taken away already."""

from __future__ import annotations

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
