"""Build, save, open and export in a process whose address space grows step by step.

Run as a script, ``limited_memory.py folder n_steps``; prints a line for each case.
"""

from __future__ import annotations

import ctypes
import resource
import sys
from pathlib import Path

import numpy as np

from napari_label_index.errors import OverBudgetError
from napari_label_index.index import build_index
from napari_label_index.io import export, open_index, save_index

ENOUGH = 224 << 20
WORK = ("build", "save", "open", "coords", "label_image")


def make_volume():
    """Runs of three voxels: 1.4 million of them."""
    few = np.random.default_rng(12).integers(1, 500, (16, 512, 171))
    return np.repeat(few, 3, axis=2)[:, :, :512].astype(np.uint16)


def do(work, volume, index, folder):
    """Return what has to be the same each time."""
    saved = folder / "old.labelindex.parquet"
    if work == "build":
        return build_index(volume).runs
    if work == "save":
        return save_index(index, folder / "new.parquet").read_bytes()
    if work == "open":
        return open_index(saved).runs
    ending = {"coords": ".npz", "label_image": ".tif"}[work]
    path = export(index, None, folder / f"new{ending}", work, manifest=False)
    return path.read_bytes()


def are_same(one, other):
    if isinstance(one, bytes):
        return one == other
    names = ("labels", "offsets", "starts", "lengths")
    return all(np.array_equal(getattr(one, x), getattr(other, x)) for x in names)


def used():
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def main(folder, n_steps):
    volume = make_volume()
    index = build_index(volume)
    save_index(index, folder / "old.labelindex.parquet")
    expected = {work: do(work, volume, index, folder) for work in WORK}
    files = ["old.labelindex.parquet"]
    for path in folder.glob("new*"):
        path.unlink()
    small = volume[:2, :5, :6].copy()
    for work in WORK:
        for step in range(n_steps):
            room = ENOUGH * step // (n_steps - 1)
            how = outcome(work, volume, index, folder, expected, room)
            sys.stdout.write(f"{work} {step} {how}\n")
            assert sorted(path.name for path in folder.iterdir()) == files, work
            assert np.array_equal(build_index(small).to_label_image(), small)


def outcome(work, volume, index, folder, expected, room):
    """Do one piece of work with so much room; say how it went."""
    ctypes.CDLL(None).malloc_trim(0)  # what is free already is no limit
    resource.setrlimit(resource.RLIMIT_AS, (used() + room, resource.RLIM_INFINITY))
    try:
        found = do(work, volume, index, folder)
    except OverBudgetError as error:
        return "refused" if "close other programs" in str(error) else str(error)
    finally:
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.setrlimit(resource.RLIMIT_AS, unlimited)
    assert are_same(found, expected[work]), work
    for path in folder.glob("new*"):
        path.unlink()
    return "right"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
