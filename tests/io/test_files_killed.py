"""`atomic_write` in processes that are killed, have no rights, or fill the disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from atomic_saves import save
from campaigns import rounds

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX only")


CHILD = """
import json, os, random, resource, signal, sys, time
from pathlib import Path
from napari_label_index.errors import WriteFailedError
from napari_label_index.io import _files
sys.path.insert(0, {tests!r})
from atomic_saves import OLD, NEW, FailingCalls, save

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
        tests=str(Path(__file__).parents[1]), path=str(tmp_path / "out.csv")
    )
    result = subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(body)],
        capture_output=True,
        text=True,
        timeout=60 + rounds(20),
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


@needs_fork
def test_kill_at_any_call_leaves_the_old_file_or_the_new_one(
    tmp_path, left_over, campaign
):
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
    with campaign("C9", "any file: SIGKILL at each system call of a save") as count:
        count.case(sum(killed for _, killed in outcomes))
        assert {what for what, _ in outcomes} == {"old", "new"}
    assert sum(killed for _, killed in outcomes) >= 8
    assert outcomes[-1] == ["new", False]
    save(tmp_path / "out.csv")
    assert left_over(tmp_path) == []


@needs_fork
def test_kill_at_a_random_moment_leaves_the_old_file_or_the_new_one(tmp_path, campaign):
    n = rounds(20)
    outcomes = in_process(
        tmp_path,
        f"""
        random.seed(3)
        for _ in range({n}):
            path.write_bytes(OLD)
            pid = in_child(lambda: [save(path) for _ in range(1000)])
            time.sleep(random.uniform(0, 0.02))
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            content = path.read_bytes()
            say("old" if content == OLD else "new" if content == NEW else "lost")
        """,
    )
    assert len(outcomes) == n
    with campaign("C9", "any file: SIGKILL at a random moment", seed=3) as count:
        count.case(n)
        assert "lost" not in outcomes


@needs_fork
def test_a_folder_or_file_without_the_right_to_write_is_refused(tmp_path, campaign):
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
            for parent in path.parents[1:]:
                if parent.name.startswith(("pytest-", "popen-")):
                    parent.chmod(0o755)
            os.waitpid(in_child(work), 0)
            path.parent.chmod(0o755)
            say(path.read_bytes() == OLD and len(os.listdir(path.parent)) == 1)
        """,
    )
    with campaign("C11", "any file: no right to write the folder or file") as count:
        count.case(2)
        assert outcomes[1::2] == [True, True]
    assert "choose a folder that you may write to" in outcomes[0]
    assert "write-protected; choose another name" in outcomes[2]


@needs_fork
def test_a_folder_that_could_not_be_made_is_refused_before_the_work_for_it(tmp_path):
    outcomes = in_process(
        tmp_path,
        """
        from napari_label_index.io._folders import check_folder
        def work():
            if os.getuid() == 0:
                os.setuid(65534)
            try:
                check_folder(path, lambda folder: True)
                say("may be made")
            except WriteFailedError as error:
                say(str(error))
        for parent in path.parents[1:]:
            if parent.name.startswith(("pytest-", "popen-")):
                parent.chmod(0o755)
        for mode in (0o777, 0o555):
            path.parent.chmod(mode)
            os.waitpid(in_child(work), 0)
        path.parent.chmod(0o755)
        """,
    )
    assert outcomes[0] == "may be made"
    assert "choose a folder that you may write to" in outcomes[1]


@needs_fork
def test_a_full_disk_is_told_and_leaves_the_old_file(tmp_path, campaign):
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
    with campaign("C11", "any file: no room (RLIMIT_FSIZE)") as count:
        count.case()
        assert outcomes[1] is True
    assert "choose another one" in outcomes[0]
