"""Campaigns: tests that count their cases, and the table of them in RELIABILITY.md.

A campaign runs small with every other test, and large with ``make release-check``,
which also writes what it found into the table.
"""

from __future__ import annotations

import os
import platform
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

MARK = "<!-- written by make release-check; do not edit below -->"
_RESULTS = pytest.StashKey[list]()


def rounds(n: int, large: int | None = None) -> int:
    """Return `n`, or `large` (50 times as many) with the profile of a release."""
    if settings().max_examples < 1000:
        return n
    return 50 * n if large is None else large


@dataclass
class Count:
    """What a campaign has tried so far."""

    goal: str  # as C9
    what: str
    test: str
    seed: int | None
    n: int = 0
    failures: int = 0
    seconds: float = 0.0

    def case(self, n: int = 1) -> None:
        """Count cases that are about to be tried."""
        self.n += n


@pytest.fixture
def campaign(request):
    """Give a context that counts cases; a test that fails in it counts a failure."""

    @contextmanager
    def counted(goal, what, seed=None):
        count = Count(goal, what, request.node.nodeid.partition("[")[0], seed)
        request.config.stash[_RESULTS].append(count)
        began = time.perf_counter()
        try:
            yield count
        except BaseException:
            count.failures += 1
            raise
        finally:
            count.seconds = time.perf_counter() - began

    return counted


def add_option(parser):
    parser.addoption(
        "--write-reliability",
        metavar="FILE",
        type=Path,
        help="write what the campaigns counted into the table of this file",
    )


def configure(config):
    config.addinivalue_line("markers", "campaign: counts its cases")
    config.addinivalue_line("markers", "window: opens one")
    config.stash[_RESULTS] = []


def mark(items):
    for item in items:
        if "campaign" in item.fixturenames:
            item.add_marker(pytest.mark.campaign)


def write(config):
    path = config.getoption("--write-reliability")
    if path is not None:
        head = path.read_text().partition(MARK)[0]
        path.write_text(head + MARK + "\n\n" + table(config.stash[_RESULTS]))


def _order(count):
    return count.goal[0], int(count.goal[1:]), count.what


def table(counts):
    """Return the rows of one run; parametrized tests of one kind are one row."""
    merged = {}
    for count in counts:
        key = (count.goal, count.what, count.test)
        before = merged.setdefault(
            key, Count(count.goal, count.what, count.test, count.seed)
        )
        before.n += count.n
        before.failures += count.failures
        before.seconds += count.seconds
    lines = [
        f"{date.today():%Y-%m-%d}, Python {platform.python_version()}, "
        f"{platform.system()}, {os.cpu_count()} cores, "
        f"profile with {settings().max_examples:,} examples.",
        "",
        "| goal | what was tried | n | failures | seed | s | test |",
        "|---|---|--:|--:|--:|--:|---|",
    ]
    for count in sorted(merged.values(), key=_order):
        seed = "" if count.seed is None else count.seed
        lines.append(
            f"| {count.goal} | {count.what} | {count.n:,} | {count.failures} | {seed} "
            f"| {count.seconds:.0f} | `{count.test.removeprefix('tests/')}` |"
        )
    return "\n".join(lines) + "\n"
