"""Indexing, saving and opening, cancelled at any moment: soon, with nothing left."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from campaigns import rounds
from napari_label_index.errors import Cancelled
from napari_label_index.index import build_index
from napari_label_index.io import open_index, restore_label_image, save_index
from napari_label_index.io.index_file import _index_file

SEED, MOST_SECONDS = 14, 0.5
VOLUME = np.repeat(np.random.default_rng(14).integers(0, 900, (24, 256, 86)), 3, axis=2)
INDEX = build_index(VOLUME)


class CancelAt:
    """Says yes at its k-th call, and from then on."""

    def __init__(self, k):
        self.k, self.n, self.at = k, 0, None

    def __call__(self):
        self.n += 1
        if self.n == self.k:
            self.at = time.perf_counter()
        return self.at is not None


def work_in(folder):
    saved = folder / "old.parquet"
    return {
        "index": lambda cancel: build_index(VOLUME, cancel=cancel),
        "save": lambda cancel: save_index(INDEX, saved, cancel=cancel),
        "open": lambda cancel: open_index(saved, cancel=cancel),
        "restore": lambda cancel: restore_label_image(
            INDEX, folder / "new.npy", cancel=cancel
        ),
    }


def n_threads():
    return threading.active_count()


@pytest.mark.parametrize("name", ["index", "save", "open", "restore"])
def test_a_cancel_at_any_question_is_heard_at_once_and_leaves_nothing(
    tmp_path, monkeypatch, campaign, name
):
    monkeypatch.setattr(_index_file, "GROUP_RUNS", 40_000)  # several groups
    saved = save_index(INDEX, tmp_path / "old.parquet")
    before = saved.read_bytes()
    work = work_in(tmp_path)[name]
    asked = CancelAt(0)
    work(asked)
    if name == "restore":
        (tmp_path / "new.npy").unlink()
    rng = np.random.default_rng(SEED)
    threads, seconds = n_threads(), []
    with campaign("C14", "index, save, open, restore: cancelled", SEED) as count:
        for _ in range(rounds(8, 250)):
            count.case()
            cancel = CancelAt(int(rng.integers(1, asked.n + 1)))
            try:
                work(cancel)
            except Cancelled:
                seconds.append(time.perf_counter() - cancel.at)
            else:  # it asks less often when it is quick
                assert cancel.at is None
                (tmp_path / "new.npy").unlink(missing_ok=True)
            assert [path.name for path in tmp_path.iterdir()] == ["old.parquet"]
            assert saved.read_bytes() == before
            assert n_threads() == threads
        # All but one in a hundred: a busy machine may stop us for longer, once.
        seconds.sort()
        assert max(seconds[: -max(1, len(seconds) // 100)]) < MOST_SECONDS
        assert seconds[-1] < 10 * MOST_SECONDS
        work(lambda: False)
        opened = open_index(saved)
    np.testing.assert_array_equal(opened.to_label_image(), VOLUME)
