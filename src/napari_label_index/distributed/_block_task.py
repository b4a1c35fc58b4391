"""A block of the volume -> a file with its runs, grouped by label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.distributed._block_file import write_block
from napari_label_index.index import RunTable
from napari_label_index.index._run_grouping import group_block
from napari_label_index.index._runs import length_dtype, start_dtype

if TYPE_CHECKING:
    from napari_label_index.distributed._block_file import BlockSummary
    from napari_label_index.distributed._job import Job
    from napari_label_index.index._blocks import Block
    from napari_label_index.index._validate import LabelVolume

__all__ = ["index_block"]


def index_block(job: Job, number: int, block: Block) -> BlockSummary:
    """Index one block, and write what was found."""
    volume = job.volume
    n_chunks, n_missing, n_own_missing = _count_chunks(job, block)
    fill_value = getattr(job.image.data, "fill_value", None)
    if n_missing and n_missing == n_chunks and fill_value == job.meta.background:
        runs = _no_runs(volume)  # nothing is stored there, so nothing is read
    else:
        runs = group_block(volume, block, job.meta.background)
    return write_block(job.block_path(number), runs, n_own_missing)


def _count_chunks(job: Job, block: Block) -> tuple[int, int, int]:
    """Count the chunks of a block, as `ZarrVoxels.count_chunks` does."""
    counted = getattr(job.image.data, "count_chunks", None)
    key = block.key if job.image.ndim > 1 else ()  # a single row has an axis more
    return (0, 0, 0) if counted is None else counted(key)


def _no_runs(volume: LabelVolume) -> RunTable:
    return RunTable(
        np.empty(0, volume.label_dtype),
        np.zeros(1, np.int64),
        np.empty(0, start_dtype(volume.n_voxels)),
        np.empty(0, length_dtype(volume.row_length)),
    )
