"""Campaigns: tests that count their cases, and the table of them in RELIABILITY.md.

A campaign runs small with every other test, and large with ``make release-check``,
which also writes what it found into the table.
"""

from __future__ import annotations

import os
import platform
import re
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
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


def take_over(config, workeroutput):
    """Take over what a process of a run in several has counted."""
    counts = workeroutput.get("campaigns", ())
    config.stash[_RESULTS] += [Count(**count) for count in counts]


def write(config):
    """Write the table, or hand the counts to the process that does."""
    if hasattr(config, "workerinput"):
        config.workeroutput["campaigns"] = [asdict(c) for c in config.stash[_RESULTS]]
        return
    path = config.getoption("--write-reliability")
    if path is not None:
        head, _, before = path.read_text().partition(MARK)
        rows = rows_of(before) | new_rows(config.stash[_RESULTS])
        path.write_text(head + MARK + "\n\n" + table(rows))


def rows_of(page):
    """Return the rows of a page by (goal, what was tried): a run may be of a part.

    Those whose test is gone are left out.
    """
    rows = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if re.fullmatch(r"[CD]\d+", "".join(cells[1:2])) and _is_there(cells[-2]):
            rows[cells[1], cells[2]] = line
    return rows


def _is_there(test):
    file, _, function = test.strip("`").partition("::")
    path = Path(__file__).parent / file
    return path.exists() and f"def {function}(" in path.read_text()


def new_rows(counts):
    """Return the rows of one run; parametrized tests of one kind are one row."""
    merged = {}
    for count in counts:
        key = (count.goal, count.what)
        before = merged.setdefault(
            key, Count(count.goal, count.what, count.test, count.seed)
        )
        before.n += count.n
        before.failures += count.failures
        before.seconds += count.seconds
    return {key: _row(count) for key, count in merged.items()}


def _row(count):
    seed = "" if count.seed is None else count.seed
    return (
        f"| {count.goal} | {count.what} | {count.n:,} | {count.failures} | {seed} "
        f"| {count.seconds:.0f} | {date.today():%Y-%m-%d} "
        f"| `{count.test.removeprefix('tests/')}` |"
    )


def _order(key):
    goal, what = key
    return goal[0], int(goal[1:]), what


def table(rows):
    """Return all rows, in the order of the goals."""
    lines = [
        f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} "
        "cores. Each row tells of the last run of its campaign, on that date.",
        "",
        "| goal | what was tried | n | failures | seed | s | date | test |",
        "|---|---|--:|--:|--:|--:|---|---|",
    ]
    lines += [rows[key] for key in sorted(rows, key=_order)]
    return "\n".join(lines) + "\n"
