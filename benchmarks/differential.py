"""Ask this library and its peers the same questions, and say who was right.

    python benchmarks/differential.py                 all cells, as Markdown
    python benchmarks/differential.py --write FILE    into the marked part of a page
    python benchmarks/differential.py --only big-endian bool --tools ours

A question is one of the label images of `tests/edge_cases.py`; the answer, which labels
it has and where their voxels are, is compared with that of `np.argwhere` for each
label. Each tool has a process of its own for each image, with 3 GB of memory and a
minute of time, so that a crash is an outcome as well. Takes five minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeAlias

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from answers import TOOLS  # noqa: E402
from edge_cases import EDGE_CASES, NO_LABELS  # noqa: E402

MARK = "<!-- written by benchmarks/differential.py; do not edit below -->"
OURS = "ours"
MEMORY, SECONDS = 3 << 30, 60
RIGHT, REFUSED, RAISES, WRONG, MEMORY_ERROR, CRASH, SLOW = (
    "right",
    "refused",
    "raises",
    "WRONG",
    "MemoryError",
    "crash",
    "too slow",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one tool made of one image."""

    outcome: str
    told: str = ""  # class of the error, or what differs


Cells: TypeAlias = dict[tuple[str, str], Cell]


def cell_of(case: str, tool: str) -> Cell:
    """Ask in a child process; whatever becomes of it is an outcome."""
    command = [sys.executable, str(HERE / "answers.py"), case, tool, str(MEMORY)]
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return Cell(SLOW)
    if result.returncode < 0:
        return Cell(CRASH, signal.Signals(-result.returncode).name)
    said = result.stdout.strip().splitlines()
    if not said:  # it died before it could say anything
        return Cell(CRASH, f"exit status {result.returncode}")
    kind, _, told = said[-1].partition(" ")
    if kind == "raised":
        return _raised(case, told)
    return Cell(RIGHT) if kind == "right" else Cell(WRONG, told)


def _raised(case: str, error: str) -> Cell:
    if error == "MemoryError":
        return Cell(MEMORY_ERROR)
    # What holds no labels is to be refused; who does so is right.
    return Cell(REFUSED if case in NO_LABELS else RAISES, error)


def ask_all(cases: Sequence[str], tools: Sequence[str]) -> Cells:
    """Ask every tool about every image, two at a time."""
    pairs = [(case, tool) for case in cases for tool in tools]
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda pair: cell_of(*pair), pairs)
        return dict(zip(pairs, found, strict=True))


def table(cells: Cells, cases: Sequence[str], tools: Sequence[str]) -> str:
    """Return the outcomes and how many are right, as a Markdown table."""
    lines = [
        "| label image | " + " | ".join(map(_title, tools)) + " |",
        "|---" * (len(tools) + 1) + "|",
    ]
    for case in cases:
        row = (cells[case, tool].outcome for tool in tools)
        lines.append(f"| {case} | " + " | ".join(row) + " |")
    found = [_sums(cells[case, tool] for case in cases) for tool in tools]
    lines.append("| **right or refused** | " + " | ".join(found) + " |")
    return "\n".join(lines)


def findings(cells: Cells) -> str:
    """Return a line for each answer that is no answer, and for each of our errors."""
    return "\n".join(
        f"- {case}, {_title(tool)}: {cell.outcome}, {cell.told}."
        for (case, tool), cell in cells.items()
        if cell.outcome in (WRONG, CRASH, SLOW) or (tool == OURS and cell.told)
    )


def _sums(cells: Iterable[Cell]) -> str:
    outcomes = [cell.outcome for cell in cells]
    n_right = outcomes.count(RIGHT) + outcomes.count(REFUSED)
    return f"**{n_right} of {len(outcomes)}**"


def _title(tool: str) -> str:
    return "this index" if tool == OURS else tool.replace(".", " ")


def where_and_when() -> str:
    """Say with which versions the table was made."""
    names = ("numpy", "scipy", "scikit-image", "fastremap", "connected-components-3d")
    packages = ", ".join(f"{name} {_version(name)}" for name in names)
    return (
        f"{date.today():%Y-%m-%d}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; {packages}."
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=EDGE_CASES, default=[*EDGE_CASES])
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=[*TOOLS])
    parser.add_argument("--write", type=Path, metavar="FILE", help="page with the mark")
    options = parser.parse_args(argv)
    cells = ask_all(options.only, options.tools)
    made = table(cells, options.only, options.tools)
    text = f"{made}\n\n{findings(cells)}\n\n{where_and_when()}\n"
    if options.write is None:
        print(text, end="")
    else:
        head = options.write.read_text(encoding="utf-8").partition(MARK)[0]
        options.write.write_text(f"{head}{MARK}\n\n{text}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
