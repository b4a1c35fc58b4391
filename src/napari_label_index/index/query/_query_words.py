"""A column of words of which there are few: a number for each label says which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import BoolArray, IntVector

__all__ = ["CodedWords"]


@dataclass(frozen=True, slots=True, eq=False)
class CodedWords:
    """Words of labels; of ten million, written out, they take 400 MB and a second.

    Where an array is needed they are one: ``np.asarray(words)``.
    """

    codes: npt.NDArray[np.uint8]  # (n_labels,) places in `words`
    words: npt.NDArray[np.str_]  # (n_words,)

    @property
    def shape(self) -> tuple[int, ...]:
        """(n_labels,)."""
        return self.codes.shape

    def __getitem__(self, rows: IntVector) -> CodedWords:
        """Return the words of some labels."""
        return CodedWords(self.codes[rows], self.words)

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        return self.words[self.codes].astype(dtype or self.words.dtype, copy=False)

    def are(self, is_wanted: BoolArray) -> BoolArray:
        """Return which labels have a word that is wanted, (n_words,) of them."""
        # One at a time: few are wanted, and `take` is ten times as slow.
        found = np.zeros(self.codes.shape, np.bool_)
        for code in np.flatnonzero(is_wanted).tolist():
            found |= self.codes == code
        return found

    @property
    def ranks(self) -> npt.NDArray[np.uint8]:
        """(n_labels,) places of the words in alphabetical order."""
        ranks = np.argsort(np.argsort(self.words, kind="stable")).astype(np.uint8)
        return ranks[self.codes]
