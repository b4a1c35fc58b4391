"""`submit` for the session: work runs in a thread, answers come in the GUI thread.

The only file that starts a thread, and the only one that catches everything: an
exception that leaves a Qt slot aborts the process under PyQt6.
"""

from __future__ import annotations

import logging
import time
from threading import Event, Thread
from typing import TYPE_CHECKING
from weakref import WeakSet

from qtpy.QtCore import QObject, Signal

from napari_label_index.errors import Cancelled, LabelIndexError
from napari_label_index.session import (
    Faulted,
    Finished,
    Outcome,
    Progress,
    Stopped,
    Work,
)

if TYPE_CHECKING:
    from collections.abc import Callable

LOGGER = logging.getLogger(__name__)
# Faster than the eye needs; a signal per slab would fill the event queue.
SECONDS_BETWEEN_REPORTS = 0.05


class ThreadJob(QObject):
    """One piece of work in a thread of its own.

    The thread emits the two signals; this object lives in the GUI thread, so Qt
    queues them to there.
    """

    _progressed = Signal(object)
    _done = Signal(object)

    def __init__(
        self,
        work: Work,
        on_done: Callable[[Outcome], None],
        on_progress: Callable[[Progress], None],
    ) -> None:
        super().__init__()
        self._work = work
        self._on_done = on_done
        self._on_progress = on_progress
        self._cancelled = Event()
        self._last_report = ("", 0.0)
        self._progressed.connect(self._on_progressed)
        self._done.connect(self._on_finished)
        self._thread = Thread(target=self._run, name="label-index")

    def start(self) -> None:
        """Start the thread."""
        _UNANSWERED.add(self)
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop; returns at once."""
        self._cancelled.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the thread; True once it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        outcome = outcome_of(self._work, self._report, self._cancelled.is_set)
        try:
            self._done.emit(outcome)
        except RuntimeError:
            # The application is gone, and this object's C++ half with it.
            LOGGER.debug("work ended after the application")

    def _report(self, progress: Progress) -> None:
        phase, last = self._last_report
        now = time.perf_counter()
        if progress.phase == phase and now - last < SECONDS_BETWEEN_REPORTS:
            return
        self._last_report = (progress.phase, now)
        if not self._cancelled.is_set():
            self._progressed.emit(progress)

    def _on_progressed(self, progress: Progress) -> None:
        if not self._cancelled.is_set():
            self._on_progress(progress)

    def _on_finished(self, outcome: Outcome) -> None:
        self._thread.join()
        _UNANSWERED.discard(self)
        self._on_done(outcome)


# A job must outlive its thread: were the thread to hold the last reference, this
# QObject would die outside the GUI thread with its answer still in the event queue.
_UNANSWERED: set[ThreadJob] = set()


class ThreadSubmit:
    """Starts work in threads, one for each piece."""

    def __init__(self) -> None:
        self._jobs: WeakSet[ThreadJob] = WeakSet()

    def __call__(
        self,
        work: Work,
        *,
        on_done: Callable[[Outcome], None],
        on_progress: Callable[[Progress], None],
    ) -> ThreadJob:
        """Start `work` in a thread; both callbacks come in this thread."""
        job = ThreadJob(work, on_done, on_progress)
        self._jobs.add(job)
        job.start()
        return job

    def cancel_all(self) -> None:
        """Ask every job to stop; returns at once."""
        for job in list(self._jobs):
            job.cancel()

    def wait(self, seconds: float) -> bool:
        """Wait for every thread; True once all have ended."""
        deadline = time.perf_counter() + seconds
        return all(
            job.wait(max(deadline - time.perf_counter(), 0.0))
            for job in list(self._jobs)
        )


def outcome_of(
    work: Work, report: Callable[[Progress], None], cancel: Callable[[], bool]
) -> Outcome:
    """Run `work`; whatever happens becomes a value."""
    try:
        return Finished(work(report, cancel))
    except Cancelled:
        return Stopped()
    except Exception as error:
        if not isinstance(error, LabelIndexError | OSError | MemoryError):
            LOGGER.exception("unexpected error in a label-index worker")
        return Faulted(sentence_of(error))


def sentence_of(error: Exception) -> str:
    """Say what went wrong, for a person."""
    text = str(error).strip()
    if isinstance(error, LabelIndexError):
        sentence = text or type(error).__name__
    elif isinstance(error, MemoryError):
        sentence = "There is not enough memory for this"
        sentence += f" ({text})" if text else ""
    elif isinstance(error, OSError):
        sentence = text or "The file system refused"
    else:
        sentence = f"Unexpected {type(error).__name__}: {text or 'no message'}"
    sentence = sentence[0].upper() + sentence[1:]
    return sentence if sentence.endswith((".", "!", "?")) else sentence + "."
