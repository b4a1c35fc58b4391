"""Threads for kernels, with progress and cancel in the thread that waits."""

from __future__ import annotations

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event, Lock, local
from typing import TYPE_CHECKING, TypeVar

from napari_label_index._available_memory import has_room_for
from napari_label_index.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from napari_label_index._typing import Cancel, OnProgress

_POLL_SECONDS = 0.05
# With busy cores a thread may take some ms to start, of which one does this much work.
_FEW_RUNS = 1 << 17

_this_thread = local()

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def n_usable_cores() -> int:
    """Return how many cores the work of this thread may use."""
    if getattr(_this_thread, "is_alone", False):
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Start no threads in the block: others have tasks of their own meanwhile.

    With a thread for each core in each of two tasks, a build took 7.0 s for 6.1 s.
    """
    before = getattr(_this_thread, "is_alone", False)
    _this_thread.is_alone = True
    try:
        yield
    finally:
        _this_thread.is_alone = before


def n_threads_for(n_runs: int) -> int:
    """Return how many threads work on so many runs is worth: one, for a few."""
    return 1 if n_runs <= _FEW_RUNS else n_usable_cores()


class Crew:
    """Threads that share one progress count and one wish to stop.

    `advance` is called by the workers; `on_progress` and `cancel` only by the thread
    that waits in `map`, so that callers need no locks of their own.

    Parameters
    ----------
    n_threads : int
        How many work at a time.
    total : int
        Units of work of everything that this crew is going to do.
    on_progress, cancel : optional callbacks
        As in `build_index`.
    """

    def __init__(
        self,
        n_threads: int,
        total: int,
        on_progress: OnProgress | None = None,
        cancel: Cancel | None = None,
    ) -> None:
        self.n_threads = n_threads
        self._total = total
        self._on_progress = on_progress
        self._cancel = cancel
        self._done = 0
        self._lock = Lock()
        self._stop = Event()

    def advance(self, units: int) -> None:
        """Count finished work; raise `Cancelled` once the caller wants to stop."""
        if self._stop.is_set():
            raise Cancelled("stopped as asked")
        with self._lock:
            self._done += units

    def map(
        self, work: Callable[[Item], Answer], items: Iterable[Item]
    ) -> list[Answer]:
        """Call `work` on every item, in threads; the answers keep their order.

        Where several items fail, the error of the first of them is raised. After an
        error or a cancel no item is begun. A single item, or a crew of one, needs no
        other thread where nobody watches.
        """
        items = list(items)
        is_watched = self._on_progress is not None or self._cancel is not None
        if not is_watched and min(len(items), self.n_threads) <= 1:
            return [work(item) for item in items]
        if not has_room_for(self.n_threads):
            raise MemoryError("no memory to start a thread")
        may_begin = Event()  # once no thread has to be started beside a hungry one
        failed: list[int] = []

        def begin(number: int) -> Answer:
            may_begin.wait()
            if self._stop.is_set() or any(each < number for each in failed):
                raise Cancelled("not begun, as all has to end")
            try:
                return work(items[number])
            except BaseException:
                failed.append(number)
                raise

        with ThreadPoolExecutor(self.n_threads) as pool:
            try:
                futures = [pool.submit(begin, number) for number in range(len(items))]
                may_begin.set()
                waiting = set(futures)
                while waiting:
                    self.report()
                    _, waiting = wait(waiting, _POLL_SECONDS)
            except BaseException:
                self._stop.set()
                may_begin.set()
                raise
        self.report()
        return [future.result() for future in futures]

    def report(self) -> None:
        """Tell how far it is, and raise `Cancelled` if asked to; by who waits."""
        if self._cancel is not None and self._cancel():
            raise Cancelled("stopped as asked")
        if self._on_progress is not None:
            self._on_progress(min(self._done, self._total), self._total)
