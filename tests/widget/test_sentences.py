from __future__ import annotations

import numpy as np
import pytest

from napari_label_index._widget import _sentences as sentences
from napari_label_index.index import build_index
from napari_label_index.session import Progress, Ready

DOT = sentences.DOT


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
    assert sentences.size_text(n_bytes) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (0.96, "1.0 s"), (9.96, "10 s"), (59.7, "1 min 0 s")],
)
def test_durations_are_short(seconds, text):
    assert sentences.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1e-5, "1 ms"), (0.0123, "12 ms"), (0.0994, "99 ms"), (0.0996, "0.1 s")],
)
def test_a_quick_build_is_told_in_milliseconds(seconds, text):
    state = Ready(build_index(np.zeros((2, 3), np.uint8)), seconds)
    assert sentences.index_summary(state) == f"0 labels{DOT}indexed in {text}"


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress("Preparing"), "Preparing"),
        (Progress("Indexing", 58, 100, 0.1), "Indexing 58%"),
        (Progress("Indexing", 58, 100, 4.0), f"Indexing 58%{DOT}2.9 s left"),
    ],
)
def test_progress_says_time_left_once_it_is_known(progress, text):
    assert sentences.progress_text(progress) == text


def test_selection_is_told_with_its_voxels():
    summary = sentences.selection_summary
    assert summary(37, 120_331, 48_120) == (f"37 selected of 120,331{DOT}48,120 voxels")
    assert summary(1, 2, 1) == f"1 selected of 2{DOT}1 voxel"
    assert summary(0, 120_331, 0) == "0 selected of 120,331"
