"""Names of temporary files, and the removal of those that a killed process left."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import socket
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container

__all__ = ["is_dead", "process_tag", "remove_stale_temps", "temp_prefix"]

_TEMP_NAME = re.compile(
    r"\.label-index-(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-\w+\.partial"
)


@cache
def _host() -> str:
    """Return a short name of this computer: pids of others on a share mean nothing."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def process_tag() -> str:
    """Return the name of this process among all that share a disk."""
    return f"{_host()}-{os.getpid()}"


def is_dead(tag: str) -> bool:
    """Return whether a process of this computer, known by its tag, has ended."""
    host, _, pid = tag.partition("-")
    return host == _host() and pid.isdecimal() and not _is_alive(int(pid))


def temp_prefix() -> str:
    """Return how the temporary files of this process begin.

    The target's name is not in it: that could make the name too long.
    """
    return f".label-index-{process_tag()}-"


def remove_stale_temps(
    folder: Path, unlink: Callable[[Path], None], in_use: Container[str]
) -> None:
    """Remove what killed processes of this computer left in `folder`.

    Parameters
    ----------
    folder : Path
        Where an output is about to be written.
    unlink : callable
        Removes one file.
    in_use : container of str
        Names of temporary files that this process is writing now.
    """
    # Tidying up is a courtesy: a file that cannot be removed stops nothing.
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _TEMP_NAME.fullmatch(entry.name)
            if match is None or match["host"] != _host() or entry.name in in_use:
                continue
            pid = int(match["pid"])
            if pid == os.getpid() or not _is_alive(pid):
                with contextlib.suppress(OSError):
                    unlink(Path(entry.path))


def _is_alive(pid: int) -> bool:
    if os.name == "nt":
        # Signal 0 would end the process there; a file in use cannot be unlinked.
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
