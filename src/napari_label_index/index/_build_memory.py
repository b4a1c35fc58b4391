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


class BuildMemory:
    """What one build may take, what it takes for each run, and what besides.

    A run is held twice at the end: as it was found, with the code of its label, and
    in its place among those of its label.

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
        self._per_run = _CODE_BYTES + 2 * placed
        scratch = volume.row_dtype.itemsize + _CODE_BYTES + placed
        self._fixed = n_threads * (piece_voxels * scratch + self._bytes_copied())
        worst = self._fixed + self._per_run * volume.n_voxels
        self._have = available_memory() if worst > _SMALL_BYTES else None
        self._n_found = 0
        self._lock = Lock()

    def predicted(self) -> int:
        """Return the bytes that the build is likely to take, from a few blocks."""
        step = -(-len(self._blocks) // _N_SAMPLES)
        sample = self._blocks[:: max(1, step)]
        n_runs = sum(_count_runs(self._volume.rows(block.key)) for block in sample)
        n_voxels = sum(block.n_voxels for block in sample)
        share = n_runs / n_voxels if n_voxels else 0.0
        return self._fixed + int(self._per_run * share * self._volume.n_voxels)

    def check(self) -> None:
        """Raise `OverBudgetError` if the build would surely take too much."""
        worst = self._fixed + self._per_run * self._volume.n_voxels
        if self._have is None or worst <= self._have:
            return
        if self._fixed > self._have:
            self._refuse(self._fixed)
        need = self.predicted()
        if _SURE * need > self._have:
            self._refuse(need)

    def found(self, n_runs: int) -> None:
        """Count runs that a thread has found; raise `OverBudgetError` at too many."""
        with self._lock:
            self._n_found += n_runs
        need = self._fixed + self._per_run * self._n_found
        if self._have is not None and need > self._have:
            self._refuse(need)

    def _refuse(self, need: int) -> None:
        size = " x ".join(map(str, self._volume.shape))
        what = f"the index of {size} voxels of {self._volume.stored_dtype}"
        raise over_budget(what, need, self._have)

    def _bytes_copied(self) -> int:
        """Return the bytes of a block as it is read, checked and put in order."""
        volume, stored = self._volume, self._volume.stored_dtype
        read = 0 if isinstance(volume.data, np.ndarray) else stored.itemsize
        ordered = volume.label_dtype.itemsize
        if volume.is_plain:
            ordered = 0
        elif stored.kind == "f":
            ordered += stored.itemsize + 2  # magnitudes, and whether each is good
        elif read and stored.isnative:
            ordered = 0
        n_voxels = max((block.n_voxels for block in self._blocks), default=0)
        return n_voxels * (read + ordered)


def _count_runs(rows: LabelArray) -> int:
    """Return how many stretches of one label there are, but those of zeros."""
    n_runs, step = 0, max(1, _COUNTED_VOXELS // rows.shape[1])
    for first in range(0, len(rows), step):
        some = rows[first : first + step]
        begins = some != 0
        begins[:, 1:] &= some[:, 1:] != some[:, :-1]
        n_runs += int(np.count_nonzero(begins))
    return n_runs
