"""Every connected part of every label as a label of its own, from the runs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._components import join_with
from napari_label_index.index._label_image import LabelImage
from napari_label_index.index._label_index import LabelIndex
from napari_label_index.index._parallel import Crew, n_threads_for
from napari_label_index.index._regrouped_runs import RegroupedRuns
from napari_label_index.index._row_ranges import parts_of
from napari_label_index.index._runs import RunTable
from napari_label_index.kernels import place_runs

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, IntVector, OnProgress

__all__ = ["split_labels"]


def split_labels(
    index: LabelIndex,
    connectivity: int = 1,
    *,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> tuple[LabelIndex, IntVector]:
    """Return an index in which each connected part has an id of its own.

    The volume is not needed: `to_label_image` of the answer draws the new one.

    Parameters
    ----------
    index : LabelIndex
        The index to split; it stays as it is.
    connectivity : int
        1 joins voxels that share a face, 2 also an edge, 3 also a corner.
    on_progress, cancel : optional callbacks
        As in `build_index`.

    Returns
    -------
    split : LabelIndex
        Labels 1, 2, and on: label by label, and within a label in the order of the
        first voxels of its parts.
    rows : (n_parts,) int64
        The row of `index` that each part is of.
    """
    runs = index.runs
    crew = Crew(n_threads_for(runs.n_runs), runs.n_runs, on_progress, cancel)
    n_parts: list[IntVector] = [np.zeros(1, np.int64)]
    n_runs: list[IntVector] = [np.zeros(1, np.int64)]
    for _, part in parts_of(runs):
        counts, split = _split(part, index, connectivity, crew)
        n_parts.append(counts)
        n_runs.append(np.diff(split.offsets))
    ends = np.cumsum(np.concatenate(n_parts))
    if runs.is_in_files:
        labels = np.arange(1, int(ends[-1]) + 1, dtype=np.uint32)
        offsets = np.cumsum(np.concatenate(n_runs))
        edges = np.stack([np.arange(ends.size), ends])
        split = RegroupedRuns(
            runs, labels, offsets, edges,
            lambda table: _split(table, index, connectivity, Crew(1, 0))[1],
        )  # fmt: skip
    rows = np.repeat(np.arange(len(index)), np.diff(ends))
    return _index_of(split, index), rows


def _split(
    runs: RunTable, index: LabelIndex, connectivity: int, crew: Crew
) -> tuple[IntVector, RunTable]:
    """Return how many parts each label of a table has, and the runs of the parts."""
    bboxes = index.bboxes[np.searchsorted(index.labels, runs.labels)]
    components, parts = join_with(
        crew, runs, index.shape, bboxes, connectivity, index.time_axis
    )
    before = np.cumsum(components.counts) - components.counts
    parts += np.repeat(before.astype(np.uint32), np.diff(runs.offsets))
    n_parts = int(components.counts.sum())
    offsets = np.zeros(n_parts + 1, np.int64)
    np.cumsum(np.bincount(parts, minlength=n_parts), out=offsets[1:])
    starts, lengths = (np.empty(runs.n_runs, kind.dtype) for kind in runs.no_runs())
    cursors = offsets[:-1].astype(np.uint64)
    place_runs(parts, runs.starts, runs.lengths, cursors, starts, lengths)
    labels = np.arange(1, n_parts + 1, dtype=np.uint32)
    return components.counts, RunTable(labels, offsets, starts, lengths)


def _index_of(runs: RunTable, like: LabelIndex) -> LabelIndex:
    shape_only = np.broadcast_to(np.uint32(0), like.shape)
    image = LabelImage(
        shape_only, like.axes, like.spacing, like.origin, like.unit, like.source
    )
    return LabelIndex.of(runs, image, runs.labels.dtype, 0)
