"""Figures of the index file, beside np.savez of the same arrays and a zstd TIFF."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tifffile

from napari_label_index import LabelIndex, build_index, open_index
from napari_label_index.io import (
    ReviewColumns,
    VolumeHint,
    check_source,
    open_review,
    restore_label_image,
    save_index,
)
from napari_label_index.session import Review
from report import Figure, Goal
from timing import best_of, seconds
from volumes import Volumes

ARRAYS = ("labels", "offsets", "starts", "lengths")


def index_file(volumes: Volumes) -> Iterator[Figure]:
    for name in ("cells", "tissue"):
        volume = volumes.load(name)
        index = build_index(volume)
        with tempfile.TemporaryDirectory() as folder:
            yield from _times(name, index, Path(folder))
            yield from _sizes(name, index, volume, Path(folder))
            if name == "cells":
                yield from _uses(name, index, volume, Path(folder))


def _times(name: str, index: LabelIndex, folder: Path) -> Iterator[Figure]:
    path, peer = folder / "a.labelindex.parquet", folder / "a.npz"
    arrays = {array: getattr(index.runs, array) for array in ARRAYS}
    bounds = {"reach": 1.5} if name == "cells" else {}
    saved = best_of(3, lambda: save_index(index, path))
    savez = best_of(3, lambda: np.savez(peer, **arrays))
    yield Figure(f"{name}: index saved", saved, "np.savez", savez, **bounds)
    bounds = {"reach": 0.5} if name == "cells" else {}
    opened = best_of(5, lambda: open_index(path))
    load = best_of(3, lambda: _load(peer))
    yield Figure(f"{name}: index opened", opened, "np.load", load, **bounds)
    labels = np.random.default_rng(0).choice(index.labels, 20).tolist()
    taken = [_cold_seconds(path, label) for label in labels]
    bounds = {"reach": 0.03} if name == "cells" else {}
    what = f"{name}: one label of a cold file, median"
    yield Figure(what, float(np.median(taken)), **bounds)


def _load(path: Path) -> list[np.ndarray]:
    with np.load(path) as members:
        return [members[array] for array in ARRAYS]


def _cold_seconds(path: Path, label: int) -> float:
    """Seconds for one label of a file that is not in memory, where that can be had."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return seconds(lambda: open_index(path, [label]))


def _sizes(
    name: str, index: LabelIndex, volume: np.ndarray, folder: Path
) -> Iterator[Figure]:
    n_bytes = (folder / "a.labelindex.parquet").stat().st_size
    savez = (folder / "a.npz").stat().st_size
    yield Figure(
        f"{name}: index file",
        n_bytes / index.n_runs,
        "np.savez",
        savez / index.n_runs,
        reach=2,
        stretch=1.5,
        unit="bytes a run",
    )
    tifffile.imwrite(folder / "a.tif", volume, compression="zstd")
    tiff = (folder / "a.tif").stat().st_size
    what = f"{name}: index file (volume: {volume.nbytes / 1e6:,.0f} MB)"
    yield Figure(what, n_bytes / 1e6, "TIFF with zstd", tiff / 1e6, unit="MB")


def _uses(
    name: str, index: LabelIndex, volume: np.ndarray, folder: Path
) -> Iterator[Figure]:
    path = folder / "a.labelindex.parquet"
    again = best_of(2, lambda: build_index(volume))
    taken = best_of(2, lambda: check_source(path, volume))
    what = f"{name}: volume compared with the index file"
    yield Figure(what, taken, "build", again, Goal.SLOWER)
    taken = best_of(1, lambda: restore_label_image(index, folder / "back.tif"))
    peer = best_of(
        1, lambda: tifffile.imwrite(folder / "a.tif", volume, compression="zlib")
    )
    yield Figure(f"{name}: volume restored as TIFF", taken, "tifffile of it", peer)
    yield from _marks(index, folder / "a.review.json")


def _marks(index: LabelIndex, path: Path) -> Iterator[Figure]:
    """A review of all labels."""
    review = Review(open_review(path, VolumeHint.of(index)))
    taken = seconds(lambda: review.mark(index.labels, "accepted"))
    yield Figure(f"{len(index):,} labels marked and saved", taken, reach=0.5)
    taken = best_of(3, lambda: open_review(path, VolumeHint.of(index)))
    yield Figure(f"{len(index):,} marks opened", taken, reach=0.5)
    taken = best_of(3, lambda: ReviewColumns(review.marks, index)["status"])
    yield Figure(f"{len(index):,} marks looked up", taken, reach=0.05)
