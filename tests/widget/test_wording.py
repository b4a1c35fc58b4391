"""Numbers, sizes, times and names as the dock writes them."""

from __future__ import annotations

import pytest

from napari_label_index._widget._wording import (
    duration,
    file_stem,
    literal,
    number,
    shortened,
    size_text,
)


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        (812, "812 bytes"),
        (1_000, "1.0 kB"),
        (1_234_567, "1.2 MB"),
        (250_400_000, "250 MB"),
        (999_600_000, "1.0 GB"),
        (5_432_000_000_000, "5,432 GB"),
    ],
)
def test_sizes_are_short(n_bytes, text):
    assert size_text(n_bytes) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (0.96, "1.0 s"), (9.96, "10 s"), (59.7, "1 min 0 s")],
)
def test_durations_are_short(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1204, "1,204"), (3.0, "3"), (0.53, "0.53"), (2**53 + 1, None)]
)
def test_numbers_have_the_digits_that_matter(value, text):
    assert number(value) == (text or "9,007,199,254,740,993")


def test_names_fit_where_they_are_written():
    assert shortened("x" * 24) == "x" * 24
    assert len(shortened("x" * 25)) == 24
    assert literal("a & b") == "a && b"
    assert file_stem("../a b.tif") == "a_b_tif"
    assert file_stem("../a b.tif", ".") == "a_b.tif"
    assert file_stem("..", ".") == "labels"
