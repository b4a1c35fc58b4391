"""A place in the volume -> the run of a label that is there, or comes next."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel


@kernel
def first_run_from(starts, low, high, position):
    """Index of the first run in ``low:high`` that starts at `position` or later."""
    while low < high:
        middle = (low + high) // 2
        if np.uint64(starts[middle]) < position:
            low = middle + 1
        else:
            high = middle
    return low
