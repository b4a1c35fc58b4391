"""Exports of every kind, killed at a random moment: the old one or the new one."""

from __future__ import annotations

from campaigns import rounds
from child_processes import said_by
from export_sweep import EXPORTS
from posix_only import needs_fork

CHILD = """
import random, time
from pathlib import Path
import export_sweep as here
from child_processes import in_child, killed_after, say

random.seed({seed})
folder, n = Path({folder!r}), {n}

def save(path, case, labels):
    here.save(path, *case, labels)

def seconds_of(path, case):
    began = time.perf_counter()
    save(path, case, here.OLD_LABELS)
    return time.perf_counter() - began

def killed(path, case, within):
    pid = in_child(lambda: save(path, case, here.NEW_LABELS))
    killed_after(pid, random.uniform(0, within))

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
        say([case, over, found_after(fresh_path)])
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
    code = CHILD.format(folder=str(tmp_path), n=n, seed=7)
    with campaign("C9", "exports of all kinds: SIGKILL at a random moment", 7) as count:
        outcomes = said_by(code, timeout=60 + 10 * n)
        count.case(2 * len(outcomes))
        assert len(outcomes) == n * len(EXPORTS)
        for case, over, fresh in outcomes:
            assert over in ("old", "new"), case
            assert fresh in ("none", "new"), case
