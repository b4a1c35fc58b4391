"""The benchmarks run, on small volumes, so that they are there when needed."""

from __future__ import annotations

import subprocess
import sys


def run(repository, *arguments):
    return subprocess.run(
        [sys.executable, str(repository / "benchmarks/run.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_figure_can_be_measured(repository, tmp_path):
    result = run(repository, "--quick", "--cache", str(tmp_path))
    assert result.returncode == 0, result.stderr
    head, rule, *rows = [line for line in result.stdout.splitlines() if "|" in line]
    assert [cell.strip() for cell in head.strip("|").split("|")] == [
        *("what", "ours", "peer", "ratio", "reach", "stretch", "met")
    ]
    assert set(rule) <= set("|- ")
    assert len(rows) >= 15
    assert not list(tmp_path.rglob("*.partial"))


def test_only_chooses_figures(repository, tmp_path):
    only = ("--only", "random")
    result = run(repository, "--quick", "--cache", str(tmp_path), *only)
    assert result.returncode == 0, result.stderr
    rows = [line for line in result.stdout.splitlines() if line.startswith("| random")]
    assert len(rows) == 2
