"""Exports that fail, are killed or cancelled leave the old one or the new one."""

from __future__ import annotations

import errno
import os
import random
import threading
import time

import numpy as np
import pytest

from atomic_saves import FailingFolders, NoFsync
from campaigns import rounds
from child_processes import said_by
from export_sweep import (
    EXPORTS,
    NEW_LABELS,
    OLD_LABELS,
    VOLUME,
    save,
    state_of,
)
from napari_label_index.errors import Cancelled, WriteFailedError
from napari_label_index.index import build_index
from napari_label_index.io import _files, export, verify_export
from napari_label_index.io._folders import REMOVER
from posix_only import needs_fork

SWEPT = [
    ("coords", ".csv", False),
    ("coords", ".parquet", False),
    ("coords", ".csv", True),
]


# A writer that the garbage collector closes would write to a file that is gone.
pytestmark = pytest.mark.filterwarnings(
    "error::pytest.PytestUnraisableExceptionWarning"
)


def place_of(folder, what, ending):
    return folder / f"{what}{ending}"


@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO], ids=errno.errorcode.get)
@pytest.mark.parametrize(("what", "ending", "in_folder"), SWEPT)
def test_whichever_call_fails_the_export_is_whole_and_a_retry_works(
    tmp_path, monkeypatch, what, ending, in_folder, error, for_ever, campaign
):
    path = place_of(tmp_path, what, ending)
    monkeypatch.setattr(os, "sync", lambda: None, raising=False)
    with campaign("C10", "exports: the k-th call fails") as count:
        told = sweep(path, what, ending, in_folder, error, for_ever, monkeypatch)
        count.case(len(told))
    assert len(told) >= 6
    for sentence in told:
        assert path.name in sentence
        assert ";" in sentence, "says what to do"


def sweep(path, what, ending, in_folder, error, for_ever, monkeypatch):
    """Let each call fail in turn; return what was told."""
    told: list[str] = []
    for k in range(1, 200):
        monkeypatch.setattr(_files, "os_calls", NoFsync())
        save(path, what, ending, in_folder, OLD_LABELS)
        calls = FailingFolders(k, error, for_ever)
        monkeypatch.setattr(_files, "os_calls", calls)
        try:
            save(path, what, ending, in_folder, NEW_LABELS)
        except WriteFailedError as failed:
            told.append(str(failed))
        monkeypatch.setattr(_files, "os_calls", NoFsync())
        assert state_of(path) in ("old", "new")
        save(path, what, ending, in_folder, NEW_LABELS)
        assert verify_export(path, VOLUME).ok
        names = {path.name} | (set() if in_folder else {f"{path.name}.manifest.json"})
        assert set(os.listdir(path.parent)) == names
        if calls.n_calls < k:
            return told
    return pytest.fail("the sweep came to no end")


KILLED = """
import os
from pathlib import Path
from atomic_saves import NoFsync
from child_processes import KillingFolders, in_child, say, was_killed
from export_sweep import *
from napari_label_index.io import _files

os.sync = lambda: None
_files.os_calls = NoFsync()

def save_and_die():
    _files.os_calls = KillingFolders(k)
    save(path, *case, NEW_LABELS)

for case in EXPORTS:
    path = Path({folder!r}, case[0] + case[1])
    for k in range(1, 100, 1 if case in {every!r} else 4):
        save(path, *case, OLD_LABELS)
        killed = was_killed(in_child(save_and_die))
        if not path.exists():  # between two moves: the next export does this
            (beside,) = path.parent.glob(path.name + ".replaced-*")
            beside.rename(path)
        say([IDS[EXPORTS.index(case)], state_of(path)])
        if not killed:
            break
    if path.is_dir():
        path.rename(path.with_name("done-" + IDS[EXPORTS.index(case)]))
"""


@needs_fork
def test_kill_at_any_call_leaves_the_old_export_or_the_new_one(tmp_path, campaign):
    code = KILLED.format(folder=str(tmp_path), every=SWEPT)
    outcomes: dict[str, list[str]] = {}
    for case, state in said_by(code, timeout=300):
        outcomes.setdefault(case, []).append(state)
    assert len(outcomes) == len(set(EXPORTS))
    for case, states in outcomes.items():
        assert len(states) >= 3, case
        with campaign("C9", "exports of all kinds: SIGKILL at a call") as count:
            count.case(len(states))
            assert set(states) <= {"old", "new"}, case
        assert (states[0], states[-1]) == ("old", "new"), case


def test_a_cancel_at_a_random_moment_is_heard_at_once_and_leaves_nothing(
    tmp_path, campaign
):
    random.seed(5)
    rng = np.random.default_rng(5)
    volume = np.repeat(rng.integers(0, 400, (60, 60, 12)), 8, axis=2).astype(np.uint16)
    index = build_index(volume)
    with campaign("C14", "exports of all kinds: cancelled at random", 5) as count:
        for what, ending, in_folder in EXPORTS * rounds(2):
            path = place_of(tmp_path, what, ending)
            count.case(cancelled(path, what, ending, in_folder, index))
    assert count.n >= 3


def wait_for_removers():
    """Wait until what was many files has gone: who cancels does not wait for that."""
    for thread in threading.enumerate():
        if thread.name == REMOVER:
            thread.join(60)


def cancelled(path, what, ending, in_folder, index):
    """Export, and cancel at some time; return whether it was heard before the end."""
    options = {"per_label": ending} if in_folder else {}
    asked_at = []
    stop = threading.Event()

    def cancel():
        if stop.is_set() and not asked_at:
            asked_at.append(time.perf_counter())
        return stop.is_set()

    timer = threading.Timer(random.uniform(0, 0.3), stop.set)
    timer.start()
    try:
        export(index, None, path, what, cancel=cancel, **options)
    except Cancelled:
        assert time.perf_counter() - asked_at[0] < 0.5
        wait_for_removers()
        assert os.listdir(path.parent) == []
        return True
    else:
        assert verify_export(path, index).ok
        for entry in sorted(path.parent.rglob("*"), reverse=True):
            entry.rmdir() if entry.is_dir() else entry.unlink()
        return False
    finally:
        timer.cancel()
