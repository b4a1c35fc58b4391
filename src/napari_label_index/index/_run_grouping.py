"""Label volume -> run table: scan rows for runs, number their labels, place them.

The volume is read once, in slabs. A chunk is a stretch of slabs that one thread
works through: it keeps the runs it finds, with a code for each label, and counts the
runs of each. Sums of these counts over the chunks say where each chunk must put its
runs of each label, so that all chunks can place theirs at once and every label ends
up in C order. This is a counting sort; nothing is compared and nothing is sorted but
the labels themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._codes import LabelCodes
from napari_label_index.index._runs import RunTable, length_dtype, start_dtype
from napari_label_index.index._slabs import Slab, iter_slabs
from napari_label_index.kernels import place_runs, scan_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index._parallel import Crew
    from napari_label_index.index._validate import LabelVolume

# Runs of a slab should stay in the processor's cache between scan and code look-up:
# 2**18 voxels took 0.23 s on 490 M voxels where 2**21 took 0.28 s.
_SLAB_VOXELS = 2**18
# Where each slab has to be copied first, it must hold several voxels of every line of
# cache that it touches, or Fortran-order volumes are read from memory 16 times.
_COPIED_SLAB_VOXELS = 2**23
# How the time for a voxel divides between the two passes, for the progress shown.
_SCAN_UNITS, _PLACE_UNITS = 2, 1
_CHUNKS_PER_THREAD = 2  # so that a thread whose part was sparse can take another


@dataclass(frozen=True, slots=True)
class _RunBlock:
    """Runs of one slab, in C order."""

    codes: IntVector
    starts: IntVector
    lengths: IntVector


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Runs of a stretch of slabs, with the labels that their codes stand for."""

    labels: LabelArray  # (n_codes,) by code
    run_counts: IntVector  # (n_codes,)
    blocks: list[_RunBlock]
    n_voxels: int


def total_work(volume: LabelVolume) -> int:
    """Return the units of work that `group_runs` will tell the crew of."""
    return (_SCAN_UNITS + _PLACE_UNITS) * volume.n_voxels


def group_runs(volume: LabelVolume, background: int, crew: Crew) -> RunTable:
    """Return the runs of a volume, grouped by label."""
    chunks = crew.map(
        lambda slabs: _scan_chunk(volume, slabs, background, crew),
        _cut_into_chunks(volume, crew.n_threads * _CHUNKS_PER_THREAD),
    )
    return _group_by_label(chunks, volume, crew)


def _cut_into_chunks(volume: LabelVolume, n_chunks: int) -> Iterator[list[Slab]]:
    """Share the slabs out, in order, in stretches of about the same size."""
    if volume.n_voxels == 0:
        return
    size = _SLAB_VOXELS if volume.is_plain else _COPIED_SLAB_VOXELS
    chunk_size = -(-volume.n_voxels // n_chunks)
    slabs = iter_slabs(volume.shape, min(size, max(chunk_size, 1)))
    for _, stretch in groupby(slabs, key=lambda slab: slab.first // chunk_size):
        yield list(stretch)


def _scan_chunk(
    volume: LabelVolume, slabs: list[Slab], background: int, crew: Crew
) -> _Chunk:
    row_dtype = volume.row_dtype
    typed_background, has_background = _typed(background, volume)
    largest = max(slab.n_voxels for slab in slabs)
    padded = -(-volume.row_length // 64) * 64
    is_change = np.zeros(padded, np.uint8)
    changes = np.empty(padded + 1, np.uint32)
    labels = np.empty(largest, row_dtype)
    codes = np.empty(largest, np.uint32)
    starts = np.empty(largest, start_dtype(volume.n_voxels))
    lengths = np.empty(largest, length_dtype(volume.row_length))
    known = LabelCodes(row_dtype)
    blocks = []
    for slab in slabs:
        n_runs = scan_rows(
            volume.rows(slab), slab.first, typed_background, has_background,
            is_change, changes, labels, starts, lengths,
        )  # fmt: skip
        known.encode(labels, n_runs, codes)
        found = (codes[:n_runs], starts[:n_runs], lengths[:n_runs])
        blocks.append(_RunBlock(*(array.copy() for array in found)))
        crew.advance(_SCAN_UNITS * slab.n_voxels)
    n_voxels = sum(slab.n_voxels for slab in slabs)
    return _Chunk(known.labels, known.run_counts, blocks, n_voxels)


def _typed(
    background: int, volume: LabelVolume
) -> tuple[np.unsignedinteger[Any], bool]:
    """Return the background as a kernel compares it, and whether there can be any."""
    limits = np.iinfo(volume.label_dtype)
    can_occur = limits.min <= background <= limits.max
    typed = np.array([background if can_occur else 0], volume.label_dtype)
    value: np.unsignedinteger[Any] = typed.view(volume.row_dtype)[0]
    return value, can_occur


def _group_by_label(chunks: list[_Chunk], volume: LabelVolume, crew: Crew) -> RunTable:
    label_dtype = volume.label_dtype
    chunk_labels = [chunk.labels.view(label_dtype) for chunk in chunks]
    labels = np.unique(np.concatenate([np.empty(0, label_dtype), *chunk_labels]))
    rows = crew.map(lambda ids: np.searchsorted(labels, ids), chunk_labels)
    run_counts = np.zeros(labels.size, np.int64)
    placed_before = []
    for chunk, chunk_rows in zip(chunks, rows, strict=True):
        placed_before.append(run_counts[chunk_rows])
        run_counts[chunk_rows] += chunk.run_counts
    offsets = np.zeros(labels.size + 1, np.int64)
    np.cumsum(run_counts, out=offsets[1:])
    starts = np.empty(offsets[-1], start_dtype(volume.n_voxels))
    lengths = np.empty(offsets[-1], length_dtype(volume.row_length))

    def place(number: int) -> None:
        chunk = chunks[number]
        cursors = (offsets[rows[number]] + placed_before[number]).astype(np.uint64)
        for block in chunk.blocks:
            place_runs(
                block.codes, block.starts, block.lengths, cursors, starts, lengths
            )
        chunk.blocks.clear()
        crew.advance(_PLACE_UNITS * chunk.n_voxels)

    crew.map(place, range(len(chunks)))
    return RunTable(labels, offsets, starts, lengths)
