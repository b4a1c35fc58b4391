"""Memory is counted before it is asked for, and errors of decoders become ours."""

from __future__ import annotations

import os

import numpy as np
import pytest

from napari_label_index import _available_memory
from napari_label_index._available_memory import available_memory
from napari_label_index.errors import (
    Cancelled,
    OverBudgetError,
    UnreadableImageError,
)
from napari_label_index.io._foreign import reading
from napari_label_index.io._memory import check_budget
from napari_label_index.io._pool import run_all


@pytest.mark.skipif(not hasattr(os, "sysconf"), reason="not told on Windows")
def test_the_available_memory_is_some_but_not_more_than_there_is():
    installed = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert 0 < available_memory() <= installed


def test_the_limit_of_a_container_counts_and_its_cached_files_are_free(
    tmp_path, monkeypatch
):
    (tmp_path / "memory.max").write_text("5000\n")
    (tmp_path / "memory.current").write_text("4000\n")
    (tmp_path / "memory.stat").write_text("anon 1000\ninactive_file 3000\n")
    monkeypatch.setattr(_available_memory, "_CGROUP", tmp_path)
    assert available_memory() == 4000
    (tmp_path / "memory.max").write_text("max\n")
    assert available_memory() != 4000


def test_a_size_beyond_every_integer_is_counted_exactly(tmp_path):
    with pytest.raises(OverBudgetError, match="may be used; close other programs"):
        check_budget(tmp_path, (2**40, 2**40), np.dtype("u8"), None)


@pytest.mark.parametrize(
    ("raised", "becomes"),
    [
        (ZeroDivisionError("x"), UnreadableImageError),
        (RecursionError(), UnreadableImageError),
        (MemoryError(), OverBudgetError),
        (PermissionError(), UnreadableImageError),
        (Cancelled("stop"), Cancelled),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_errors_of_decoders_become_ours_and_name_the_file(tmp_path, raised, becomes):
    def decode():
        with reading(tmp_path):
            raise raised

    with pytest.raises(becomes) as caught:
        decode()
    if caught.value is not raised:
        assert str(tmp_path) in str(caught.value)
        assert caught.value.__cause__ is raised


def test_of_several_errors_the_first_item_wins_and_the_rest_is_not_begun():
    begun = []

    def work(item):
        begun.append(item)
        if item >= 5:
            raise ValueError(f"item {item}")

    for _ in range(20):
        begun.clear()
        with pytest.raises(ValueError, match="item 5"):
            run_all(work, range(1000), 1000, None, None)
        assert len(begun) < 100
