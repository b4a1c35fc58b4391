"""Whether what was indexed is an intensity image, taken for labels by mistake."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari_label_index.index._label_index import LabelIndex

LIKE_AN_IMAGE = (
    "Values change at every other voxel: this looks like an intensity image. Labels are"
    " one number for each object; segment the image first."
)
_LEAST_VOXELS = 1000
_LEAST_FRACTION = 0.2  # sparser are skeletons and seeds, whose runs are short too
_LEAST_LENGTH = 8  # of the last axis: along a shorter one all runs are short
_LEAST_RUNS = 20  # for each label, or as many voxels


def looks_like_intensities(index: LabelIndex) -> bool:
    """Whether values change at every other voxel, all over the volume.

    Of an image of few grey values each returns all over the volume; of one of many
    most have a few voxels alone, and do not come in the order of the volume, as ids of
    objects do.
    """
    n_voxels, n_runs = index.n_voxels, index.n_runs
    is_dense = n_voxels >= max(_LEAST_VOXELS, _LEAST_FRACTION * prod(index.shape))
    is_restless = 2 * n_runs > n_voxels and index.shape[-1] >= _LEAST_LENGTH
    if not (is_dense and is_restless):
        return False
    if n_runs > _LEAST_RUNS * len(index):
        return True
    is_of_specks = n_voxels < _LEAST_RUNS * len(index)
    return is_of_specks and not _is_in_order(index)


def _is_in_order(index: LabelIndex) -> bool:
    """Whether the first voxels of the labels follow each other as the ids do."""

    def find() -> bool:
        if index.runs.is_in_files:
            return True  # nobody knows without reading them all
        firsts = index.runs.starts[index.runs.offsets[:-1]]
        return bool((firsts[1:] > firsts[:-1]).all())

    found: bool = index.remember("is in order", find)
    return found
