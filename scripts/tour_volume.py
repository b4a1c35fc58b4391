"""The volume of the tour: cells with known faults, and what lies beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from napari_label_index._samples import ellipsoids

SHAPE, GRID, MARGIN = (102, 306, 306), (7, 13, 13), 3
SPACING = (0.8, 0.4, 0.4)  # slices further apart than pixels, as is usual


@dataclass(frozen=True, slots=True)
class TourVolume:
    """Arrays of one shape, but for the channels of `colors`."""

    cells: np.ndarray  # label image
    other: np.ndarray  # the same, segmented a little differently
    colors: np.ndarray  # (..., 3) uint8, a colour for each cell
    spacing: tuple[float, ...] = SPACING


def make_volume() -> TourVolume:
    """Return some 1,200 cells: some in two parts, hollow, tiny or cut by the border."""
    rng = np.random.default_rng(2)
    drawn = ellipsoids(SHAPE, GRID, (0.4, 0.62), seed=5)
    cells = drawn[(slice(MARGIN, -MARGIN),) * 3].copy()
    chosen = rng.choice(np.unique(cells)[1:], 60, replace=False)
    for label in chosen[:20]:
        _cut_in_two(cells, label)
    for label in chosen[20:32]:
        _hollow_out(cells, label)
    for label in chosen[32:50]:
        _shrink(cells, label)
    return TourVolume(cells, _segmented_again(cells, rng), _coloured(cells, rng))


def _voxels(cells: np.ndarray, label: int) -> np.ndarray:
    return np.argwhere(cells == label)


def _cut_in_two(cells: np.ndarray, label: int) -> None:
    middle = int(np.median(_voxels(cells, label)[:, 1]))
    slab = cells[:, middle : middle + 3]
    slab[slab == label] = 0


def _hollow_out(cells: np.ndarray, label: int) -> None:
    z, y, x = _voxels(cells, label).mean(axis=0).round().astype(int)
    inside = cells[z - 1 : z + 2, y - 2 : y + 2, x - 2 : x + 2]
    inside[inside == label] = 0


def _shrink(cells: np.ndarray, label: int) -> None:
    voxels = _voxels(cells, label)
    cells[tuple(voxels[8:].T)] = 0


def _segmented_again(cells: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Some cells are joined with the next one, some cut in three, some are missing."""
    other = cells.copy()
    labels = rng.choice(np.unique(cells)[1:], 80, replace=False)
    for label, into in zip(labels[:20], labels[20:40], strict=True):
        other[cells == label] = into
    new_id = cells.max() + 1
    for label in labels[40:60]:
        voxels = _voxels(cells, label)
        low, high = np.quantile(voxels[:, 0], [0.35, 0.65])
        other[tuple(voxels[voxels[:, 0] < low].T)] = new_id
        other[tuple(voxels[voxels[:, 0] > high].T)] = new_id + 1
        new_id += 2
    other[np.isin(cells, labels[60:])] = 0
    return other


def _coloured(cells: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Every cell has one of 200 colours, so that cells share them."""
    palette = rng.integers(40, 256, (200, 3), dtype=np.uint8)
    colors = palette[cells % len(palette)]
    colors[cells == 0] = 0
    return colors
