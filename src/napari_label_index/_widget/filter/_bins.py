"""Values of a column, dealt to bins of equal width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from napari_label_index._typing import BoolArray, IntVector

MAX_BINS = 96


@dataclass(frozen=True, eq=False)
class Bins:
    """Values in bins of equal width."""

    first: float  # left edge of the first bin; an int where values are whole
    width: float  # as `first`
    counts: IntVector  # (n_bins,) of all values
    shown: IntVector  # (n_bins,) of those that the filter shows
    last: float  # the largest value, as `first`
    is_whole: bool  # integers, or booleans

    @property
    def stop(self) -> float:
        """Right edge of the last bin."""
        return self.first + self.width * len(self.counts)

    def range_of(self, first: int, last: int) -> tuple[float, float]:
        """Smallest and largest value that can be in bins `first` to `last`."""
        low = self.first + first * self.width
        high = self.first + (last + 1) * self.width
        if last == len(self.counts) - 1:
            return low, self.last  # whatever width the bins were given
        return (low, high - 1) if self.is_whole else (low, high)


def bins_of(values: npt.NDArray[Any], is_shown: BoolArray | None) -> Bins | None:
    """Deal `values` to bins; None where there is nothing to show."""
    if is_shown is None:
        is_shown = np.ones(len(values), bool)
    if values.dtype.kind in "iub":
        return _whole_bins(values, is_shown) if values.size else None
    is_finite = np.isfinite(values)
    if not is_finite.any():
        return None
    return _float_bins(values[is_finite].astype(np.float64), is_shown[is_finite])


def _whole_bins(values: npt.NDArray[Any], is_shown: BoolArray) -> Bins:
    """Deal integers to bins; as floats, ids above 2**53 would run together."""
    low, high = int(values.min()), int(values.max())
    width = -(-(high - low + 1) // MAX_BINS)
    n_bins = (high - low) // width + 1
    # What is subtracted wraps around 2**64, and comes out right.
    above = values.astype(np.uint64) - np.uint64(low % 2**64)
    places = (above // np.uint64(width)).astype(np.intp)
    shown = _count(places[is_shown], n_bins)
    return Bins(low, width, _count(places, n_bins), shown, high, True)


def _float_bins(values: npt.NDArray[np.float64], is_shown: BoolArray) -> Bins:
    low, high = float(values.min()), float(values.max())
    n_bins = MAX_BINS if high > low else 1
    width = (high - low) / n_bins or 1.0
    places = np.minimum((values - low) / width, n_bins - 1).astype(np.intp)
    shown = _count(places[is_shown], n_bins)
    return Bins(low, width, _count(places, n_bins), shown, high, False)


def _count(places: npt.NDArray[np.intp], n_bins: int) -> IntVector:
    counts: IntVector = np.bincount(places, minlength=n_bins)
    return counts
