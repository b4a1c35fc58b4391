"""Values of a column -> levels of colour, with the range that a legend shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from napari_label_index._typing import FloatArray

# With the level of "no value" and the background: 64 codes, which are six bits.
N_LEVELS = 62
NO_VALUE = N_LEVELS + 1
# One object a thousand times the size of the others would leave them one colour.
_PERCENTILES = (1, 99)


@dataclass(frozen=True, eq=False)
class ColorScale:
    """One value for each label of an index, and how they become levels of colour.

    Parameters
    ----------
    name : str
        The column.
    values : (n_labels,) array
        In the order of the index. What is not finite has no level.
    is_log : bool
        Levels are even steps of the logarithm. Without positive values they are not.
    """

    name: str
    values: npt.NDArray[Any]
    is_log: bool = False

    @property
    def can_be_log(self) -> bool:
        """Whether the values are positive, but for a few."""
        return bool(self._finite.size) and float(np.median(self._finite)) > 0

    @cached_property
    def limits(self) -> tuple[float, float]:
        """Values of the first and the last level; what is beyond takes theirs."""
        values = self._finite
        if self._uses_log:
            values = values[values > 0]
        if not values.size:
            return 0.0, 0.0
        least, greatest = values.min(), values.max()
        if self.values.dtype.kind in "iub" and greatest - least < N_LEVELS:
            return float(least), float(greatest)  # each value has a level of its own
        low, high = np.percentile(values, _PERCENTILES)
        if low == high:
            low, high = least, greatest
        return float(low), float(high)

    @cached_property
    def is_cut(self) -> tuple[bool, bool]:
        """Whether there are values below the first limit, and above the last one."""
        low, high = self.limits
        return bool((self._finite < low).any()), bool((self._finite > high).any())

    @cached_property
    def levels(self) -> npt.NDArray[np.uint8]:
        """(n_labels,) from 1 to `N_LEVELS`, or `NO_VALUE`."""
        low, high = self.limits
        values = np.clip(self._floats, low, high)
        if self._uses_log:
            values, low, high = np.log(values), np.log(low), np.log(high)
        part = (values - low) / (high - low) if high > low else values * 0 + 0.5
        is_finite = np.isfinite(self._floats)
        levels = np.full(len(part), NO_VALUE, np.uint8)
        levels[is_finite] = 1 + np.round(part[is_finite] * (N_LEVELS - 1))
        return levels

    @property
    def has_gaps(self) -> bool:
        """Whether some labels have no value."""
        return self._finite.size < self._floats.size

    @property
    def _uses_log(self) -> bool:
        return self.is_log and self.can_be_log

    @cached_property
    def _floats(self) -> FloatArray:
        return np.asarray(self.values, np.float64)

    @cached_property
    def _finite(self) -> FloatArray:
        return self._floats[np.isfinite(self._floats)]
