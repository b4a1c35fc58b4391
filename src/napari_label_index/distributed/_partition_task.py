"""A range of labels -> the files of its partition."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.distributed._block_files import BlockFiles
from napari_label_index.distributed._join_task import read_pairs
from napari_label_index.distributed._label_pairs import LabelPairs
from napari_label_index.distributed._merged_runs import merged_runs
from napari_label_index.distributed._part_note import write_part_note
from napari_label_index.distributed._partition_files import PartitionFiles
from napari_label_index.index._measures import Measures, measure
from napari_label_index.index._parallel import one_thread
from napari_label_index.io.index_dataset._manifest import Partition

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.distributed._job import Job
    from napari_label_index.distributed._partition_ranges import LabelRange
    from napari_label_index.index import RunTable

__all__ = ["write_partition"]


@one_thread()
def write_partition(
    job: Job, number: int, n_parts: int, labels: LabelRange, n_blocks: int
) -> Partition:
    """Write the partition of some labels; its file in `parts` says that it is whole."""
    with contextlib.ExitStack() as stack:
        files = PartitionFiles(stack, job, number)
        known = _add_labels(job, labels, n_blocks, files)
        _add_pairs(job, known, n_blocks, files)
        seals = files.finish(known.size, (number, n_parts))
    ends = (labels.first, labels.last)
    partition = Partition(*ends, known.size, labels.n_runs, seals)
    write_part_note(job, number, partition)
    return partition


def _add_labels(
    job: Job, labels: LabelRange, n_blocks: int, files: PartitionFiles
) -> LabelArray:
    """Add the runs of all labels, and what they add up to; return the labels."""
    blocks = BlockFiles(job, n_blocks)
    known = []
    held: list[tuple[RunTable, Measures]] = []
    for runs, goes_on in merged_runs(blocks, labels.first, labels.last):
        files.rows["runs"].add(files.columns.table_of(runs, 0, runs.n_runs))
        held.append((runs, measure(runs, job.meta.shape)))
        if goes_on:
            continue
        counts, measures = _together(held)
        files.add("labels", runs.labels, counts, measures.voxel_counts)
        files.add("places", *measures.bboxes.T, *measures.centroids.T)
        known.append(runs.labels)
        held.clear()
    return np.concatenate(known)


def _add_pairs(
    job: Job, known: LabelArray, n_blocks: int, files: PartitionFiles
) -> None:
    """Add what touches each label, and the totals for every label."""
    ends = (int(known[0]), int(known[-1]))
    of_blocks = (read_pairs(job.pairs_path(block)) for block in range(n_blocks))
    # Copies: a view would keep the file of its block mapped.
    own = (pairs.of_labels(*ends).copy() for pairs in of_blocks)
    pairs = LabelPairs.added_up(list(own))
    files.add("neighbours", pairs.first, pairs.second, *pairs.faces.T)
    rows = np.searchsorted(known, pairs.first)
    totals = [np.bincount(rows, minlength=known.size)]
    for shared in pairs.faces.T:
        total = np.zeros(known.size, np.int64)
        np.add.at(total, rows, shared)
        totals.append(total)
    files.add("contacts", *totals)


def _together(
    held: list[tuple[RunTable, Measures]],
) -> tuple[IntVector, Measures]:
    """Return numbers of runs, and measures, of labels that came in a table or more."""
    counts = sum((np.diff(runs.offsets) for runs, _ in held), np.zeros(1, np.int64))
    if len(held) == 1:
        return counts, held[0][1]
    parts = [measures for _, measures in held]
    ndim = parts[0].centroids.shape[1]
    voxels = np.concatenate([part.voxel_counts for part in parts])
    boxes = np.concatenate([part.bboxes for part in parts])
    centroids = np.concatenate([part.centroids for part in parts])
    box = np.concatenate([boxes[:, :ndim].min(axis=0), boxes[:, ndim:].max(axis=0)])
    centroid = (centroids * (voxels / voxels.sum())[:, np.newaxis]).sum(axis=0)
    return counts, Measures(
        voxels.sum(keepdims=True), box[np.newaxis], centroid[np.newaxis]
    )
