"""`LabelIndex.update`: another index, with what an edit left as it was."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index._edit import find_edit
from napari_label_index.index._edited_runs import EditedRuns, replaced_rows
from napari_label_index.index._facts import fact, is_of_each_label
from napari_label_index.index._label_image import LabelImage
from napari_label_index.index._lineage import note_edit
from napari_label_index.index._measures import Measures
from napari_label_index.index._sorted_sets import union
from napari_label_index.index._window import clipped

if TYPE_CHECKING:
    from napari_label_index._typing import Box, IntVector
    from napari_label_index.index._label_index import LabelIndex
    from napari_label_index.index._time_keys import TimeKeys

_FEW_RUNS = 1 << 18  # of which all that is known can be found again in some 10 ms


def updated(index: LabelIndex, label_image: Any, box: Box) -> LabelIndex:
    """Return the index of a volume whose voxels in `box` have changed."""
    image = LabelImage.of(label_image)
    if image.shape != index.shape:
        raise UnsupportedLabelsError(
            f"the volume now has shape {image.shape}, the index {index.shape}; "
            "build the index again"
        )
    box = clipped(box, index.shape)
    if any(axis.start >= axis.stop for axis in box):
        return index
    edit = find_edit(
        index.runs, index.shape, index.bboxes, image.data, box,
        index.volume_background, _by_time(index),
    )  # fmt: skip
    after = replace(index, runs=EditedRuns(index.runs, edit.changed, edit.gone))
    changed = replace(index, runs=edit.changed)
    _, sources = replaced_rows(index.labels, changed.labels, edit.gone)
    _carry_over(index, changed, after, sources)
    note_edit(index, after, union(edit.changed.labels, edit.gone))
    return after


def _by_time(index: LabelIndex) -> tuple[TimeKeys, int] | None:
    """Return what makes keys of the labels that are read, where rows go by keys."""
    if index.times is None or index.time_axis is None:
        return None
    return index.times, index.time_axis


def _carry_over(
    before: LabelIndex, changed: LabelIndex, after: LabelIndex, sources: IntVector
) -> None:
    """Let the new index know all that is known of labels which did not change."""
    # A frozen dataclass keeps what it has computed in its dictionary.
    known = Measures(before.voxel_counts, before.bboxes, before.centroids)
    after.__dict__["_measures"] = _spliced(known, changed._measures, sources)
    if changed.n_runs > _FEW_RUNS:
        return
    # What depends on other labels, such as contacts, is forgotten.
    for name, value in list(before._computed.items()):
        if is_of_each_label(name):
            after._computed[name] = _spliced(value, fact(changed, name), sources)


def _spliced(before: Any, changed: Any, sources: IntVector) -> Any:
    """Take rows of arrays, of tuples or dataclasses of arrays, from two."""
    if isinstance(before, tuple):
        return tuple(
            _spliced(*pair, sources) for pair in zip(before, changed, strict=True)
        )
    if is_dataclass(before) and not isinstance(before, type):
        names = [field.name for field in fields(before)]
        return replace(
            before,
            **{
                name: _spliced(getattr(before, name), getattr(changed, name), sources)
                for name in names
            },
        )
    # Stretch by stretch: most rows are copied as they stand, side by side.
    n_before = len(before)
    is_break = np.diff(sources) != 1
    is_break |= sources[1:] == n_before  # the first of the other array
    pieces = [before[:0]]
    for first, stop in pairwise([0, *(np.flatnonzero(is_break) + 1), len(sources)]):
        begin = int(sources[first]) if first < stop else 0
        if begin < n_before:
            pieces.append(before[begin : begin + stop - first])
        else:
            pieces.append(changed[begin - n_before : begin - n_before + stop - first])
    spliced = np.concatenate(pieces)
    spliced.flags.writeable = False
    return spliced
