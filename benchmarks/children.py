"""Figures that need a process of their own: peak memory and the first start."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from napari_label_index.index import build_index, warm_up

START = """
import time; began = time.perf_counter()
import numpy, napari_label_index.index as index
index.warm_up(numpy.dtype("int32")); print(time.perf_counter() - began)
"""


def peak_ratio(path: Path) -> float | None:
    """Peak extra memory of a build, as a multiple of the volume; None if unknown."""
    if not Path("/proc/self/clear_refs").exists():
        return None
    command = [sys.executable, __file__, str(path)]
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(result.stdout)


def first_and_later_start() -> tuple[float, float]:
    """Seconds until `build_index` can start: without and with compiled kernels."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        first, later = (_run_start(environment) for _ in range(2))
    return first, later


def _run_start(environment: dict[str, str]) -> float:
    result = subprocess.run(
        [sys.executable, "-c", START],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(result.stdout)


def _status(field: str) -> int:
    """Bytes in `field` of this process's status."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(field)


def _print_peak(path: str) -> None:
    volume = np.load(path)  # read, not mapped: all of it counts as there before
    warm_up(volume.dtype)
    build_index(np.asarray(volume[:1, :8, :8]))
    Path("/proc/self/clear_refs").write_text("5")  # sets VmHWM back to VmRSS
    before = _status("VmRSS")
    index = build_index(volume)
    print((_status("VmHWM") - before) / volume.nbytes)
    del index


if __name__ == "__main__":
    _print_peak(sys.argv[1])
