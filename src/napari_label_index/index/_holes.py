"""Holes of every label: cavities that no path of voxel faces leads out of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.index._runs import even_row_ranges
from napari_label_index.kernels import count_holes

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector
    from napari_label_index.index._runs import RunTable


def find_holes(runs: RunTable, shape: tuple[int, ...]) -> tuple[IntVector, IntVector]:
    """Return the holes of each label, (n_labels,), and the voxels in them.

    What is in a hole, background or other labels, makes no difference. A cavity that
    is open to the border of the volume is no hole.
    """
    n_holes = np.zeros(runs.n_labels, np.int64)
    hole_voxels = np.zeros(runs.n_labels, np.int64)
    crew = Crew(n_usable_cores(), runs.n_labels)

    def work(rows: tuple[int, int]) -> None:
        count_holes(
            runs.offsets, runs.starts, runs.lengths, shape, *rows, n_holes, hole_voxels
        )

    crew.map(work, even_row_ranges(runs, 16 * crew.n_threads))
    return n_holes, hole_voxels
