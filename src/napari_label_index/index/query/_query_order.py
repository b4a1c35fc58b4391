"""Rows in the order of a column: ties by row, and what is no number last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index.query._query_words import CodedWords
from napari_label_index.kernels import DIGIT_BITS, sort_rows

if TYPE_CHECKING:
    import numpy.typing as npt

    Rows = npt.NDArray[np.int64]
    Keys = npt.NDArray[np.uint64]

# 10 million centroids: 0.6 s, numpy 2.3 s. Below, numpy takes some milliseconds, and
# the kernel's first call in an environment a second to compile.
_MIN_RADIX = 1 << 20


def order_of(values: npt.NDArray[Any] | CodedWords, descending: bool) -> Rows:
    """Return the places of `values` from small to large, or from large to small."""
    if isinstance(values, CodedWords):
        values = values.ranks
    if values.dtype.kind == "O":
        values = values.astype(str)
    if values.dtype.kind == "b":
        values = values.view(np.uint8)
    if values.dtype.kind not in "iuf":
        return _order_of_words(values, descending)
    if values.size >= _MIN_RADIX and values.dtype.itemsize <= 8:
        return radix_order(values, descending)
    if descending:
        # -nan is nan, so it stays last; ~ is exact where - would overflow.
        values = -values if values.dtype.kind == "f" else ~values
    return np.argsort(values, kind="stable")


def radix_order(values: npt.NDArray[Any], descending: bool) -> Rows:
    """Return the same for numbers of up to 64 bits, and at least one of them."""
    keys = (_float_keys if values.dtype.kind == "f" else _integer_keys)(
        values, descending
    )
    rows = np.arange(keys.size, dtype=np.min_scalar_type(keys.size))
    other_keys, other_rows = np.empty_like(keys), np.empty_like(rows)
    n_digits = max(1, -(-int(keys.max()).bit_length() // DIGIT_BITS))
    counts = np.zeros((n_digits, 1 << DIGIT_BITS), np.uint64)
    n_passes = sort_rows(keys, rows, other_keys, other_rows, counts)
    return (other_rows if n_passes % 2 else rows).astype(np.int64)


def _integer_keys(values: npt.NDArray[Any], descending: bool) -> Keys:
    """Return how far each value is from the first in order."""
    lowest, highest = int(values.min()), int(values.max())
    keys = values.astype(np.uint64)  # modulo 2**64, and so are the differences
    if descending:
        return np.subtract(np.uint64(highest % 2**64), keys, out=keys)
    keys -= np.uint64(lowest % 2**64)
    return keys


def _float_keys(values: npt.NDArray[Any], descending: bool) -> Keys:
    """Return the bits of each value, changed so that they sort as it does."""
    numbers = values.astype(np.float64)
    if descending:
        np.negative(numbers, out=numbers)
    numbers += 0.0  # -0.0 is 0.0
    keys = numbers.view(np.uint64)
    sign = np.uint64(1 << 63)
    is_nan, is_negative = np.isnan(numbers), keys >= sign
    keys ^= sign
    keys[is_negative] ^= np.uint64((1 << 63) - 1)
    keys[is_nan] = np.uint64(2**64 - 1)
    return keys


def _order_of_words(values: npt.NDArray[Any], descending: bool) -> Rows:
    if not descending:
        return np.argsort(values, kind="stable")
    backwards: Rows = np.argsort(values[::-1], kind="stable")[::-1]
    return values.size - 1 - backwards
