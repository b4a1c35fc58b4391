"""The volumes that are measured: generated once, then kept as .npy files."""

from __future__ import annotations

import os
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from napari_label_index._samples import ellipsoids

SHARED = Path(__file__).resolve().parents[1] / "../shared/data"
FULL = {"shape": (1000, 700, 700), "grid": (50, 49, 49)}
QUICK = {"shape": (60, 70, 70), "grid": (3, 5, 5)}


class Volumes:
    """Volumes by name; one at a time is in memory."""

    def __init__(self, cache: Path | None = None, *, quick: bool = False) -> None:
        root = cache or Path(tempfile.gettempdir()) / "napari-label-index-benchmarks"
        self.folder = root / ("quick" if quick else "full")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.quick = quick
        self.load = lru_cache(maxsize=1)(self._load)

    def path(self, name: str) -> Path:
        """The .npy file of volume `name`; made if there is none."""
        path = self.folder / f"{name}.npy"
        if not path.exists():
            volume = getattr(self, f"_make_{name}")()
            partial = path.with_suffix(f".{os.getpid()}.partial")
            with partial.open("wb") as file:
                np.save(file, volume)
            partial.replace(path)
        return path

    def _load(self, name: str) -> np.ndarray:
        return np.load(self.path(name))

    def _make_cells(self) -> np.ndarray:
        return ellipsoids(**self._size)

    def _make_tissue(self) -> np.ndarray:
        return ellipsoids(**self._size, radii=(0.6, 1.0))

    def _make_random(self) -> np.ndarray:
        shape, n_labels = (
            ((10, 10, 100), 40) if self.quick else ((100, 100, 1000), 12000)
        )
        return np.random.default_rng(0).integers(0, n_labels, shape)

    def _make_dense64(self) -> np.ndarray:
        return np.load(self.path("cells"), mmap_mode="r").astype(np.uint64)

    def _make_spread64(self) -> np.ndarray:
        """`cells` with its ids spread over all of uint64."""
        cells = np.load(self.path("cells"), mmap_mode="r")
        rng = np.random.default_rng(1)
        limit = np.iinfo(np.uint64).max
        new_id = rng.integers(1, limit, int(cells.max()) + 1, np.uint64, endpoint=True)
        new_id[0] = 0
        return new_id[cells]

    def _make_connectomics(self) -> np.ndarray:
        import tifffile

        volume = tifffile.imread(SHARED / "connectomics_32nm.tif")
        return volume[:32, :64, :64] if self.quick else volume

    @property
    def has_connectomics(self) -> bool:
        return (SHARED / "connectomics_32nm.tif").exists()

    @property
    def _size(self) -> dict[str, tuple[int, ...]]:
        return QUICK if self.quick else FULL
