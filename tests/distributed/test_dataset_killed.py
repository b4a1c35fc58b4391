"""Builds of datasets that are killed, or whose calls fail: whole or not there."""

from __future__ import annotations

import errno
import os

import pytest

from atomic_saves import FailingFolders, NoFsync
from campaigns import rounds
from child_processes import said_by
from dataset_builds import IMAGE, OLD, built
from datasets import content_of, in_chunks
from napari_label_index.errors import WriteFailedError
from napari_label_index.io import _files
from posix_only import needs_fork


@pytest.fixture
def source(tmp_path):
    in_chunks(IMAGE, (2, 3, 10), tmp_path / "v.zarr")
    return tmp_path / "v.zarr"


@pytest.mark.parametrize("over", [False, True], ids=["fresh", "over an old one"])
@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for ever"])
def test_whichever_call_fails_the_index_is_whole_and_a_retry_works(
    tmp_path, monkeypatch, source, for_ever, over, campaign
):
    monkeypatch.setattr(_files, "os_calls", NoFsync())
    new = content_of(built(source, tmp_path / "new"))
    old = content_of(built(OLD, tmp_path / "old")) if over else {}
    path, told = tmp_path / "a", []
    with campaign("C10", "datasets: the k-th call of a build fails") as count:
        for k in range(1, 400, 1 if rounds(1) > 1 else 7):
            count.case()
            if over:
                built(OLD, path)
            calls = FailingFolders(k, errno.EIO, for_ever)
            monkeypatch.setattr(_files, "os_calls", calls)
            try:
                built(source, path)
            except WriteFailedError as failed:
                told.append(str(failed))
            monkeypatch.setattr(_files, "os_calls", NoFsync())
            assert content_of(path) in (old, new)
            assert content_of(built(source, path)) == new
            names = {"a", "v.zarr", "new", *(["old"] if over else [])}
            assert set(os.listdir(tmp_path)) == names
            path.rename(tmp_path / "gone")
            remove(tmp_path / "gone")
            if calls.n_calls < k:
                break
        else:
            pytest.fail("the sweep came to no end")
    assert len(told) > 8
    for sentence in told:
        assert tmp_path.name in sentence
        assert ";" in sentence, "says what to do"


def remove(folder):
    for entry in sorted(folder.rglob("*"), reverse=True):
        entry.rmdir() if entry.is_dir() else entry.unlink()
    folder.rmdir()


CHILD = """
import os, random, shutil, time
from pathlib import Path
from atomic_saves import NoFsync
from child_processes import KillingFolders, in_child, killed_after, say, was_killed
from datasets import content_of
from dataset_builds import IMAGE, OLD, built
from napari_label_index.distributed import _block_task, _rounds
from napari_label_index.io import _files

random.seed({seed})
folder = Path({folder!r})
source, path = folder / "v.zarr", folder / "a"
_files.os_calls = NoFsync()

def state():
    found = content_of(path)
    return "old" if found == old else "new" if found == new else "lost"

def n_blocks():
    return len(list(folder.glob("a.building/build-*/blocks/*.runs")))

def built_again():
    # What is there whole is not made again.
    n_there, n_made = n_blocks(), 0
    def counting(*call):
        nonlocal n_made
        n_made += 1
        return index_block(*call)
    index_block = _rounds.index_block
    _rounds.index_block = counting
    built(source, path)
    _rounds.index_block = index_block
    return state() == "new" and (n_there + n_made == {n_blocks} or n_there == 0)

new = content_of(built(source, folder / "new"))
began = time.perf_counter()
built(source, folder / "new")
seconds = time.perf_counter() - began
for over in (False, True):
    old = content_of(built(OLD, folder / "old")) if over else {{}}
    for k in {moments}:
        shutil.rmtree(path, ignore_errors=True)
        if over:
            built(OLD, path)
        def work():
            if k:
                _files.os_calls = KillingFolders(k)
            built(source, path)
        pid = in_child(work)
        within = random.uniform(0, 1.2 * seconds)
        killed = was_killed(pid) if k else killed_after(pid, within)
        # Between two moves the old one lies beside; the next build puts it back.
        beside = list(folder.glob("a.replaced-*"))
        if beside and not path.exists():
            beside[0].rename(path)
        found = state()
        say([over, found, killed, built_again()])
        if not killed and k:
            break
say(sorted(os.listdir(folder)))
"""


def outcomes_of(folder, moments, seed=0):
    code = CHILD.format(folder=str(folder), seed=seed, moments=moments, n_blocks=4)
    *outcomes, names = said_by(code, timeout=900)
    assert names == ["a", "new", "old", "v.zarr"]
    return outcomes


def check(outcomes):
    for over, found, _, is_right in outcomes:
        assert found in ("old", "new"), "with nothing before, none is the old one"
        assert is_right, (over, found)


@needs_fork
def test_a_kill_at_any_call_leaves_the_old_index_or_the_new_one(
    tmp_path, source, campaign
):
    step = 9 if rounds(1) == 1 else 1
    with campaign("C9", "datasets: SIGKILL at a call of a build") as count:
        outcomes = outcomes_of(tmp_path, f"range(1, 1000, {step})")
        count.case(len(outcomes))
        check(outcomes)
    assert len(outcomes) > 20
    assert {found for _, found, _, _ in outcomes} == {"old", "new"}


@needs_fork
def test_a_kill_at_a_random_moment_leaves_the_old_index_or_the_new_one(
    tmp_path, source, campaign
):
    with campaign("C9", "datasets: SIGKILL at a random moment", 3) as count:
        outcomes = outcomes_of(tmp_path, [0] * rounds(6, 100), seed=3)
        count.case(len(outcomes))
        check(outcomes)
    assert any(killed for _, _, killed, _ in outcomes)
