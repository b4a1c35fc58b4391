"""`LabelRanges`: which labels are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.index_file._group import RunGroup

__all__ = ["LabelRanges"]


@dataclass(frozen=True, slots=True)
class LabelRanges:
    """Ranges of labels in the type of an index, sorted and apart."""

    lows: LabelArray  # (n,) first label of each
    highs: LabelArray  # (n,) last label of each

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]], dtype: np.dtype[Any]) -> LabelRanges:
        """Return what (first, last) pairs mean; labels beyond the type are no loss."""
        limits = np.iinfo(dtype)
        lows: list[int] = []
        highs: list[int] = []
        for low, high in sorted(pairs):
            low, high = max(low, limits.min), min(high, limits.max)
            if low > high:
                continue
            if highs and low <= highs[-1]:
                highs[-1] = max(high, highs[-1])
            else:
                lows.append(low)
                highs.append(high)
        return cls(np.array(lows, dtype), np.array(highs, dtype))

    def meets(self, group: RunGroup) -> bool:
        """Return whether a group may have runs of some of them."""
        last = self.highs.dtype.type(group.last_label)
        place = np.searchsorted(self.lows, last, "right") - 1
        return bool(place >= 0 and int(self.highs[place]) >= group.first_label)

    def holds(self, labels: LabelArray) -> npt.NDArray[np.bool_]:
        """Return which of some labels are wanted."""
        places = np.searchsorted(self.lows, labels, "right") - 1
        is_held = places >= 0
        is_held[is_held] = labels[is_held] <= self.highs[places[is_held]]
        return is_held
