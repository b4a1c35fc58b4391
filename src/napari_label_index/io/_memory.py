"""How much memory may be asked for, checked before it is."""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_label_index.errors import OverBudgetError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

__all__ = ["available_memory", "check_budget"]

_CGROUP = Path("/sys/fs/cgroup")


def available_memory() -> int | None:
    """Return the bytes that can be had without swapping, None where unknown."""
    known = [b for b in (_system_memory(), _cgroup_memory()) if b is not None]
    return min(known, default=None)


def check_budget(
    path: Path | str,
    shape: Sequence[int],
    dtype: np.dtype[Any],
    max_bytes: int | None,
) -> None:
    """Refuse a declared size that does not fit; a file of 88 bytes can declare 1 TB.

    Parameters
    ----------
    path : Path or str
        The file, for the message.
    shape, dtype
        What the file says it holds.
    max_bytes : int or None
        The budget; None takes the memory that is available now.
    """
    need = math.prod(shape) * dtype.itemsize
    have = available_memory() if max_bytes is None else max_bytes
    if have is not None and need > have:
        size = " x ".join(map(str, shape))
        raise OverBudgetError(
            f"{path}: {size} voxels of {dtype} need {need / 2**30:.2f} GiB of memory, "
            f"{have / 2**30:.2f} GiB may be used; close other programs or crop it"
        )


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
