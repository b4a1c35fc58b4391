"""Damaged files of every format: refused by one kind of error, or read; no more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import damaged_files
from campaigns import rounds

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs memory limits")

SECONDS_A_CASE, MOST_MB = 10, 2048


def try_cases(folder, seed, n):
    """Return what the child told of each case; a child that dies is an assertion."""
    script = Path(damaged_files.__file__)
    call = [sys.executable, str(script), str(folder), str(seed), "0", str(n)]
    child = subprocess.run(
        call, capture_output=True, text=True, timeout=60 + n, check=False
    )
    lines = [json.loads(line) for line in child.stdout.splitlines()]
    assert child.returncode == 0, f"died of {child.returncode} in case {lines[-1:]}"
    return [line for line in lines if len(line) > 1]


def test_damaged_files_are_refused_or_read_within_limits(tmp_path, campaign):
    (tmp_path / "seeds").mkdir()
    names = damaged_files.write_seeds(tmp_path / "seeds")
    for name in names:
        assert damaged_files.outcome(tmp_path / "seeds" / name) == "read"
    n = rounds(200)
    with campaign("C18", "damaged images of 17 formats", seed=11) as count:
        found = try_cases(tmp_path, 11, n)
        count.case(len(found))
        assert len(found) == n
        wrong = [line for line in found if line[2] not in ("read", "refused")]
        assert wrong == []
        assert [line for line in found if line[3] > SECONDS_A_CASE] == []
        assert found[-1][4] < MOST_MB
    n_refused = sum(line[2] == "refused" for line in found)
    assert n // 4 < n_refused < n, "test invalid: the damage is too small or too large"
