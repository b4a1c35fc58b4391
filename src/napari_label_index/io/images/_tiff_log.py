"""What tifffile only logs: an error in its log is an error."""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import TYPE_CHECKING

from napari_label_index.errors import IncompleteVolumeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["log_errors_raised"]


class _Collector(logging.Handler):
    """Keep what this thread logs at level ERROR."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        # Other threads may be reading other files.
        if record.thread == self._thread:
            self.messages.append(record.getMessage())


@contextlib.contextmanager
def log_errors_raised(path: Path) -> Iterator[None]:
    """Raise `IncompleteVolumeError` if tifffile logs an error in the block."""
    logger = logging.getLogger("tifffile")
    collector = _Collector()
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
    if collector.messages:
        raise IncompleteVolumeError(
            f"{path}: cut short or damaged ({collector.messages[0][:200]}); "
            "copy it again"
        )
