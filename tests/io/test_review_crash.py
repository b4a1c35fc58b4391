"""A review file whatever call fails, and whenever the process is killed."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from child_processes import said_by
from napari_label_index.errors import WriteFailedError
from napari_label_index.io import VolumeHint, _files, open_review
from napari_label_index.io._files import OsCalls
from napari_label_index.io.review._review_lines import first_line
from posix_only import needs_fork
from review_files import CHANGE, HINT, content_of, marks_of, save_old

AGAIN = {3: ("unsure", "")}
CALLS = ("open", "open_to_append", "write", "fsync", "close", "chmod", "replace")


class ActingCalls(OsCalls):
    """Does what `OsCalls` does, but acts on the k-th call, once or from then on."""

    def __init__(self, k, act, *, for_ever=False, half=False) -> None:
        self.k, self.act, self.for_ever, self.half = k, act, for_ever, half
        self.n_calls = 0

    def is_due(self) -> bool:
        self.n_calls += 1
        return self.n_calls == self.k or (self.for_ever and self.n_calls > self.k)


def acting(name):
    def call(self, *args):
        if not self.is_due():
            return getattr(OsCalls, name)(self, *args)
        if name == "close":  # Linux closes the file even when it reports an error
            OsCalls.close(self, *args)
        if name == "write" and self.half:
            fd, data = args
            OsCalls.write(self, fd, data[: len(data) // 2])
        return self.act()

    return call


for call_name in CALLS:
    setattr(ActingCalls, call_name, acting(call_name))


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def make_stale(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    lines[0] = first_line(VolumeHint((1,), "int8", 1))
    path.write_bytes(b"".join(lines))


def cut_last_line(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


STATES = {
    "missing": lambda path: path.unlink(),
    "whole": lambda path: None,
    "damaged": damage,
    "stale": make_stale,
    "cut": cut_last_line,
}


def prepare(path: Path, state: str) -> tuple[bytes | None, dict, dict]:
    """Make a file; return its bytes, and what it says before and after `CHANGE`."""
    for left in path.parent.glob(path.name + "*"):
        left.unlink()
    save_old(path)
    STATES[state](path)
    content = path.read_bytes() if path.exists() else None
    before = content_of(open_review(path, HINT).marks)
    return content, before, before | CHANGE


def check_after(path: Path, state: str, content, before, after) -> str:
    """Nothing that could not be read is gone, and the marks are the old or the new."""
    found = content_of(open_review(path, HINT).marks)
    name = "new" if found == after else "old" if found == before else "lost"
    kept = [p.read_bytes() for p in path.parent.glob(f"{path.name}.*-*")]
    if state in ("damaged", "stale", "cut"):
        assert content in [path.read_bytes(), *kept]
    assert len(kept) == len(set(kept)) <= 1
    return name


@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize("half", [False, True], ids=["", "half written"])
@pytest.mark.parametrize("state", STATES)
def test_whichever_call_fails_the_old_marks_stay_and_a_retry_saves_all(
    tmp_path, monkeypatch, state, half, for_ever
):
    def fail():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "a.json"
    messages = []
    for k in range(1, 40):
        content, before, after = prepare(path, state)
        opened = open_review(path, HINT)
        calls = ActingCalls(k, fail, half=half, for_ever=for_ever)
        monkeypatch.setattr(_files, "os_calls", calls)
        change = marks_of(CHANGE, start=5000)
        marks = opened.marks.merged(change)
        try:
            opened.file.save(change, marks)
        except WriteFailedError as error:
            messages.append(str(error))
        monkeypatch.setattr(_files, "os_calls", OsCalls())
        assert check_after(path, state, content, before, after) != "lost"
        again = marks_of(AGAIN, start=6000)
        opened.file.save(again, marks.merged(again))
        assert check_after(path, state, content, before, after | AGAIN) == "new"
        if calls.n_calls < k:
            break
    else:
        pytest.fail("the sweep came to no end")
    assert all("free some space" in message for message in messages)
    assert len(messages) >= 3 or (state == "whole" and not for_ever)


CHILD = """
from pathlib import Path
import review_files
import test_review_crash as here
from child_processes import in_child, kill_self, say, was_killed
from napari_label_index.io import _files

path = Path({path!r})

def save_and_die():
    _files.os_calls = here.ActingCalls(k, kill_self, half={half})
    review_files.save_change(path)

for state in here.STATES:
    for k in range(1, 40):
        prepared = here.prepare(path, state)
        killed = was_killed(in_child(save_and_die))
        first = here.check_after(path, state, *prepared)
        # After a restart the same change is saved in any case.
        review_files.save_change(path)
        say([state, killed, first, here.check_after(path, state, *prepared)])
        if not killed:
            break
"""


@needs_fork
@pytest.mark.parametrize("half", [False, True], ids=["before", "half way"])
def test_kill_at_any_call_loses_the_mark_under_way_at_most(tmp_path, half, campaign):
    code = CHILD.format(path=str(tmp_path / "a.json"), half=half)
    outcomes = said_by(code, timeout=60)
    with campaign("C9", "review file: SIGKILL at each system call") as count:
        count.case(sum(killed for _, killed, *_ in outcomes))
        assert {first for _, _, first, _ in outcomes} == {"old", "new"}
        assert {then for *_, then in outcomes} == {"new"}
    n_kills = dict.fromkeys(STATES, 0)
    for state, killed, *_ in outcomes:
        n_kills[state] += killed
    assert n_kills["whole"] >= 3, "open, write and close of an append"
    assert min(n_kills["damaged"], n_kills["stale"], n_kills["cut"]) >= 10, n_kills
