"""What a caller of a reader may ask for, passed on as one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_label_index.io._pool import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from napari_label_index._typing import Cancel, OnProgress

__all__ = ["ReadOptions"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a read is followed, stopped and limited; see `read_label_image`."""

    on_progress: OnProgress | None = None
    cancel: Cancel | None = None
    max_bytes: int | None = None
    is_lazy: bool = False

    def stop_if_cancelled(self) -> None:
        """Raise `Cancelled` once the caller wants to stop."""
        raise_if_cancelled(self.cancel)

    def step_through(self, work: Callable[[int], None], steps: Iterable[int]) -> None:
        """Call `work` for each step in this thread, with progress and cancel."""
        steps = list(steps)
        for done, step in enumerate(steps, 1):
            self.stop_if_cancelled()
            work(step)
            if self.on_progress is not None:
                self.on_progress(done, len(steps))
