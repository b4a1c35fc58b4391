"""The rules of a run table, checked in full: kernels trust them blindly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._lookup import can_hold
from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.index._runs import length_dtype, start_dtype

if TYPE_CHECKING:
    from napari_label_index.index import RunTable

__all__ = ["check_runs"]

# Runs looked at in one go: bounded memory whatever the size of the index, and in the
# processor's cache: with two threads 2**16 took 0.06 s for 17 M runs, 2**20 0.09 s.
_BLOCK_RUNS = 1 << 16


def check_runs(
    runs: RunTable,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    background: int,
    n_threads: int | None = None,
) -> None:
    """Raise `ValueError` unless `runs` can be the runs of a volume of this shape."""
    n_voxels = math.prod(shape)
    label_dtype = np.dtype(np.uint8) if dtype.kind == "b" else dtype.newbyteorder("=")
    expected = {
        "labels": label_dtype,
        "offsets": np.dtype(np.int64),
        "starts": start_dtype(n_voxels),
        "lengths": length_dtype(shape[-1]),
    }
    for name, kind in expected.items():
        if getattr(runs, name).dtype != kind:
            raise ValueError(f"{name} must be {kind}, is {getattr(runs, name).dtype}")
    _check_labels(runs, background)
    _check_offsets(runs)
    crew = Crew(n_threads or n_usable_cores(), runs.n_runs)
    firsts = range(0, runs.n_runs, _BLOCK_RUNS)
    crew.map(lambda first: _check_block(runs, first, n_voxels, shape[-1]), firsts)


def _check_labels(runs: RunTable, background: int) -> None:
    labels = runs.labels
    if not (labels[1:] > labels[:-1]).all():
        raise ValueError("labels must be sorted and unique")
    if can_hold(labels.dtype, background) and (labels == background).any():
        raise ValueError(f"the background {background} must not be a label")


def _check_offsets(runs: RunTable) -> None:
    offsets = runs.offsets
    if offsets.size != runs.n_labels + 1 or runs.starts.size != runs.lengths.size:
        raise ValueError("the arrays of the run table must match in length")
    if offsets[0] != 0 or offsets[-1] != runs.n_runs:
        raise ValueError("offsets must go from 0 to the number of runs")
    if not (offsets[1:] > offsets[:-1]).all():
        raise ValueError("every label must have a run")


def _check_block(runs: RunTable, first: int, n_voxels: int, row_length: int) -> None:
    # One run more than the block, so that every pair of neighbours is seen.
    part = slice(first, first + _BLOCK_RUNS + 1)
    starts, lengths = runs.starts[part], runs.lengths[part]
    if not lengths.all():
        raise ValueError("a run must have a voxel")
    if int(starts.max()) >= n_voxels:
        raise ValueError("a run must lie inside the volume")
    # Inside its row means inside the volume: rows are whole.
    if (starts % starts.dtype.type(row_length) + lengths > row_length).any():
        raise ValueError("a run must not cross the end of its row")
    follows = (
        starts[1:].astype(np.uint64) >= starts[:-1].astype(np.uint64) + lengths[:-1]
    )
    disordered = first + 1 + np.flatnonzero(~follows)
    is_border = runs.offsets[np.searchsorted(runs.offsets, disordered)] == disordered
    if not is_border.all():
        raise ValueError("the runs of a label must be in order and apart")
