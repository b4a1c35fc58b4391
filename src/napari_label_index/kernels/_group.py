"""Runs in volume order -> runs grouped by label: a stable counting sort."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel

_ONE = np.uint64(1)


@kernel
def place_runs(codes, starts, lengths, cursors, grouped_starts, grouped_lengths):
    """Move each run to its label's next free place.

    Parameters
    ----------
    codes, starts, lengths : (n,) runs of one block, in C order
    cursors : (n_codes,) uint64, the next free place of each code; moved on
    grouped_starts, grouped_lengths : (n_runs,) filled at these places
    """
    for k in range(np.uint64(codes.size)):
        place = cursors[codes[k]]
        cursors[codes[k]] = place + _ONE
        grouped_starts[place] = starts[k]
        grouped_lengths[place] = lengths[k]
