"""The index file among killed processes, failing disks, writers and readers."""

from __future__ import annotations

import errno

import numpy as np
import pytest

from atomic_saves import FailingCalls
from campaigns import rounds
from index_files import assert_same_runs, in_process
from napari_label_index.errors import WriteFailedError
from napari_label_index.index import build_index
from napari_label_index.io import _files, open_index, save_index
from napari_label_index.io._files import OsCalls
from posix_only import needs_fork


@needs_fork
def test_kill_at_any_call_leaves_the_old_index_or_the_new_one(tmp_path, campaign):
    outcomes = in_process(
        tmp_path,
        """
        for k in range(1, 60):
            _files.os_calls = _files.OsCalls()
            save_index(indexes[1], path)
            _files.os_calls = KillingCalls(k)
            killed = was_killed(in_child(lambda: save_index(indexes[2], path)))
            say([generation_of(open_index(path)), killed])
            if not killed:
                break
        """,
    )
    with campaign("C9", "index file: SIGKILL at each system call of a save") as count:
        count.case(sum(killed for _, killed in outcomes))
        assert {generation for generation, _ in outcomes} == {1, 2}
    assert sum(killed for _, killed in outcomes) >= 5
    assert outcomes[-1] == [2, False]


@needs_fork
def test_kill_at_a_random_moment_leaves_a_whole_index(tmp_path, campaign):
    n = rounds(10, 1000)
    outcomes = in_process(
        tmp_path,
        f"""
        random.seed(3)
        save_index(indexes[1], path)
        def save_for_ever():
            for k in range(10**6):
                save_index(indexes[1 + k % 2], path)
        for _ in range({n}):
            pid = in_child(save_for_ever)
            killed_after(pid, random.uniform(0, 0.03))
            say(generation_of(open_index(path)))
        save_index(indexes[1], path)
        say(os.listdir(path.parent) == [path.name])
        """,
    )
    assert len(outcomes) == n + 1
    with campaign("C9", "index file: SIGKILL at a random moment", seed=3) as count:
        count.case(n)
        assert set(outcomes[:-1]) <= {1, 2}
    assert outcomes[-1] is True, "temporary files of the killed are gone"


@needs_fork
def test_two_writers_and_four_readers_see_whole_generations(tmp_path, campaign):
    n_reads = rounds(25)  # by each reader
    outcomes = in_process(
        tmp_path,
        f"""
        save_index(indexes[1], path)
        def write(g):
            while True:
                save_index(indexes[g], path)
        def read():
            seen = [generation_of(open_index(path)) for _ in range({n_reads})]
            say(seen)
        writers = [in_child(lambda g=g: write(g)) for g in (1, 2)]
        for pid in [in_child(read) for _ in range(4)]:
            os.waitpid(pid, 0)
        for pid in writers:
            killed_after(pid, 0)
        """,
    )
    assert [len(seen) for seen in outcomes] == [n_reads] * 4
    seen = {generation for reader in outcomes for generation in reader}
    with campaign("C23", "index file: reads by 4 readers beside 2 writers") as count:
        count.case(4 * n_reads)
        assert seen <= {1, 2}, "no generation mixed with another"


@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize(
    "error", [errno.EIO, errno.ENOSPC, errno.EACCES], ids=errno.errorcode.get
)
def test_whichever_call_fails_the_old_index_stays_and_a_retry_works(
    tmp_path, monkeypatch, left_over, error, for_ever, campaign
):
    path = tmp_path / "a.parquet"
    rng = np.random.default_rng(0)
    # Noise: 2 MB, so that writes fail amid row groups and not in the footer alone.
    new = build_index(rng.integers(0, 2000, (40, 100, 200), dtype="u2"))
    old = build_index(np.eye(3, dtype="u2"))
    with campaign("C10", "index file: the k-th call of a save fails") as count:
        n_failed = sweep(path, old, new, error, for_ever, monkeypatch, left_over)
        count.case(n_failed)
    assert n_failed >= 6, "open, writes, fsync, close and replace can fail"


def sweep(path, old, new, error, for_ever, monkeypatch, left_over):
    n_failed = 0
    for k in range(1, 100):
        save_index(old, path)
        calls = FailingCalls(k, error, for_ever)
        monkeypatch.setattr(_files, "os_calls", calls)
        try:
            save_index(new, path)
        except WriteFailedError as failed:
            n_failed += 1
            assert_told(failed, path)
            assert_same_runs(open_index(path), old)
        else:
            assert_same_runs(open_index(path), new)
        monkeypatch.setattr(_files, "os_calls", OsCalls())
        save_index(old, path)
        assert left_over(path.parent) == []
        if calls.n_calls < k:
            return n_failed
    return pytest.fail("the sweep came to no end")


def assert_told(failed, path):
    assert str(path) in str(failed)
    assert ";" in str(failed), "says what to do"
    assert failed.errno is not None
