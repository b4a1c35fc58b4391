"""A block and those behind it -> a file of the pairs of labels that touch.

What touches inside of a block is known. Across the face between two blocks, two labels
touch where a voxel of one lies on a voxel of the other; that is an overlap of the two
planes on either side.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.distributed._array_file import read_arrays, write_arrays
from napari_label_index.distributed._block_content import read_content
from napari_label_index.distributed._label_pairs import LabelPairs
from napari_label_index.index._compare import find_overlaps
from napari_label_index.index._measures import measure
from napari_label_index.index._parallel import one_thread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from napari_label_index.distributed._job import Job
    from napari_label_index.index import RunTable

__all__ = ["join_block", "read_pairs"]


@one_thread()
def join_block(job: Job, number: int, behind: Mapping[int, int]) -> None:
    """Write the pairs of one block.

    Parameters
    ----------
    job : Job
        What all tasks know.
    number : int
        The block.
    behind : mapping of int to int
        Number of the block behind it along each axis that has one.
    """
    content = read_content(job.block_path(number))
    found = [content.touching]
    n_columns = job.meta.shape[-1]
    for axis, other in behind.items():
        near = content.faces[axis, "high"]
        far = read_content(job.block_path(other)).faces[axis, "low"]
        found.append(_across(near, far, axis, len(job.meta.shape), n_columns))
    pairs = LabelPairs.added_up([part.both_ways() for part in found])
    arrays = {field.name: getattr(pairs, field.name) for field in fields(pairs)}
    write_arrays(job.pairs_path(number), arrays, {})


def read_pairs(path: Path) -> LabelPairs:
    """Map the pairs of a block into memory."""
    return LabelPairs(**read_arrays(path))


def _across(
    near: RunTable, far: RunTable, axis: int, ndim: int, n_columns: int
) -> LabelPairs:
    n_rows = 1 + max(_last_row(runs, n_columns) for runs in (near, far))
    shape = (n_rows, n_columns)
    first, second, counts = find_overlaps(
        near, measure(near, shape).bboxes, far, measure(far, shape).bboxes, shape
    )
    labels, others = near.labels[first], far.labels[second]
    differ = labels != others
    faces = np.zeros((int(differ.sum()), ndim), np.int64)
    faces[:, axis] = counts[differ]
    return LabelPairs(labels[differ], others[differ], faces)


def _last_row(runs: RunTable, n_columns: int) -> int:
    return int(runs.starts.max()) // n_columns if runs.n_runs else 0
