from __future__ import annotations

import numpy as np
import pytest

from napari_label_index._widget import _sentences as sentences
from napari_label_index._widget._wording import DOT
from napari_label_index.index import build_index
from napari_label_index.session import Progress, Ready


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
