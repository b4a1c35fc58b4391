"""A range of labels -> the three files of its partition."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.distributed._block_files import BlockFiles
from napari_label_index.distributed._merged_runs import merged_runs
from napari_label_index.distributed._part_note import write_part_note
from napari_label_index.index._measures import Measures, measure
from napari_label_index.io._files import atomic_write
from napari_label_index.io.index_dataset._grouped_writer import GroupedWriter
from napari_label_index.io.index_dataset._label_files import (
    GROUP_ROWS,
    label_page,
    label_rows,
    label_schema,
    place_rows,
    place_schema,
)
from napari_label_index.io.index_dataset._layout import FOLDERS, part_path
from napari_label_index.io.index_dataset._manifest import Partition
from napari_label_index.io.index_file._group import GROUP_RUNS, RunGroup
from napari_label_index.io.index_file._index_meta import IndexMeta, meta_to_json
from napari_label_index.io.index_file._run_columns import RunColumns
from napari_label_index.io.index_file._sealed_parquet import SealedWriter

if TYPE_CHECKING:
    import pyarrow as pa

    from napari_label_index._typing import IntVector
    from napari_label_index.distributed._job import Job
    from napari_label_index.distributed._label_ranges import LabelRange
    from napari_label_index.index import RunTable
    from napari_label_index.io.index_file._sealed_parquet import Seal

__all__ = ["write_partition"]


def write_partition(
    job: Job, number: int, n_parts: int, labels: LabelRange, n_blocks: int
) -> Partition:
    """Write the partition of some labels; its file in `parts` says that it is whole."""
    blocks = BlockFiles(job, n_blocks)
    meta = job.meta
    columns = RunColumns(meta.shape, meta.axes, meta.label_dtype)
    schemas = (
        columns.schema,
        label_schema(meta.label_dtype),
        place_schema(meta.shape),
    )
    with contextlib.ExitStack() as stack:
        writers = [
            _writer(stack, job, folder, number, schema)
            for folder, schema in zip(FOLDERS, schemas, strict=True)
        ]
        rows = [
            GroupedWriter(writer, size)
            for writer, size in zip(
                writers, (GROUP_RUNS, GROUP_ROWS, GROUP_ROWS), strict=True
            )
        ]
        n_labels = 0
        held: list[tuple[RunTable, Measures]] = []
        for runs, goes_on in merged_runs(blocks, labels.first, labels.last):
            rows[0].add(columns.table_of(runs, 0, runs.n_runs))
            held.append((runs, measure(runs, meta.shape)))
            if not goes_on:
                counts, measures = _together(held)
                rows[1].add(label_rows(schemas[1], runs.labels, counts, measures))
                rows[2].add(place_rows(schemas[2], measures))
                n_labels += runs.n_labels
                held.clear()
        for part in rows:
            part.flush()
        page = _page_of_runs(job, rows[0], n_labels, (number, n_parts))
        pages = (page, label_page(rows[1]), label_page(rows[2]))
        seals = [
            writer.finish(page) for writer, page in zip(writers, pages, strict=True)
        ]
    return _finished(job, number, labels, n_labels, seals)


def _writer(
    stack: contextlib.ExitStack, job: Job, folder: str, number: int, schema: pa.Schema
) -> SealedWriter:
    output = stack.enter_context(atomic_write(part_path(job.root, folder, number)))
    return stack.enter_context(SealedWriter(output, schema))


def _page_of_runs(
    job: Job, rows: GroupedWriter, n_labels: int, part: tuple[int, int]
) -> bytes:
    groups = [
        RunGroup(*ends, n_rows, block.begin, block.n_bytes, block.crc)
        for ends, (n_rows, block) in zip(rows.ends, rows.blocks, strict=True)
    ]
    return meta_to_json(IndexMeta.of_volume(job.meta, n_labels, groups, part))


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


def _finished(
    job: Job, number: int, labels: LabelRange, n_labels: int, seals: list[Seal]
) -> Partition:
    partition = Partition(
        labels.first, labels.last, n_labels, labels.n_runs, tuple(seals)
    )
    write_part_note(job, number, partition)
    return partition
