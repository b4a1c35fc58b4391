"""Seconds of a call: the best of several, since noise only ever adds."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """Seconds of one call; its result is freed outside the measured time."""
    gc.collect()
    began = time.perf_counter()
    result = work()
    taken = time.perf_counter() - began
    del result
    return taken


def best_of(n: int, work: Callable[[], object]) -> float:
    return min(seconds(work) for _ in range(n))


def race(
    n: int, ours: Callable[[], object], peer: Callable[[], object]
) -> tuple[float, float]:
    """Best of `n` for both, in turns, so that a slow minute hits both alike."""
    pairs = [(seconds(ours), seconds(peer)) for _ in range(n)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
