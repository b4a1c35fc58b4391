"""How much memory a build is going to take, and whether it may.

What a build holds follows the runs, and how many there are is known when all voxels
have been read. Before, a few blocks are looked at: a volume is much alike throughout.
While it runs, the runs that were found so far are counted.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index._available_memory import available_memory, over_budget
from napari_label_index.index._runs import length_dtype, start_dtype

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_label_index._typing import LabelArray
    from napari_label_index.index._blocks import Block
    from napari_label_index.index._validate import LabelVolume

_N_SAMPLES = 8  # blocks
_COUNTED_VOXELS = 1 << 18  # at a time
# Where each voxel could be a run of its own and take no more, nothing is looked at.
_SMALL_BYTES = 1 << 28
# A sample may be off; beforehand only that is refused of which half would not fit.
_SURE = 0.5
_CODE_BYTES = 4
# The C library of Linux gives only larger arrays back to the system at once.
_KEPT_BYTES = 1 << 25


class BuildMemory:
    """What one build may take, what it takes for each run, and what besides.

    It takes most at one of three moments: when each thread reads its last block, when
    each searches it and nearly all runs are found, or at the end, when a run is held
    twice: as it was found, with the code of its label, and in its place among those of
    its label. Of what the threads have freed by then the system does not get all back.

    Parameters
    ----------
    volume : LabelVolume
    blocks : sequence of Block
        In which it is going to be read.
    n_threads, piece_voxels : int
        That do so, and for how many voxels each has room.
    """

    def __init__(
        self,
        volume: LabelVolume,
        blocks: Sequence[Block],
        n_threads: int,
        piece_voxels: int,
    ) -> None:
        self._volume = volume
        self._blocks = blocks
        placed = start_dtype(volume.n_voxels).itemsize
        placed += length_dtype(volume.row_length).itemsize
        self._found_bytes = _CODE_BYTES + placed  # of a run
        self._placed_bytes = placed
        # Blocks that are held at once, by their voxels, and the bytes of a voxel.
        self._at_once = sorted(block.n_voxels for block in blocks)[-n_threads:]
        self._reading_bytes, self._kept_bytes = _bytes_copied(volume)
        copies = [n_voxels * self._kept_bytes for n_voxels in self._at_once]
        self._not_given_back = sum(size for size in copies if size <= _KEPT_BYTES)
        # Of the chunks that Dask's threads hold, a third to two thirds, as measured.
        self._not_given_back += sum(self._at_once) * _chunk_bytes(volume) // 2
        scratch = volume.row_dtype.itemsize + _CODE_BYTES + placed
        self._scratch = n_threads * piece_voxels * scratch
        worst = self._need(volume.n_voxels)
        self._have = available_memory() if worst > _SMALL_BYTES else None
        self._n_found = 0
        self._lock = Lock()

    def _need(self, n_runs: int) -> int:
        """Return the bytes of a build that finds so many runs."""
        found, n_at_once = self._found_bytes * n_runs, sum(self._at_once)
        n_before = self._volume.n_voxels - n_at_once
        found_before = found * n_before // max(self._volume.n_voxels, 1)
        reading = found_before + n_at_once * self._reading_bytes
        searching = found + n_at_once * self._kept_bytes
        placing = found + self._placed_bytes * n_runs + self._not_given_back
        return self._scratch + max(reading, searching, placing)

    def predicted(self) -> int:
        """Return the bytes that the build is likely to take, from a few blocks."""
        step = -(-len(self._blocks) // _N_SAMPLES)
        sample = self._blocks[:: max(1, step)]
        n_runs = sum(_count_runs(self._volume.rows(block.key)) for block in sample)
        n_voxels = sum(block.n_voxels for block in sample)
        share = n_runs / n_voxels if n_voxels else 0.0
        return self._need(int(share * self._volume.n_voxels))

    def check(self) -> None:
        """Raise `OverBudgetError` if the build would surely take too much."""
        if self._have is None or self._need(self._volume.n_voxels) <= self._have:
            return
        if self._need(0) > self._have:
            self._refuse(self._need(0))
        need = self.predicted()
        if _SURE * need > self._have:
            self._refuse(need)

    def found(self, n_runs: int) -> None:
        """Count runs that a thread has found; raise `OverBudgetError` at too many."""
        with self._lock:
            self._n_found += n_runs
        need = self._need(self._n_found)
        if self._have is not None and need > self._have:
            self._refuse(need)

    def _refuse(self, need: int) -> None:
        size = " x ".join(map(str, self._volume.shape))
        what = f"the index of {size} voxels of {self._volume.stored_dtype}"
        raise over_budget(what, need, self._have)


def _bytes_copied(volume: LabelVolume) -> tuple[int, int]:
    """Return the bytes of a voxel while its block is read, and while it is searched."""
    stored, label = volume.stored_dtype, volume.label_dtype
    is_array = isinstance(volume.data, np.ndarray)
    is_in_order = stored.isnative and (not is_array or volume.data.flags.c_contiguous)
    read = 0 if is_array else stored.itemsize
    ordered = 0 if is_in_order else stored.itemsize
    reading, kept = read + max(_chunk_bytes(volume), ordered), ordered or read
    if stored.kind == "f":
        reading, kept = max(reading, kept + label.itemsize), label.itemsize
    return reading, kept


def _chunk_bytes(volume: LabelVolume) -> int:
    """Return the bytes of a voxel in the chunks of which Dask makes a block."""
    is_dask = hasattr(volume.data, "__dask_graph__")
    return volume.stored_dtype.itemsize if is_dask else 0


def _count_runs(rows: LabelArray) -> int:
    """Return how many stretches of one label there are, but those of zeros."""
    n_runs, step = 0, max(1, _COUNTED_VOXELS // rows.shape[1])
    for first in range(0, len(rows), step):
        some = rows[first : first + step]
        begins = some != 0
        begins[:, 1:] &= some[:, 1:] != some[:, :-1]
        n_runs += int(np.count_nonzero(begins))
    return n_runs
