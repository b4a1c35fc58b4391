"""Work beside the window that waits at a chosen moment, for something to happen."""

from __future__ import annotations

from threading import Event

from napari_label_index._widget import _dock_widget
from napari_label_index._widget._worker import ThreadSubmit


class Pause:
    """A moment of one piece of work: its k-th call of `report` or `cancel`.

    Work that makes fewer calls waits at its end, with the answer in hand.
    """

    def __init__(self, k):
        self._left = k
        self._arrived, self._resume = Event(), Event()

    def wait(self):
        """Wait until the work is there."""
        assert self._arrived.wait(30), "the work has not begun"

    def resume(self):
        self._resume.set()

    def wrap(self, work):
        def paused(report, cancel):
            def counted_report(progress):
                self._count()
                report(progress)

            def counted_cancel():
                self._count()
                return cancel()

            try:
                return work(counted_report, counted_cancel)
            finally:
                self._stop_here()

        return paused

    def _count(self):
        self._left -= 1
        if self._left == 0:
            self._stop_here()

    def _stop_here(self):
        if not self._arrived.is_set():
            self._arrived.set()
            assert self._resume.wait(30), "nobody let the work go on"


class PausingSubmit(ThreadSubmit):
    """As `ThreadSubmit`; the next piece of work waits where it is told to."""

    pause = None

    def pause_next(self, k):
        self.pause = Pause(k)
        return self.pause

    def __call__(self, work, *, on_done, on_progress):
        if self.pause is not None:
            work, self.pause = self.pause.wrap(work), None
        return super().__call__(work, on_done=on_done, on_progress=on_progress)


def install(monkeypatch):
    """Let the docks that are made from now on work with pauses."""
    monkeypatch.setattr(_dock_widget, "ThreadSubmit", PausingSubmit)
