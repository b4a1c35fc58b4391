"""How much memory may be had, and what is said where there is not enough."""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

from napari_label_index.errors import OverBudgetError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CGROUP = Path("/sys/fs/cgroup")
_THREAD_BYTES = 16 << 20  # 8 MiB are the stack
OUT_OF_CORE = (
    "close other programs, crop the volume, or leave it on the disk as a zarr array "
    "and build its index into a folder (label-index build, build_index_dataset)"
)


def available_memory() -> int | None:
    """Return the bytes that can be had without swapping, None where unknown."""
    found = (_system_memory(), _cgroup_memory(), _limited_memory())
    return min((b for b in found if b is not None), default=None)


def over_budget(
    what: str, need: int | None, have: int | None, advice: str = OUT_OF_CORE
) -> OverBudgetError:
    """Return the error that says what needs how much, and what can be done.

    Parameters
    ----------
    what : str
        Subject of the sentence that it "takes" memory, as ``"this index"``.
    need, have : int, optional
        Bytes; None where nobody knows.
    advice : str
        What to do.
    """
    wanted = "more memory" if need is None else f"{in_words(need)} of memory or more"
    left = "" if have is None else f", {in_words(have)} may be used"
    return OverBudgetError(f"{what} takes {wanted}{left}; {advice}", need, have)


def has_room_for(n_threads: int) -> bool:
    """Whether so many threads can begin, in a process whose memory is limited.

    To be asked before any is started: Python waits for ever for a thread that finds no
    memory to begin with (`threading.Thread.start`, 3.11 to 3.13).
    """
    left = _limited_memory()
    return left is None or left > n_threads * _THREAD_BYTES


@contextlib.contextmanager
def within_memory(what: str, advice: str = OUT_OF_CORE) -> Iterator[None]:
    """Turn a plain `MemoryError` in the block into an error that says what to do."""
    try:
        yield
    except OverBudgetError:
        raise
    except MemoryError as error:
        raise over_budget(
            what, _bytes_asked_for(error), available_memory(), advice
        ) from error


def in_words(n_bytes: int) -> str:
    """Return a size as people say it."""
    if n_bytes < 2**20:
        return f"{n_bytes / 2**10:.0f} KiB"
    if n_bytes < 2**30:
        return f"{n_bytes / 2**20:.0f} MiB"
    return f"{n_bytes / 2**30:.2f} GiB"


def _bytes_asked_for(error: MemoryError) -> int | None:
    """Return the size of the array that NumPy could not make."""
    shape, dtype = getattr(error, "shape", None), getattr(error, "dtype", None)
    if isinstance(shape, tuple) and dtype is not None:
        return math.prod(shape) * int(dtype.itemsize)
    return None


def _system_memory() -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    with contextlib.suppress(AttributeError, OSError, ValueError):
        # macOS: what is installed; how much of it is free is not told.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _cgroup_memory() -> int | None:
    """Return what is left of a container's limit; cached files count as free."""
    with contextlib.suppress(OSError, ValueError):
        limit = int((_CGROUP / "memory.max").read_text())
        used = int((_CGROUP / "memory.current").read_text())
        lines = (_CGROUP / "memory.stat").read_text().splitlines()
        cached = dict(line.split() for line in lines).get("inactive_file", "0")
        return max(0, limit - used + int(cached))
    return None


def _limited_memory() -> int | None:
    """Return what is left of a limit on this process, as `ulimit -v` sets one."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit != resource.RLIM_INFINITY:
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            return max(0, limit - pages * resource.getpagesize())
    return None
