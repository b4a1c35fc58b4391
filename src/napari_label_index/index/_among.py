"""Ids that exist among those that are asked for, compared exactly."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._lookup import places_in
from napari_label_index.index._runs import numbers_in
from napari_label_index.index._sorted_sets import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_label_index._typing import IntVector, LabelArray


def among(known: LabelArray, labels: Iterable[int] | LabelArray) -> LabelArray:
    """Return those of `labels` that are known: sorted, unique, typed as `known`.

    Parameters
    ----------
    known : (n_labels,) array
        Sorted and unique.
    labels : iterable of int
        In any order and any integer type.

    Raises
    ------
    TypeError
        If `labels` holds anything but whole numbers.
    """
    known_as = known.view(np.uint8) if known.dtype == bool else known
    low, high = 0, 1
    if known.dtype != bool:
        low, high = int(np.iinfo(known.dtype).min), int(np.iinfo(known.dtype).max)
    wanted: np.ndarray[Any, Any]
    if isinstance(labels, np.ndarray) and labels.dtype.kind in "biu":
        if labels.dtype == bool:
            labels = labels.view(np.uint8)
        # Bounds are compared before the cast: int64 beside uint64 would meet as
        # float64, and ids above 2**53 would run together.
        wanted = labels[(labels >= low) & (labels <= high)].astype(known_as.dtype)
    else:
        ids = map(operator.index, labels)
        wanted = np.array([each for each in ids if low <= each <= high], known_as.dtype)
    if known.size == 0:
        return known
    wanted = distinct(wanted)
    if np.array_equal(wanted, known_as):
        return known
    rows = np.minimum(places_in(known_as, wanted), len(known_as) - 1)
    found: LabelArray = known[rows[known_as[rows] == wanted]]
    return found


def rows_with(ids: LabelArray, found: LabelArray) -> IntVector:
    """Return the rows that have one of some ids, (n,) int64, sorted.

    Parameters
    ----------
    ids : (n_rows,) array
        Sorted; an id may recur.
    found : (n_ids,) array
        Of the same type, sorted and unique, all of them among `ids`.
    """
    first, stop = (np.searchsorted(ids, found, side) for side in ("left", "right"))
    return numbers_in(first, stop)
