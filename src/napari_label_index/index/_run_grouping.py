"""Label volume -> run table: scan rows for runs, number their labels, place them.

The volume is read once, in blocks. A stretch is a part of the first axis that one
thread works through: it keeps the runs it finds, with a code for each label, and counts
the runs of each. Sums of these counts over the stretches say where each must put its
runs of each label, so that all can place theirs at once and every label ends up in C
order. This is a counting sort; nothing is compared and nothing is sorted but
the labels themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, groupby
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._blocks import (
    Block,
    chunk_edges,
    iter_blocks,
    iter_pieces,
)
from napari_label_index.index._build_memory import BuildMemory
from napari_label_index.index._codes import LabelCodes
from napari_label_index.index._lookup import can_hold, places_in
from napari_label_index.index._parallel import Crew
from napari_label_index.index._runs import RunTable, length_dtype, start_dtype
from napari_label_index.index._sorted_sets import distinct
from napari_label_index.kernels import place_runs, scan_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index._validate import LabelVolume

# Runs of a piece should stay in the processor's cache between scan and code look-up:
# 2**18 voxels took 0.23 s on 490 M voxels where 2**21 took 0.28 s.
_PIECE_VOXELS = 2**18
# Where each block has to be copied first, it must hold several voxels of every line of
# cache that it touches, or Fortran-order volumes are read from memory 16 times.
_COPIED_BLOCK_VOXELS = 2**23
# A row of chunks is read whole up to this size, since to cut it is to decode its chunks
# again for each part: 1 GB of uint64.
_CHUNK_ROW_VOXELS = 2**27
# How the time for a voxel divides between the two passes, for the progress shown.
_SCAN_UNITS, _PLACE_UNITS = 2, 1
_STRETCHES_PER_THREAD = 2  # so that a thread whose part was sparse can take another


@dataclass(frozen=True, slots=True)
class _FoundRuns:
    """Runs of one piece, in C order."""

    first: int  # flat position of its first voxel
    codes: IntVector
    starts: IntVector
    lengths: IntVector


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Runs of a stretch of blocks, with the labels that their codes stand for."""

    labels: LabelArray  # (n_codes,) by code
    run_counts: IntVector  # (n_codes,)
    pieces: list[_FoundRuns]  # in C order
    n_voxels: int


def total_work(volume: LabelVolume) -> int:
    """Return the units of work that `group_runs` will tell the crew of."""
    return (_SCAN_UNITS + _PLACE_UNITS) * volume.n_voxels


def group_runs(volume: LabelVolume, background: int, crew: Crew) -> RunTable:
    """Return the runs of a volume, grouped by label."""
    parts = list(_cut_into_stretches(volume, crew.n_threads * _STRETCHES_PER_THREAD))
    memory = memory_of(volume, crew.n_threads, parts)
    memory.check()
    stretches = crew.map(
        lambda blocks: _scan(volume, blocks, background, crew, memory), parts
    )
    return _group_by_label(stretches, volume, crew)


def group_block(volume: LabelVolume, block: Block, background: int) -> RunTable:
    """Return the runs of one block, grouped by label, in this thread alone."""
    crew, memory = Crew(1, 0), memory_of(volume, 1, [[block]])
    stretch = _scan(volume, [block], background, crew, memory)
    return _group_by_label([stretch], volume, crew)


def memory_of(
    volume: LabelVolume, n_threads: int, parts: list[list[Block]] | None = None
) -> BuildMemory:
    """Return what `group_runs` takes with so many threads."""
    if parts is None:
        parts = list(_cut_into_stretches(volume, n_threads * _STRETCHES_PER_THREAD))
    blocks = list(chain.from_iterable(parts))
    return BuildMemory(volume, blocks, n_threads, min(_PIECE_VOXELS, volume.n_voxels))


def _cut_into_stretches(volume: LabelVolume, n_stretches: int) -> Iterator[list[Block]]:
    """Share the blocks out, in stretches of about the same size, in C order."""
    if volume.n_voxels == 0:
        return
    size = -(-volume.n_voxels // n_stretches)
    edges = chunk_edges(volume.data, volume.shape)
    block_size = _PIECE_VOXELS if volume.is_plain else _COPIED_BLOCK_VOXELS
    if edges is None:
        block_size = min(block_size, max(size, 1))
    blocks = iter_blocks(volume.data, volume.shape, block_size, _CHUNK_ROW_VOXELS)
    # Blocks of chunks side by side lie in the same items: these stay together.
    item = prod(volume.shape[1:]) if edges is not None else 1
    for _, stretch in groupby(
        blocks, key=lambda block: block.first // item * item // size
    ):
        yield list(stretch)


def _scan(
    volume: LabelVolume,
    blocks: list[Block],
    background: int,
    crew: Crew,
    memory: BuildMemory,
) -> _Stretch:
    typed_background, has_background = _typed(background, volume)
    largest = min(
        max(block.n_voxels for block in blocks), max(_PIECE_VOXELS, volume.row_length)
    )
    padded = -(-volume.row_length // 64) * 64
    is_change = np.zeros(padded, np.uint8)
    changes = np.empty(padded + 1, np.uint32)
    labels = np.empty(largest, volume.row_dtype)
    codes = np.empty(largest, np.uint32)
    starts = np.empty(largest, start_dtype(volume.n_voxels))
    lengths = np.empty(largest, length_dtype(volume.row_length))
    known = LabelCodes(volume.row_dtype)
    pieces = []
    for block in blocks:
        rows = volume.rows(block.key)
        for piece in iter_pieces(block, volume.shape, largest):
            n_runs = scan_rows(
                rows[piece.rows], piece.first, typed_background, has_background,
                is_change, changes, labels, starts, lengths,
            )  # fmt: skip
            known.encode(labels, n_runs, codes)
            found = (codes[:n_runs], starts[:n_runs], lengths[:n_runs])
            pieces.append(_FoundRuns(piece.first, *(array.copy() for array in found)))
            memory.found(n_runs)
        del rows  # or it would be held beside the next one
        crew.advance(_SCAN_UNITS * block.n_voxels)
    pieces.sort(key=lambda piece: piece.first)
    n_voxels = sum(block.n_voxels for block in blocks)
    return _Stretch(known.labels, known.run_counts, pieces, n_voxels)


def _typed(
    background: int, volume: LabelVolume
) -> tuple[np.unsignedinteger[Any], bool]:
    """Return the background as a kernel compares it, and whether there can be any."""
    can_occur = can_hold(volume.label_dtype, background)
    typed = np.array([background if can_occur else 0], volume.label_dtype)
    value: np.unsignedinteger[Any] = typed.view(volume.row_dtype)[0]
    return value, can_occur


def _group_by_label(
    stretches: list[_Stretch], volume: LabelVolume, crew: Crew
) -> RunTable:
    label_dtype = volume.label_dtype
    stretch_labels = [stretch.labels.view(label_dtype) for stretch in stretches]
    labels = distinct(np.concatenate([np.empty(0, label_dtype), *stretch_labels]))
    rows = crew.map(lambda ids: places_in(labels, ids), stretch_labels)
    run_counts = np.zeros(labels.size, np.int64)
    placed_before = []
    for stretch, stretch_rows in zip(stretches, rows, strict=True):
        placed_before.append(run_counts[stretch_rows])
        run_counts[stretch_rows] += stretch.run_counts
    offsets = np.zeros(labels.size + 1, np.int64)
    np.cumsum(run_counts, out=offsets[1:])
    starts = np.empty(offsets[-1], start_dtype(volume.n_voxels))
    lengths = np.empty(offsets[-1], length_dtype(volume.row_length))

    def place(number: int) -> None:
        stretch = stretches[number]
        cursors = (offsets[rows[number]] + placed_before[number]).astype(np.uint64)
        for piece in stretch.pieces:
            place_runs(
                piece.codes, piece.starts, piece.lengths, cursors, starts, lengths
            )
        stretch.pieces.clear()
        crew.advance(_PLACE_UNITS * stretch.n_voxels)

    crew.map(place, range(len(stretches)))
    return RunTable(labels, offsets, starts, lengths)
