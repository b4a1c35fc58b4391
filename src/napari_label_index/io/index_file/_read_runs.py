"""Row groups -> a run table, all of them in threads or those of a few labels."""

from __future__ import annotations

from bisect import bisect_left
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index._available_memory import available_memory
from napari_label_index.errors import OverBudgetError, UnknownLabelError
from napari_label_index.index import RunTable
from napari_label_index.index._parallel import Crew
from napari_label_index.index._runs import length_dtype, start_dtype
from napari_label_index.io._byte_source import n_readers
from napari_label_index.io.index_file._group import check_groups
from napari_label_index.io.index_file._label_ranges import LabelRanges
from napari_label_index.io.index_file._run_checks import check_runs
from napari_label_index.io.index_file._run_columns import RunColumns, RunPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_label_index._typing import Cancel, IntVector, LabelArray, OnProgress
    from napari_label_index.io._address import Location
    from napari_label_index.io.index_file._index_meta import IndexMeta
    from napari_label_index.io.index_file._sealed_parquet import SealedFile
    from napari_label_index.io.index_file._volume_meta import VolumeMeta

__all__ = ["check_run_budget", "read_all", "read_ranges"]


def read_all(
    path: Location,
    file: SealedFile,
    meta: IndexMeta,
    on_progress: OnProgress | None,
    cancel: Cancel | None,
) -> RunTable:
    """Return the whole run table, checked."""
    columns = _checked_columns(file, meta)
    check_run_budget(path, meta, meta.n_runs, meta.n_labels)
    starts = np.empty(meta.n_runs, start_dtype(prod(meta.shape)))
    lengths = np.empty(meta.n_runs, length_dtype(meta.shape[-1]))
    ends = np.cumsum([group.n_runs for group in meta.groups], dtype=np.int64)
    crew = Crew(n_readers(path), meta.n_runs, on_progress, cancel)

    def read(number: int) -> tuple[LabelArray, IntVector]:
        group = meta.groups[number]
        part = columns.runs_of(file.read_group(number, group.block))
        place = slice(ends[number] - group.n_runs, ends[number])
        starts[place], lengths[place] = part.starts, part.lengths
        crew.advance(group.n_runs)
        return part.labels, part.counts

    found = crew.map(read, range(len(meta.groups)))
    labels, offsets = _joined(found, meta.label_dtype)
    if labels.size != meta.n_labels:
        raise ValueError(f"it must have {meta.n_labels} labels, has {labels.size}")
    return _checked(RunTable(labels, offsets, starts, lengths), meta)


def read_ranges(
    path: Location,
    file: SealedFile,
    meta: IndexMeta,
    ranges: Sequence[tuple[int, int]],
) -> RunTable:
    """Return the runs of the labels in some ranges, checked."""
    columns = _checked_columns(file, meta)
    wanted = LabelRanges.of(ranges, meta.label_dtype)

    def read(number: int) -> RunPart:
        group = meta.groups[number]
        part = columns.runs_of(file.read_group(number, group.block))
        return part.chosen(wanted.holds(part.labels))

    crew = Crew(n_readers(path), meta.n_runs)
    numbers = [k for k, group in enumerate(meta.groups) if wanted.meets(group)]
    parts = crew.map(read, numbers)
    labels, offsets = _joined(
        [(part.labels, part.counts) for part in parts], meta.label_dtype
    )
    starts = np.empty(0, start_dtype(prod(meta.shape)))
    lengths = np.empty(0, length_dtype(meta.shape[-1]))
    runs = RunTable(
        labels,
        offsets,
        np.concatenate([starts, *(part.starts for part in parts)]),
        np.concatenate([lengths, *(part.lengths for part in parts)]),
    )
    _check_found(path, meta, labels, ranges)
    return _checked(runs, meta)


def _checked_columns(file: SealedFile, meta: IndexMeta) -> RunColumns:
    """Return how the runs are stored, after a look at whether they are."""
    check_groups(meta.groups, file.end_of_blocks)
    columns = RunColumns(meta.shape, meta.axes, meta.label_dtype)
    sizes = [group.n_runs for group in meta.groups]
    file.check_layout(columns.schema.types, sizes)
    return columns


def check_run_budget(
    path: Location, meta: VolumeMeta, n_runs: int, n_labels: int
) -> None:
    """Refuse to put more runs into memory than it has room for.

    Raises
    ------
    OverBudgetError
        With need, have, and what to do.
    """
    bytes_per_run = (
        start_dtype(prod(meta.shape)).itemsize + length_dtype(meta.shape[-1]).itemsize
    )
    need = n_runs * bytes_per_run + n_labels * (meta.label_dtype.itemsize + 8)
    have = available_memory()
    if have is not None and need > have:
        raise OverBudgetError(
            f"{path}: its {n_runs} runs need {need / 2**30:.2f} GiB of memory, "
            f"{have / 2**30:.2f} GiB may be used; close other programs, or ask for "
            "fewer labels",
            need,
            have,
        )


def _joined(
    parts: Sequence[tuple[LabelArray, IntVector]], dtype: np.dtype[np.integer]
) -> tuple[LabelArray, IntVector]:
    """Return labels and offsets of parts, of which one may end amid a label."""
    labels = np.concatenate([np.empty(0, dtype), *(part[0] for part in parts)])
    counts = np.concatenate([np.empty(0, np.int64), *(part[1] for part in parts)])
    is_first = np.ones(labels.size, bool)
    np.not_equal(labels[1:], labels[:-1], out=is_first[1:])
    firsts = np.flatnonzero(is_first)
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    return labels[firsts], ends[np.append(firsts, labels.size)]


def _check_found(
    path: Location,
    meta: IndexMeta,
    labels: LabelArray,
    ranges: Sequence[tuple[int, int]],
) -> None:
    found = labels.tolist()
    for first, last in ranges:
        place = bisect_left(found, first)
        if place < len(found) and found[place] <= last:
            continue
        if first == last:
            raise UnknownLabelError(
                f"no voxel has label {first}; {path} has {meta.n_labels} labels"
            )
        raise UnknownLabelError(f"no label from {first} to {last} has any voxel")


def _checked(runs: RunTable, meta: IndexMeta) -> RunTable:
    check_runs(runs, meta.shape, meta.dtype, meta.background)
    return runs
