"""`atomic_write` in processes that are killed, have no rights, or fill the disk."""

from __future__ import annotations

import textwrap
from pathlib import Path

from atomic_saves import save
from campaigns import rounds
from child_processes import said_by
from posix_only import needs_fork

HEAD = """
import os, random, resource
from pathlib import Path
from napari_label_index.errors import WriteFailedError
from napari_label_index.io import _files
from atomic_saves import OLD, NEW, save
from child_processes import KillingCalls, in_child, killed_after, say, was_killed

path = Path({path!r})

def state():
    content = path.read_bytes()
    return "old" if content == OLD else "new" if content == NEW else "lost"
"""


def in_process(tmp_path: Path, body: str) -> list[object]:
    """Run `body` in a process of its own; return what it said."""
    head = HEAD.format(path=str(tmp_path / "out.csv"))
    return said_by(head + textwrap.dedent(body), timeout=60 + rounds(20))


@needs_fork
def test_kill_at_any_call_leaves_the_old_file_or_the_new_one(
    tmp_path, left_over, campaign
):
    outcomes = in_process(
        tmp_path,
        """
        for k in range(1, 40):
            path.write_bytes(OLD)
            _files.os_calls = KillingCalls(k)
            killed = was_killed(in_child(lambda: save(path)))
            say([state(), killed])
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
            killed_after(pid, random.uniform(0, 0.02))
            say(state())
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
