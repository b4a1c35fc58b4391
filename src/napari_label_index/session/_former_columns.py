"""What columns said before an edit, for as long as nothing newer is known.

A stroke changes the neighbours of a few labels; to count them again takes a moment.
Until then the old counts of all the others are better than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index.session._ahead import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from napari_label_index._typing import BoolArray, FloatArray
    from napari_label_index.index import LabelIndex

    Values = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Former:
    """Values of an index that is gone, in the order of the labels there are now."""

    values: Values  # (n_labels,); any value where there was none
    is_known: BoolArray  # (n_labels,)

    @property
    def with_gaps(self) -> FloatArray:
        """As floats, NaN where there was none."""
        return np.where(self.is_known, self.values, np.nan)


class FormerColumns:
    """Keeps the columns that were known of the indices before."""

    def __init__(self) -> None:
        self._columns: dict[str, Former] = {}

    def follow(
        self,
        before: LabelIndex | None,
        after: LabelIndex | None,
        more: Mapping[str, Values],
    ) -> None:
        """Keep what is known of `before`, and `more`, for the labels of `after`."""
        if before is None or after is None:
            self._columns.clear()
            return
        # Another time axis has other columns.
        both = [name for name in after.columns if name in before.columns]
        lost = [name for name in both if not _is_known_soon(after, name)]
        known = {n: before.column(n) for n in lost if before.knows(n)} | dict(more)
        kept = {
            name: former
            for name, former in self._columns.items()
            if name in lost or name not in after.columns
        }
        everywhere = np.ones(len(before), bool)
        kept |= {name: Former(values, everywhere) for name, values in known.items()}
        if not np.array_equal(before.labels, after.labels):
            kept = _moved(kept, before, after)
        self._columns = kept

    def forget(self, names: Iterable[str]) -> None:
        """Forget some columns."""
        for name in names:
            self._columns.pop(name, None)

    def get(self, name: str) -> Former | None:
        """Return what a column said, or None."""
        return self._columns.get(name)


def _is_known_soon(index: LabelIndex, name: str) -> bool:
    """Whether a column can be read, or once boxes are there, which takes a moment.

    Until then those of an index that was opened before would be a gigabyte of columns,
    most of which nobody has asked for.
    """
    needs = set(index.columns[name].needs) - set(index.columns[PLACES].needs)
    return index.knows(name) or not needs


def _moved(
    columns: dict[str, Former], before: LabelIndex, after: LabelIndex
) -> dict[str, Former]:
    """Bring columns of one index in the order of another one's labels."""
    if not len(before):
        return {}
    wanted = after.labels.astype(before.labels.dtype)
    rows = np.minimum(np.searchsorted(before.labels, wanted), len(before) - 1)
    was_there = before.labels[rows] == wanted
    return {
        name: Former(former.values[rows], former.is_known[rows] & was_there)
        for name, former in columns.items()
    }
