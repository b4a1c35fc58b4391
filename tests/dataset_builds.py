"""Builds of a small dataset, in this process or in one that is killed."""

from __future__ import annotations

from datasets import blocky
from napari_label_index.distributed import build_index_dataset

IMAGE = blocky((4, 6, 10), 20, seed=5, scale=2)
OLD = IMAGE[::-1].copy()


def built(source, path):
    return build_index_dataset(source, path, block_voxels=80)
