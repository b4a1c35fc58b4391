"""A block of the volume -> a file with its runs, contacts and faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.distributed._array_file import read_facts
from napari_label_index.distributed._block_content import (
    BlockContent,
    Face,
    write_content,
)
from napari_label_index.distributed._label_pairs import LabelPairs
from napari_label_index.index import RunTable
from napari_label_index.index._blocks import Block
from napari_label_index.index._measures import measure
from napari_label_index.index._neighbours import find_contacts
from napari_label_index.index._parallel import one_thread
from napari_label_index.index._run_grouping import group_block
from napari_label_index.index._runs import start_dtype
from napari_label_index.index._validate import check_label_image

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.distributed._job import Job
    from napari_label_index.index._validate import LabelVolume

__all__ = ["index_block", "missing_chunks"]


@one_thread()
def index_block(job: Job, number: int, block: Block) -> int:
    """Index one block, write what was found, and return its missing chunks."""
    volume = job.volume
    n_chunks, n_missing, n_own_missing = _count_chunks(job, block)
    fill_value = getattr(job.image.data, "fill_value", None)
    if n_missing and n_missing == n_chunks and fill_value == job.meta.background:
        # Nothing is stored there, so nothing is read.
        voxels = np.broadcast_to(
            np.array(fill_value, volume.label_dtype), (1,) * len(block.shape)
        )
    else:
        rows = volume.rows(block.key)
        voxels = rows.view(volume.label_dtype).reshape(block.shape)
    content = _content(voxels, block, volume, job)
    write_content(job.block_path(number), content, n_own_missing)
    return n_own_missing


def missing_chunks(job: Job, number: int) -> int:
    """Return the same for a block that has its file."""
    return read_facts(job.block_path(number))["n_missing_chunks"]


def _count_chunks(job: Job, block: Block) -> tuple[int, int, int]:
    """Count the chunks of a block, as `ZarrVoxels.count_chunks` does."""
    counted = getattr(job.image.data, "count_chunks", None)
    key = block.key if job.image.ndim > 1 else ()  # a single row has an axis more
    return (0, 0, 0) if counted is None else counted(key)


def _content(
    voxels: LabelArray, block: Block, volume: LabelVolume, job: Job
) -> BlockContent:
    """Index a block as a volume of its own, then move it to its place."""
    background = job.meta.background
    runs = _runs_of(voxels, background)
    time_axis = job.time_axis
    bboxes = measure(runs, voxels.shape).bboxes
    found = find_contacts(runs, voxels.shape, bboxes, time_axis)
    touching = LabelPairs(
        runs.labels[found.first],
        runs.labels[found.second],
        found.faces[:, -len(job.meta.shape) :],  # a single row is a plane here
    )
    faces: dict[Face, RunTable] = {}
    for axis, start in enumerate(block.starts()):
        if axis == time_axis:
            continue
        if start > 0:
            faces[axis, "low"] = _runs_of(_plane(voxels, axis, 0), background)
        if start + block.shape[axis] < volume.shape[axis]:
            faces[axis, "high"] = _runs_of(_plane(voxels, axis, -1), background)
    moved = RunTable(
        runs.labels, runs.offsets, _in_volume(runs.starts, block, volume), runs.lengths
    )
    return BlockContent(moved, touching, faces)


def _runs_of(voxels: LabelArray, background: int) -> RunTable:
    volume = check_label_image(voxels)
    key = tuple(slice(0, size) for size in volume.shape)
    return group_block(volume, Block(key, 0, volume.n_voxels, volume.shape), background)


def _plane(voxels: LabelArray, axis: int, place: int) -> LabelArray:
    """Return the first or last plane of a block across an axis, row by row."""
    plane = voxels[(slice(None),) * axis + (place,)]
    return plane.reshape(-1, voxels.shape[-1])


def _in_volume(starts: IntVector, block: Block, volume: LabelVolume) -> IntVector:
    """Return positions in a block as positions in the volume."""
    dtype = start_dtype(volume.n_voxels)
    moved: IntVector
    if block.shape[1:] == volume.shape[1:] or block.n_voxels == block.shape[-1]:
        moved = starts.astype(dtype) + dtype.type(block.first)
        return moved
    rows, columns = np.divmod(starts, starts.dtype.type(block.shape[-1]))
    moved = columns.astype(dtype) + dtype.type(block.first)
    stride = volume.shape[-1]
    for size, whole in zip(block.shape[-2::-1], volume.shape[-2::-1], strict=True):
        rows, places = np.divmod(rows, rows.dtype.type(size))
        moved += places.astype(dtype) * dtype.type(min(stride, np.iinfo(dtype).max))
        stride *= whole
    return moved
