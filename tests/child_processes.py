"""Python in a process of its own, whose children are killed, and what it said.

A test calls `said_by`. The code that it runs imports the rest: it forks children that
write, kills them, and says what they left, as lines of JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from atomic_saves import FailingCalls, FailingFolders

_TESTS = Path(__file__).parent


def said_by(code: str, timeout: float = 600) -> list:
    """Run `code`, which may import helpers of the tests; return what it said."""
    head = f"import sys\nsys.path[:0] = [{str(_TESTS)!r}, {str(_TESTS / 'io')!r}]\n"
    result = subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def say(outcome) -> None:
    """Tell the test something, at once: the next moment this process may be gone."""
    sys.stdout.write(json.dumps(outcome) + "\n")
    sys.stdout.flush()


def in_child(work) -> int:
    """Start a child that does some work; return its id."""
    pid = os.fork()
    if not pid:
        try:
            work()
        finally:
            os._exit(0)
    return pid


def was_killed(pid: int) -> bool:
    """Wait for a child to end; return whether a signal ended it."""
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def killed_after(pid: int, seconds: float) -> bool:
    """Kill a child in some time; return whether it had not ended before."""
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return was_killed(pid)


def kill_self() -> None:
    """As a power cut does to this process."""
    os.kill(os.getpid(), signal.SIGKILL)


class _Deadly:
    def _fail(self) -> None:
        kill_self()


class KillingCalls(_Deadly, FailingCalls):
    """Kills its process in place of the k-th call."""

    def __init__(self, k: int) -> None:
        super().__init__(k, 0, False)


class KillingFolders(_Deadly, FailingFolders):
    """As `KillingCalls`, where folders are made as well."""

    def __init__(self, k: int) -> None:
        super().__init__(k, 0, False)
