"""Runs beside voxels: whether each voxel of a run has its label."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._find import first_run_from
from napari_label_index.kernels._jit import kernel


@kernel
def match_runs(rows, labels, offsets, starts, lengths, begin, end, voxels):
    """Compare the runs of chosen labels with a stretch of a volume.

    Parameters
    ----------
    rows : (n_chosen,) rows of the run table
    labels, offsets, starts, lengths : the run table
    begin, end : uint64, the flat positions ``begin:end``, which cut no run
    voxels : (end - begin,) of the type of `labels`

    Returns
    -------
    chosen : which of `rows` is the first with a voxel of another label, or -1
    n_voxels : how many voxels the runs have there; if all of them match
    """
    n_voxels = np.int64(0)
    for chosen in range(rows.size):
        label = labels[rows[chosen]]
        stop = offsets[rows[chosen] + 1]
        k = first_run_from(starts, offsets[rows[chosen]], stop, begin)
        while k < stop and np.uint64(starts[k]) < end:
            place = np.uint64(starts[k]) - begin
            for step in range(np.uint64(lengths[k])):
                if voxels[place + step] != label:
                    return chosen, n_voxels
            n_voxels += np.int64(lengths[k])
            k += 1
    return -1, n_voxels
