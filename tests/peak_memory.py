"""How much memory builds take beside how much was predicted, in a process of its own.

Run as a script, ``peak_memory.py folder configuration ...``; a configuration is a kind,
a dtype and the length of a run, as ``zarr:uint16:5``.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import tifffile
import zarr

from napari_label_index.errors import OverBudgetError
from napari_label_index.index import _build_memory, build_index
from napari_label_index.index._parallel import n_usable_cores
from napari_label_index.index._run_grouping import memory_of
from napari_label_index.index._validate import check_label_image

SHAPE, CHUNKS = (24, 512, 1024), (8, 128, 256)


def make(kind, dtype, run_length, folder):
    """12.6 million voxels in runs of this length, stored in one way."""
    rng = np.random.default_rng(13)
    n_runs = -(-SHAPE[2] // run_length)
    few = rng.integers(1, 200, (SHAPE[0], SHAPE[1], n_runs)).astype(dtype)
    volume = np.repeat(few, run_length, axis=2)[:, :, : SHAPE[2]]
    if kind == "Fortran":
        return np.asfortranarray(volume)
    if kind == "TIFF":
        tifffile.imwrite(folder / "a.tif", volume)
        return tifffile.memmap(folder / "a.tif", mode="r")
    if kind in ("zarr", "dask"):
        path = folder / f"{os.getpid()}.zarr"
        stored = zarr.create_array(path, shape=SHAPE, dtype=dtype, chunks=CHUNKS)
        stored[:] = volume
        return stored if kind == "zarr" else da.from_zarr(stored)
    return np.ascontiguousarray(volume)


def status(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise LookupError(name)


def peak_of(work):
    """Return by how much the memory of this process grew at most."""
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = status("VmRSS")
    work()
    return status("VmHWM") - before


def refused(volume, have):
    """Build with less than it takes; it has to be refused."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_build_memory, "available_memory", lambda: have)
        patch.setattr(_build_memory, "_SMALL_BYTES", 0)
        with pytest.raises(OverBudgetError):
            build_index(volume)


def take(configuration, folder):
    """Build with all the memory that it takes."""
    volume, predicted = prepared(configuration, folder)
    measured = peak_of(lambda: build_index(volume))
    if configuration.startswith("TIFF"):  # pages of the file, which cost nothing
        measured -= volume.nbytes
    tell(configuration, "takes", predicted, measured)


def keep(configuration, folder):
    """Build with half of what it takes."""
    volume, predicted = prepared(configuration, folder)
    have = predicted // 2
    measured = peak_of(lambda: refused(volume, have))
    if configuration.startswith("TIFF"):
        measured = max(measured - volume.nbytes, 0)
    tell(configuration, "keeps", have, measured)


def tell(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def prepared(configuration, folder):
    kind, dtype, run_length = configuration.split(":")
    volume = make(kind, dtype, int(run_length), folder)
    build_index(volume[:1, :8, :64])  # compiles, and opens what is opened once
    predicted = memory_of(check_label_image(volume), n_usable_cores()).predicted()
    if kind == "TIFF":  # or what was looked at would not be counted later
        volume._mmap.madvise(mmap.MADV_DONTNEED)
    return volume, predicted


def main(folder, configurations):
    for configuration in configurations:
        for measure in (take, keep):
            # A process each: what one has freed, another would take without growing.
            child = os.fork()
            if child == 0:
                measure(configuration, folder)
                os._exit(0)
            _, status = os.waitpid(child, 0)
            assert status == 0, configuration


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
