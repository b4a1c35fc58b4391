"""The labels met in one part of a volume, numbered in order of appearance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.kernels import EMPTY_SLOT, encode_labels, rebuild_slots

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector, LabelArray

_FIRST_BITS = 10


class LabelCodes:
    """A growing table of labels, and how many runs each has had so far.

    Parameters
    ----------
    dtype : unsigned dtype of the labels
    """

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._n_known = 0
        self._bits = _FIRST_BITS
        self._known = np.empty(2 ** (_FIRST_BITS - 1), dtype)
        self._counts = np.zeros(2 ** (_FIRST_BITS - 1), np.int64)
        self._make_slots()

    @property
    def labels(self) -> LabelArray:
        """(n_codes,) labels, by code."""
        return self._known[: self._n_known]

    @property
    def run_counts(self) -> IntVector:
        """(n_codes,) runs seen of each label, by code."""
        return self._counts[: self._n_known]

    def encode(self, labels: LabelArray, n: int, codes: IntVector) -> None:
        """Fill ``codes[:n]`` with the codes of ``labels[:n]`` and count them."""
        done = 0
        while True:
            done, self._n_known = encode_labels(
                labels, n, done, self._keys, self._slots, 64 - self._bits,
                self._known, self._n_known, codes, self._counts,
            )  # fmt: skip
            if done == n:
                return
            self._grow()

    def _grow(self) -> None:
        """Make room for twice as many labels; the table stays half empty."""
        self._bits += 1
        self._known = np.concatenate([self._known, np.empty_like(self._known)])
        self._counts = np.concatenate([self._counts, np.zeros_like(self._counts)])
        self._make_slots()
        rebuild_slots(
            self._known, self._n_known, self._keys, self._slots, 64 - self._bits
        )

    def _make_slots(self) -> None:
        self._keys = np.zeros(2**self._bits, self._known.dtype)
        self._slots = np.full(2**self._bits, EMPTY_SLOT, np.uint32)
