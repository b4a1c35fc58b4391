"""Columns compared with numbers, words and each other: vectorised, integers exact."""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index.query._query_words import CodedWords

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import BoolArray

_COMPARISONS = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def kind_of(values: npt.NDArray[Any] | CodedWords) -> str:
    """Return what a column holds: "numbers", "words", "yes or no" or "" (other)."""
    if isinstance(values, CodedWords):
        return "words"
    if values.dtype.kind in "iuf":
        return "numbers"
    if values.dtype.kind in "UTO":
        return "words"
    return "yes or no" if values.dtype.kind == "b" else ""


def compare_number(
    values: npt.NDArray[Any], sign: str, number: int | Decimal
) -> BoolArray:
    """Compare a column of numbers, or of yes (1) and no (0), with a number."""
    if values.dtype.kind == "b":
        values = values.view(np.uint8)
    if values.dtype.kind == "f":
        return compare_arrays(values, sign, float(number))
    if isinstance(number, Decimal):
        whole = int(number)
        if number != whole and sign in ("==", "!="):
            return np.full(values.shape, sign == "!=")
        if number != whole:
            sign, whole = (
                ("<=", floor(number)) if sign[0] == "<" else (">=", ceil(number))
            )
        number = whole
    # numpy compares any Python integer with integers exactly, never as floats.
    return compare_arrays(values, sign, number)


def compare_arrays(values: npt.NDArray[Any], sign: str, other: Any) -> BoolArray:
    """Compare with another column, or a single value, of a kind that fits."""
    # A number too large for a float32 column is infinity to it, which is right.
    with np.errstate(over="ignore", invalid="ignore"):
        found: BoolArray = _COMPARISONS[sign](values, other)
    return found


def is_word(values: npt.NDArray[Any] | CodedWords, word: str) -> BoolArray:
    """Return where a column of words holds this one."""
    if isinstance(values, CodedWords):
        return values.are(values.words == word)
    if values.dtype.kind == "O":
        values = values.astype(str)
    return compare_arrays(values, "==", word)


def has_text(values: npt.NDArray[Any] | CodedWords, text: str) -> BoolArray:
    """Return where a column of words holds this text, in upper or lower case."""
    if isinstance(values, CodedWords):
        return values.are(has_text(values.words, text))
    wanted = text.casefold()
    found = (wanted in word.casefold() for word in values.astype(str).tolist())
    return np.fromiter(found, np.bool_, values.size)
