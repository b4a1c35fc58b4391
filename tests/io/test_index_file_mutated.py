"""Spoilt index files, opened in a process of their own: refused by name, or used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

import damaged_indexes
from campaigns import rounds

SEED, SECONDS_A_CASE, MOST_MB = 17, 10, 2048


@pytest.mark.skipif(os.name != "posix", reason="needs memory limits")
def test_damaged_and_forged_index_files_are_refused_or_used_within_limits(
    tmp_path, campaign
):
    n = rounds(300, 60_000)
    with campaign(
        "C18", "damaged and forged index files, opened and used", SEED
    ) as count:
        call = [sys.executable, damaged_indexes.__file__, tmp_path, str(SEED), str(n)]
        child = subprocess.run(
            call, capture_output=True, text=True, timeout=60 + n, check=False
        )
        lines = [json.loads(line) for line in child.stdout.splitlines()]
        assert child.returncode == 0, f"died in case {lines[-1:]}: {child.stderr}"
        found = [line for line in lines if len(line) > 1]
        count.case(len(found))
        assert len(found) == n
        told = Counter((is_forged, what) for _, is_forged, what, _, _ in found)
        assert {what for _, what in told} <= {"read", "refused"}, told
        assert [line for line in found if line[3] > SECONDS_A_CASE] == []
        assert found[-1][4] < MOST_MB
    assert told[0, "refused"] > 0.4 * n
    assert 0 < told[1, "read"] < told[1, "refused"], "test invalid"
