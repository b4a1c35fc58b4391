"""Exports of every kind, killed at a random moment: the old one or the new one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns import rounds
from export_sweep import EXPORTS

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX only")

CHILD = """
import json, os, random, signal, sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
import export_sweep as here
from napari_label_index.io import _files

random.seed({seed})
folder, n = Path({folder!r}), {n}

def save(path, case, labels):
    here.save(path, *case, labels)

def seconds_of(path, case):
    began = time.perf_counter()
    save(path, case, here.OLD_LABELS)
    return time.perf_counter() - began

def killed(path, case, within):
    pid = os.fork()
    if not pid:
        try:
            save(path, case, here.NEW_LABELS)
        finally:
            os._exit(0)
    time.sleep(random.uniform(0, within))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

def found_after(path):
    if not path.exists():  # between two moves of a folder: the next export does this
        beside = list(path.parent.glob(path.name + ".replaced-*"))
        if not beside:
            return "none"
        beside[0].rename(path)
    return here.state_of(path)

for case in here.EXPORTS:
    path = folder / (case[0] + case[1])
    seconds_of(path, case)  # compiles and imports
    within = 1.5 * seconds_of(path, case)
    for _ in range(n):
        save(path, case, here.OLD_LABELS)
        killed(path, case, within)
        over = found_after(path)
        fresh_path = folder / ("fresh-" + str(_)) / path.name
        fresh_path.parent.mkdir()
        killed(fresh_path, case, within)
        print(json.dumps([case, over, found_after(fresh_path)]), flush=True)
    if path.is_dir():
        path.rename(path.with_name("done-" + case[0]))
    done = "done-" + "-".join(map(str, case))
    for parent in folder.glob("fresh-*"):
        parent.rename(parent.with_name(done + parent.name))
"""


@needs_fork
def test_kill_at_a_random_moment_leaves_the_old_export_or_the_new_one(
    tmp_path, campaign
):
    n = rounds(2, 250)  # of each kind, and as many on a fresh path
    code = CHILD.format(
        tests=str(Path(__file__).parents[1]), folder=str(tmp_path), n=n, seed=7
    )
    with campaign("C9", "exports of all kinds: SIGKILL at a random moment", 7) as count:
        result = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            timeout=60 + 10 * n,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        outcomes = [json.loads(line) for line in result.stdout.splitlines()]
        count.case(2 * len(outcomes))
        assert len(outcomes) == n * len(EXPORTS)
        for case, over, fresh in outcomes:
            assert over in ("old", "new"), case
            assert fresh in ("none", "new"), case
