"""Do many small reads in threads, with progress and cancel in the caller's thread."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from napari_label_index._available_memory import has_room_for
from napari_label_index.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from napari_label_index._typing import Cancel, OnProgress

__all__ = ["raise_if_cancelled", "run_all"]

_Item = TypeVar("_Item")

_CANCEL_SECONDS = 0.1


def run_all(
    work: Callable[[_Item], None],
    items: Iterable[_Item],
    total: int,
    on_progress: OnProgress | None,
    cancel: Cancel | None,
) -> None:
    """Call `work` for each of `total` items; of several errors the first item's wins.

    Parameters
    ----------
    work : callable
        Called in some thread with one item.
    items, total
        The items, and how many they are.
    on_progress, cancel
        Called in this thread: after each item, and at least every 0.1 s.
    """
    n_threads = max(1, min(os.cpu_count() or 1, 8, total))
    if not has_room_for(n_threads):
        raise MemoryError("no memory to start a thread")
    queue = iter(items)
    with ThreadPoolExecutor(n_threads, "label-index-read") as pool:
        window: deque[Future[None]] = deque(
            pool.submit(work, item) for item in islice(queue, 4 * n_threads)
        )
        try:
            for done in range(total):
                _result_of(window.popleft(), cancel)
                window.extend(pool.submit(work, item) for item in islice(queue, 1))
                if on_progress is not None:
                    on_progress(done + 1, total)
        finally:
            for future in window:
                future.cancel()


def _result_of(future: Future[None], cancel: Cancel | None) -> None:
    while True:
        raise_if_cancelled(cancel)
        if wait([future], timeout=_CANCEL_SECONDS).done:
            future.result()
            return


def raise_if_cancelled(cancel: Cancel | None) -> None:
    """Raise `Cancelled` once `cancel` says so."""
    if cancel is not None and cancel():
        raise Cancelled("cancelled; nothing was changed")
