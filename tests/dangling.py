"""Nothing of ours may run on after a test: the checks that napari has of itself.

napari keeps its `_dangling_*` fixtures to its own tests; these are about what our code
starts. Threads of Python are seen to by `no_thread_left`.
"""

from __future__ import annotations

import sys
import weakref
from contextlib import suppress
from pathlib import Path

import pytest
from qtpy.QtCore import QEvent, QPropertyAnimation, QThread, QThreadPool, QTimer
from qtpy.QtWidgets import QApplication

import napari_label_index

OURS = str(Path(napari_label_index.__file__).parent)
IS_RUNNING = {
    QTimer: lambda timer: timer.isActive(),
    QThread: lambda thread: thread.isRunning(),
    QThreadPool: lambda pool: pool.activeThreadCount() > 0,
    QPropertyAnimation: lambda each: each.state() == QPropertyAnimation.State.Running,
}


@pytest.fixture(autouse=True)
def nothing_dangles(monkeypatch, qapp):
    """No timer, thread, pool or animation that we started runs, no window is left."""
    started = []
    for kind in IS_RUNNING:
        monkeypatch.setattr(kind, "start", _recorded(kind, started))
    before = set(map(id, QApplication.topLevelWidgets()))
    yield
    # What the test has closed is deleted when a loop runs next, and none will.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    for kind, each, where in started:
        assert not _runs(kind, each()), f"{kind.__name__} runs on, started in {where}"
    for widget in QApplication.topLevelWidgets():
        is_ours = type(widget).__module__.startswith("napari_label_index")
        assert not is_ours or id(widget) in before, f"{widget} is left"


def _recorded(kind, started):
    start = kind.start

    def start_and_record(self, *args):
        caller = sys._getframe(1)
        where = f"{caller.f_code.co_filename}:{caller.f_lineno}"
        if where.startswith(OURS):
            started.append((kind, weakref.ref(self), where))
        return start(self, *args)

    return start_and_record


def _runs(kind, each):
    with suppress(RuntimeError):  # Qt has deleted it
        return each is not None and IS_RUNNING[kind](each)
    return False
