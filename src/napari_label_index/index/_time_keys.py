"""What the rows of an index by time go by: one whole number for a label at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector, LabelArray


@dataclass(frozen=True, slots=True)
class TimeKeys:
    """Keys that stand for a label at a time: ``label * n_times + time``.

    They are sorted by label, then by time, and an edit of the volume changes none. They
    have 64 bits, with a sign where the labels have one.
    """

    n_times: int
    label_dtype: np.dtype[Any]

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the keys."""
        return np.dtype(np.int64 if self.label_dtype.kind == "i" else np.uint64)

    def pack(self, labels: LabelArray, times: IntVector) -> LabelArray:
        """Return the keys of labels at times, (n,).

        Raises
        ------
        UnsupportedLabelsError
            If a label is too large for that.
        """
        limits = np.iinfo(self.dtype)
        ends = [int(labels.min()), int(labels.max())] if labels.size else []
        for label in ends:
            if not limits.min <= label * self.n_times <= limits.max - self.n_times:
                raise UnsupportedLabelsError(
                    f"label {label} at {self.n_times:,} times needs a key of more than "
                    "64 bits; give the labels smaller ids first, as "
                    "skimage.segmentation.relabel_sequential does"
                )
        of_label = labels.astype(self.dtype) * self.dtype.type(self.n_times)
        keys: LabelArray = of_label + times.astype(self.dtype)
        return keys

    def labels_of(self, keys: LabelArray) -> LabelArray:
        """Return the label that each key stands for."""
        of_label = keys.astype(self.dtype) // self.dtype.type(self.n_times)
        labels: LabelArray = of_label.astype(self.label_dtype)
        return labels

    def times_of(self, keys: LabelArray) -> IntVector:
        """Return the time that each key stands for, (n,) int64."""
        rest = keys.astype(self.dtype) % self.dtype.type(self.n_times)
        times: IntVector = rest.astype(np.int64)
        return times

    def __str__(self) -> str:
        return f"{self.n_times} times"
