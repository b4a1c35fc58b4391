"""`atomic_write`: the old file or the new one, whatever fails, and nothing else."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from napari_label_index.errors import Cancelled, UnknownLabelError, WriteFailedError
from napari_label_index.io import _files, check_output
from napari_label_index.io._files import OsCalls, atomic_write
from napari_label_index.io._stale import temp_prefix

OLD, NEW = b"old" * 1000, b"new" * 700_000

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX only")


class FailingCalls(OsCalls):
    """Does what `OsCalls` does, but the k-th call fails, once or from then on."""

    def __init__(self, k: int, error: int, for_ever: bool) -> None:
        self.k, self.error, self.for_ever, self.n_calls = k, error, for_ever, 0

    def _count(self) -> None:
        self.n_calls += 1
        if self.n_calls == self.k or (self.for_ever and self.n_calls > self.k):
            raise OSError(self.error, os.strerror(self.error))

    def open(self, path, mode):
        self._count()
        return super().open(path, mode)

    def write(self, fd, data):
        self._count()
        return super().write(fd, data)

    def fsync(self, fd):
        self._count()
        super().fsync(fd)

    def close(self, fd):
        super().close(fd)  # Linux closes the file even when it reports an error
        self._count()

    def chmod(self, path, mode):
        self._count()
        super().chmod(path, mode)

    def replace(self, source, target):
        self._count()
        super().replace(source, target)

    def unlink(self, path):
        self._count()
        super().unlink(path)


def save(path: Path, content: bytes = NEW) -> None:
    with atomic_write(path) as output:
        for start in range(0, len(content), 300_000):
            output.write(content[start : start + 300_000])


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


CHILD = """
import json, os, random, resource, signal, sys, time
from pathlib import Path
from napari_label_index.errors import WriteFailedError
from napari_label_index.io import _files
sys.path.insert(0, {tests!r})
from test_files import OLD, NEW, FailingCalls, save

path = Path({path!r})

def in_child(work):
    pid = os.fork()
    if not pid:
        try:
            work()
        finally:
            os._exit(0)
    return pid

def say(outcome):
    print(json.dumps(outcome), flush=True)
"""


def in_process(tmp_path: Path, body: str) -> list[object]:
    """Run `body` in a process of its own; return what it said."""
    head = CHILD.format(
        tests=str(Path(__file__).parent), path=str(tmp_path / "out.csv")
    )
    result = subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(body)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


@needs_fork
def test_kill_at_any_call_leaves_the_old_file_or_the_new_one(tmp_path, left_over):
    outcomes = in_process(
        tmp_path,
        """
        class Kills(FailingCalls):
            def _count(self):
                self.n_calls += 1
                if self.n_calls == self.k:
                    os.kill(os.getpid(), signal.SIGKILL)

        for k in range(1, 40):
            path.write_bytes(OLD)
            _files.os_calls = Kills(k, 0, False)
            pid = in_child(lambda: save(path))
            killed = os.WIFSIGNALED(os.waitpid(pid, 0)[1])
            content = path.read_bytes()
            found = "old" if content == OLD else "new" if content == NEW else "lost"
            say([found, killed])
            if not killed:
                break
        """,
    )
    assert {what for what, _ in outcomes} == {"old", "new"}
    assert sum(killed for _, killed in outcomes) >= 8
    assert outcomes[-1] == ["new", False]
    save(tmp_path / "out.csv")
    assert left_over(tmp_path) == []


@needs_fork
def test_kill_at_a_random_moment_leaves_the_old_file_or_the_new_one(tmp_path):
    outcomes = in_process(
        tmp_path,
        """
        random.seed(3)
        for _ in range(20):
            path.write_bytes(OLD)
            pid = in_child(lambda: [save(path) for _ in range(1000)])
            time.sleep(random.uniform(0, 0.02))
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            content = path.read_bytes()
            say("old" if content == OLD else "new" if content == NEW else "lost")
        """,
    )
    assert len(outcomes) == 20
    assert "lost" not in outcomes


@needs_fork
def test_a_folder_or_file_without_the_right_to_write_is_refused(tmp_path):
    outcomes = in_process(
        tmp_path,
        """
        path.write_bytes(OLD)
        def work():
            # Nothing stops root, so be nobody; ignored where we are not root.
            if os.getuid() == 0:
                os.setuid(65534)
            try:
                save(path)
                say("written")
            except WriteFailedError as error:
                say(str(error))
        for folder_mode, file_mode in ((0o555, 0o666), (0o777, 0o444)):
            path.chmod(file_mode)
            path.parent.chmod(folder_mode)
            for parent in list(path.parents)[1:3]:
                parent.chmod(0o755)
            os.waitpid(in_child(work), 0)
            path.parent.chmod(0o755)
            say(path.read_bytes() == OLD and len(os.listdir(path.parent)) == 1)
        """,
    )
    assert outcomes[1::2] == [True, True]
    assert "choose a folder that you may write to" in outcomes[0]
    assert "write-protected" in outcomes[2]


@needs_fork
def test_a_full_disk_is_told_and_leaves_the_old_file(tmp_path):
    outcomes = in_process(
        tmp_path,
        """
        path.write_bytes(OLD)
        def work():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
            try:
                save(path)
            except WriteFailedError as error:
                say(str(error))
        os.waitpid(in_child(work), 0)
        say(path.read_bytes() == OLD and len(os.listdir(path.parent)) == 1)
        """,
    )
    assert outcomes[1] is True
    assert "choose another one" in outcomes[0]
