"""`atomic_write`: the old file or the new one, whatever fails, and nothing else."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from atomic_saves import NEW, OLD, FailingCalls, save
from napari_label_index.errors import Cancelled, UnknownLabelError, WriteFailedError
from napari_label_index.io import _files, check_output
from napari_label_index.io._files import OsCalls, atomic_write
from napari_label_index.io._stale import temp_prefix


def test_a_new_file_holds_what_was_written_and_has_the_usual_permissions(
    tmp_path, left_over
):
    before = os.umask(0o027)
    try:
        save(tmp_path / "out.csv")
    finally:
        os.umask(before)
    assert (tmp_path / "out.csv").read_bytes() == NEW
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o640
    assert left_over(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_an_existing_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "out.csv"
    path.write_bytes(OLD)
    path.chmod(0o604)
    save(path)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


@pytest.mark.skipif(os.name != "posix", reason="links need a right on Windows")
def test_a_link_stays_a_link_and_its_target_is_written(tmp_path, left_over):
    (tmp_path / "disk").mkdir()
    target = tmp_path / "disk" / "real.csv"
    target.write_bytes(OLD)
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    save(link)
    assert link.is_symlink()
    assert target.read_bytes() == NEW
    assert left_over(tmp_path) == left_over(tmp_path / "disk") == []


def test_the_output_can_seek_back_and_change_what_was_written(tmp_path):
    with atomic_write(tmp_path / "out") as output:
        output.write(b"0123456789")
        output.seek(2)
        output.write(b"ab")
        output.seek(0, os.SEEK_END)
        assert output.tell() == 10
    assert (tmp_path / "out").read_bytes() == b"01ab456789"


@pytest.mark.parametrize(
    "error",
    [Cancelled("stop"), UnknownLabelError("7"), KeyboardInterrupt(), KeyError()],
)
def test_an_error_in_the_block_leaves_the_old_file_and_no_temporary_one(
    tmp_path, left_over, error
):
    path = tmp_path / "out.csv"
    path.write_bytes(OLD)

    def write_and_fail():
        with atomic_write(path) as output:
            output.write(NEW)
            raise error

    with pytest.raises(type(error)):
        write_and_fail()
    assert path.read_bytes() == OLD
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize(
    "error", [errno.EIO, errno.ENOSPC, errno.EACCES], ids=errno.errorcode.get
)
@pytest.mark.parametrize("old", [None, OLD], ids=["fresh", "existing"])
def test_whichever_call_fails_the_file_is_whole_and_a_retry_works(
    tmp_path, monkeypatch, left_over, error, for_ever, old
):
    path = tmp_path / "out.csv"
    n_failed = 0
    for k in range(1, 100):
        if old is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(old)
        calls = FailingCalls(k, error, for_ever)
        monkeypatch.setattr(_files, "os_calls", calls)
        try:
            save(path)
        except WriteFailedError as failed:
            n_failed += 1
            told = str(failed)
            assert str(path) in told
            assert ";" in told, "says what to do"
            assert (path.read_bytes() if path.exists() else None) == old
        else:
            assert path.read_bytes() == NEW
        monkeypatch.setattr(_files, "os_calls", OsCalls())
        if not for_ever:
            assert left_over(tmp_path) == []
        save(path)
        assert path.read_bytes() == NEW
        assert left_over(tmp_path) == []
        if calls.n_calls < k:
            break
    else:
        pytest.fail("the sweep came to no end")
    assert n_failed >= 6, "open, writes, fsync, close and replace can fail"


def test_an_interrupted_write_is_repeated(tmp_path, monkeypatch):
    # Once only: Python repeats interrupted writes for as long as they are interrupted.
    monkeypatch.setattr(_files, "os_calls", FailingCalls(3, errno.EINTR, False))
    save(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == NEW


def test_a_share_that_cannot_fsync_is_written_all_the_same(tmp_path, monkeypatch):
    class NoFsync(OsCalls):
        def fsync(self, fd):
            raise OSError(errno.EINVAL, "not supported")

    monkeypatch.setattr(_files, "os_calls", NoFsync())
    save(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == NEW


def test_temporary_files_of_dead_processes_go_and_all_others_stay(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    ours = temp_prefix()
    others = [
        tmp_path / ours.replace(str(os.getpid()), str(os.getppid())),
        tmp_path / ".label-index-00000000-1-ab.partial",  # of another computer
        tmp_path / "notes.partial",
    ]
    others[0] = others[0].with_name(others[0].name + "ab.partial")
    stale = tmp_path / f"{ours.replace(str(os.getpid()), str(dead.pid))}ab.partial"
    for path in [*others, stale]:
        path.write_bytes(b"")
    save(tmp_path / "out")
    assert not stale.exists()
    assert all(path.exists() for path in others)


def test_two_saves_at_once_do_not_remove_each_others_temporary_file(tmp_path):
    with atomic_write(tmp_path / "a") as a:
        a.write(b"a")
        with atomic_write(tmp_path / "b") as b:
            b.write(b"b")
    assert (tmp_path / "a").read_bytes() == b"a"
    assert (tmp_path / "b").read_bytes() == b"b"


@pytest.mark.parametrize(
    ("make", "hint"),
    [
        (lambda folder: folder, "is a folder"),
        (lambda folder: folder / "none" / "out.csv", "make its folder first"),
        (lambda folder: folder / ("x" * 400 + ".csv"), "shorter name"),
        (lambda folder: Path(os.devnull), "not a file"),
    ],
    ids=["folder", "no folder", "long name", "device"],
)
def test_an_impossible_target_is_refused_before_the_work(tmp_path, make, hint):
    path = make(tmp_path)
    with pytest.raises(WriteFailedError, match=hint):
        check_output(path, (path.suffix,))
    with pytest.raises(WriteFailedError, match=hint), atomic_write(path):
        pytest.fail("the work was begun")
