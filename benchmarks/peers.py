"""What people use today for the same result, each as well as it can be called."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np

from timing import seconds


def time_if_installed(module: str, work: Callable[[], object]) -> float | None:
    """Seconds of `work`, or None when `module` is not installed."""
    return None if find_spec(module) is None else seconds(work)


def value_indices(volume: np.ndarray) -> object:
    from scipy import ndimage

    return ndimage.value_indices(volume, ignore_value=0)


def point_cloud(volume: np.ndarray) -> object:
    import fastremap

    return fastremap.point_cloud(volume)


def polars_group_by(volume: np.ndarray) -> object:
    """Positions grouped by label; the background is dropped before, not after."""
    import polars

    flat = volume.ravel()
    positions = np.flatnonzero(flat).astype(np.uint32)
    frame = polars.DataFrame({"label": flat[positions], "position": positions})
    return frame.group_by("label").agg("position")


def where_loop_seconds(volume: np.ndarray, n_timed: int = 20) -> float:
    """Seconds of the loop over all labels, from `n_timed` of them."""
    labels = np.unique(volume)
    timed = labels[1 : n_timed + 1]

    def loop() -> dict[int, object]:
        return {label: np.where(volume == label) for label in timed}

    return seconds(loop) * (len(labels) - 1) / len(timed)


def stable_argsort(volume: np.ndarray) -> dict[int, tuple[np.ndarray, ...]]:
    """One stable argsort of the whole volume, cut into labels."""
    n_z, n_y, n_x = volume.shape
    order = np.argsort(volume, axis=None, kind="stable")
    z = np.arange(n_z).repeat(n_y * n_x)[order]
    y = np.tile(np.arange(n_y), n_z).repeat(n_x)[order]
    x = np.tile(np.arange(n_x), n_z * n_y)[order]
    labels, counts = np.unique(volume, return_counts=True)
    stops = counts.cumsum()
    return {
        label: (z[start:stop], y[start:stop], x[start:stop])
        for label, start, stop in zip(labels, stops - counts, stops, strict=True)
        if label != 0
    }
