"""Progress told and cancel heard while an export runs."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from napari_label_index._available_memory import has_room_for
from napari_label_index.io._pool import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_label_index._typing import Cancel, OnProgress

__all__ = ["Watch"]

# A folder of 120,000 files would otherwise tell 120,000 times.
_TELL_SECONDS = 0.05

_ASK_SECONDS = 0.1


class Watch:
    """Counts what is done, for who asked to be told.

    Parameters
    ----------
    total : int
        How much there is to do.
    on_progress, cancel
        As in `export_coords`; both are called in the thread that exports.
    """

    def __init__(
        self, total: int, on_progress: OnProgress | None, cancel: Cancel | None
    ) -> None:
        self.total = total
        self.done = 0
        self.cancel = cancel
        self._on_progress = on_progress
        self._told_at = -float("inf")

    def check(self) -> None:
        """Raise `Cancelled` once the caller wants to stop."""
        raise_if_cancelled(self.cancel)

    def advance(self, n: int) -> None:
        """Count `n` more, tell it now and then, and listen."""
        self.check()
        self.done += n
        now = time.perf_counter()
        is_last = self.done == self.total
        if self._on_progress is not None and (
            is_last or now - self._told_at > _TELL_SECONDS
        ):
            self._told_at = now
            self._on_progress(self.done, self.total)

    def wait_for(self, work: Callable[[], None]) -> None:
        """Do something that cannot be interrupted, such as a flush; listen meanwhile.

        After a cancel it ends by itself, unheard.
        """
        if not has_room_for(1):
            work()
            return
        errors: list[BaseException] = []

        def run() -> None:
            try:
                work()
            except OSError as error:
                errors.append(error)

        thread = threading.Thread(target=run, name="label-index-flush", daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(_ASK_SECONDS)
            self.check()
        if errors:
            raise errors[0]
