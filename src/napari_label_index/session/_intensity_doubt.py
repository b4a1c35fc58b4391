"""Whether what was indexed is an intensity image, taken for labels by mistake."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari_label_index.index import LabelIndex

__all__ = ["looks_like_intensities"]

_LEAST_VOXELS = 1000
_LEAST_FRACTION = 0.2  # sparser are skeletons and seeds, whose runs are short too
_LEAST_RUNS = 20  # for each label


def looks_like_intensities(index: LabelIndex) -> bool:
    """Whether values change at every other voxel, and return all over the volume."""
    n_voxels, n_runs = index.n_voxels, index.n_runs
    is_dense = n_voxels >= max(_LEAST_VOXELS, _LEAST_FRACTION * prod(index.shape))
    return is_dense and 2 * n_runs > n_voxels and n_runs > _LEAST_RUNS * len(index)
