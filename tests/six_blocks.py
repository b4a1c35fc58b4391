"""A volume that is built in six blocks."""

from __future__ import annotations

from datasets import blocky
from napari_label_index.distributed import build_index_dataset

IMAGE = blocky((6, 8, 14), 40, seed=3, scale=2)
N_BLOCKS = 6


def built(source, path, **options):
    return build_index_dataset(source, path, block_voxels=112, **options)
