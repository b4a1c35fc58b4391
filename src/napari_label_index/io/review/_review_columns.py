"""Status and note of every label, as columns for queries and for the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from napari_label_index.index import CodedWords
from napari_label_index.io.review._review_marks import STATUS_NAMES, exact_ids

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from napari_label_index.index import LabelIndex
    from napari_label_index.io.review._review_marks import ReviewMarks

__all__ = ["ReviewColumns", "codes_of_rows"]

_KEYS = ("status", "note")


class ReviewColumns(Mapping[str, "npt.NDArray[Any] | CodedWords"]):
    """What marks say of every label of an index; nothing is made before it is read."""

    def __init__(self, marks: ReviewMarks, index: LabelIndex) -> None:
        self._marks = marks
        self._index = index

    def __getitem__(self, key: str) -> npt.NDArray[Any] | CodedWords:
        if key == "status":
            return CodedWords(codes_of_rows(self._marks, self._index), STATUS_NAMES)
        if key == "note":
            return self._marks.entries_of(exact_ids(self._index.ids)).notes
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return key in _KEYS  # without making the column, as a Mapping does

    def __iter__(self) -> Iterator[str]:
        return iter(_KEYS)

    def __len__(self) -> int:
        return len(_KEYS)


def codes_of_rows(marks: ReviewMarks, index: LabelIndex) -> npt.NDArray[np.uint8]:
    """Return the ``(n_labels,)`` codes of the statuses of the rows of an index.

    A mark is of a label: of an index by time, all rows of the label have it.
    """
    if index.is_by_time:
        return marks.codes_of(index.ids)
    return marks.codes_among(index.labels)
