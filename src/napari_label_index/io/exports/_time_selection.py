"""Exports of labels at times: files hold labels, and the manifest says which times.

A coordinate has its time in it, so that an export of some rows of an index by time is
one of their labels that lacks the voxels of other times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import LabelIndexError
from napari_label_index.io.exports._verify_report import Differs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex

__all__ = ["labels_and_times", "times_text", "with_chosen_times"]


def labels_and_times(
    index: LabelIndex, keys: Iterable[int] | None
) -> tuple[LabelIndex, list[int] | None, dict[str, str]]:
    """Return an index by label of the rows to write, their labels, and their times.

    Parameters
    ----------
    index : LabelIndex
        By time, or by label: that comes back as it is, without times.
    keys : iterable of int or None
        Its rows, in the order to write them; None for all.

    Returns
    -------
    index : LabelIndex
        With a row for each label; it has the voxels of these rows alone.
    labels : list of int or None
        Its labels, in the order given.
    times : dict
        For each label its times, as in ``{"5": "0-3,7"}``; empty for all.
    """
    if not index.is_by_time:
        return index, None if keys is None else list(keys), {}
    if keys is None:
        return index.by_label(), None, {}
    rows = index.rows_of([int(key) for key in keys])
    chosen = index.labels[np.sort(rows)]
    ids = index.ids[rows].tolist()
    return index.by_label(chosen), list(dict.fromkeys(ids)), times_text(index, chosen)


def times_text(index: LabelIndex, keys: LabelArray) -> dict[str, str]:
    """Return the times of each label among sorted rows of an index by time."""
    times = index.times_of(keys)
    assert times is not None, "it is by time"
    ids, firsts = np.unique(index.ids_of(keys), return_index=True)
    parts = np.split(times, firsts[1:])
    return {
        str(label): _ranges(np.unique(part))
        for label, part in zip(ids.tolist(), parts, strict=True)
    }


def with_chosen_times(index: LabelIndex, selection: dict[str, Any]) -> LabelIndex:
    """Return an index by label of the voxels that a manifest says were chosen.

    Raises
    ------
    Differs
        If it says that in no way that can be understood, or there is no such time.
    """
    index, times = index.by_label(), selection.get("times")
    if not times:
        return index
    try:
        by_time = index.by_time()
        keys = [_keys_at(by_time, int(label), text) for label, text in times.items()]
    except (ValueError, AttributeError) as error:
        raise Differs("its manifest does not say which times it has") from error
    except LabelIndexError as error:
        raise Differs(f"the volume has no such times: {error}") from error
    return by_time.by_label(np.concatenate([by_time.labels[:0], *keys]))


def _keys_at(index: LabelIndex, label: int, text: str) -> LabelArray:
    keys = index.keys_of([label])
    times = index.times_of(keys)
    assert times is not None, "it is by time"
    chosen = np.zeros(keys.size, bool)
    for part in text.split(","):
        first, _, last = part.partition("-")
        chosen |= (times >= int(first)) & (times <= int(last or first))
    return keys[chosen]


def _ranges(times: LabelArray) -> str:
    """Return sorted numbers as in 0-3,7."""
    pieces = np.split(times, np.flatnonzero(np.diff(times) > 1) + 1)
    ends = [(int(piece[0]), int(piece[-1])) for piece in pieces]
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in ends)
