"""Sets of ids, kept as sorted arrays without duplicates.

NumPy's own set functions hash integers. Of ten million ids, each there once, that takes
9 s, and to sort them 0.1 s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._lookup import is_ascending
from napari_label_index.index._runs import firsts_of

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray

__all__ = ["difference", "distinct", "intersection", "union", "unshared"]


def distinct(ids: LabelArray) -> LabelArray:
    """Return ids in any order as a set; ``(n,)`` as they are if they are one."""
    if is_ascending(ids):
        return ids
    ordered = np.sort(ids)
    return ordered[firsts_of(ordered)]


def union(one: LabelArray, other: LabelArray) -> LabelArray:
    """Return the ids of either set."""
    return distinct(np.concatenate([one, other]))


def intersection(one: LabelArray, other: LabelArray) -> LabelArray:
    """Return the ids of both sets."""
    return one[np.isin(one, other, assume_unique=True)]


def difference(one: LabelArray, other: LabelArray) -> LabelArray:
    """Return the ids of the first set that the other lacks."""
    # An empty set may be of any type, and there may be ten million in the other.
    if not (one.size and other.size):
        return one
    return one[np.isin(one, other, assume_unique=True, invert=True)]


def unshared(one: LabelArray, other: LabelArray) -> LabelArray:
    """Return the ids of just one of two sets."""
    return union(difference(one, other), difference(other, one))
