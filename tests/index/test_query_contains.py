"""Queries for words that hold a text."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.errors import QuerySyntaxError
from napari_label_index.index import build_index


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('note contains "check"', [1, 3]),
        ("note contains CHECK", [1, 3]),
        ("not note contains check", [2, 4]),
        ("note contains 'two words'", [4]),
        ("note contains 7 or note contains true", [3, 4]),
        ('note contains ""', [1, 2, 3, 4]),
    ],
)
def test_words_that_hold_a_text(text, expected):
    notes = np.array(["Check!", "", "re-check 7", "two words, true"], object)
    index = build_index(np.array([[1, 2, 3, 4]]))
    for column in (notes, notes.astype(str)):
        assert index.select(text, {"note": column}).tolist() == expected


def test_numbers_contain_no_text():
    index = build_index(np.array([[1, 2]]))
    with pytest.raises(QuerySyntaxError, match="only words contain"):
        index.select("num_pixels contains 1")
    with pytest.raises(QuerySyntaxError, match='as in note contains "'):
        index.select("note", {"note": np.array(["a", ""])})
