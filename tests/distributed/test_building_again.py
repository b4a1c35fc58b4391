"""What an unfinished build leaves is taken over if it is whole, and nothing else is."""

from __future__ import annotations

import errno
import os
import threading

import numpy as np
import pytest
import zarr

from campaigns import rounds
from datasets import content_of
from napari_label_index.distributed import (
    _build_dataset,
    _rounds,
    _runners,
    build_index_dataset,
)
from napari_label_index.errors import Cancelled, StaleIndexError, WriteFailedError
from napari_label_index.io import open_index
from six_blocks import IMAGE, N_BLOCKS, built

pytestmark = pytest.mark.usefixtures("small_limits")


@pytest.fixture
def n_done(monkeypatch):
    """How many blocks were indexed, how many were joined, how many parts written."""
    done = dict.fromkeys(("index_block", "join_block", "write_partition"), 0)

    def counting(name, task):
        def counted(*call):
            done[name] += 1
            return task(*call)

        return counted

    for name in done:
        task = getattr(_rounds, name)
        monkeypatch.setattr(_rounds, name, counting(name, task))
    return done


def build_all_but_the_end(source, path, monkeypatch):
    """Build until everything but the manifest is there."""
    with monkeypatch.context() as patch:
        patch.setattr(_build_dataset, "finish", _full_disk)
        with pytest.raises(WriteFailedError):
            built(source, path)
    (work,) = path.with_name(path.name + ".building").glob("build-*")
    return work


def _full_disk(folder, target):
    raise WriteFailedError(errno.ENOSPC, "no space")


def test_nothing_that_is_whole_is_done_twice(tmp_path, monkeypatch, source, n_done):
    build_all_but_the_end(source, tmp_path / "a", monkeypatch)
    first = dict(n_done)
    assert first["index_block"] == first["join_block"] == N_BLOCKS
    built(source, tmp_path / "a")
    assert n_done == first
    assert sorted(os.listdir(tmp_path)) == ["a", "v.zarr"]


def spoilt(content, rng):
    """Flip a bit, cut, or empty."""
    kind = rng.choice(["flip", "flip", "cut", "empty"])
    if kind == "cut":
        return content[: rng.integers(len(content))]
    if kind == "empty":
        return b""
    place = int(rng.integers(8 * len(content)))
    changed = bytearray(content)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


def test_whatever_was_damaged_since_is_made_again(
    tmp_path, monkeypatch, source, n_done, campaign
):
    rng = np.random.default_rng(8)
    expected = content_of(built(source, tmp_path / "expected"))
    with campaign("C9", "datasets: files of an unfinished build damaged", 8) as count:
        for number in range(rounds(2, 40)):
            for kind in ("blocks", "pairs", "parts", "index", "plan.json"):
                count.case()
                path = tmp_path / f"{kind}-{number}"
                work = build_all_but_the_end(source, path, monkeypatch)
                files = [f for f in sorted(work.rglob("*")) if f.is_file()]
                files = [f for f in files if f.relative_to(work).parts[0] == kind]
                file = files[int(rng.integers(len(files)))]
                file.write_bytes(spoilt(file.read_bytes(), rng))
                assert content_of(built(source, path)) == expected, file


@pytest.mark.parametrize("kind", ["blocks", "index"])
def test_only_what_was_damaged_is_made_again(
    tmp_path, monkeypatch, source, n_done, kind
):
    work = build_all_but_the_end(source, tmp_path / "a", monkeypatch)
    file = min(f for f in (work / kind).rglob("*") if f.is_file())
    file.write_bytes(file.read_bytes()[:-70])
    before = dict(n_done)
    built(source, tmp_path / "a")
    done = {name: n_done[name] - before[name] for name in n_done}
    assert done["index_block"] == (kind == "blocks")
    assert done["write_partition"] == (kind == "index")


@pytest.mark.parametrize(
    ("old", "new"), [(b"<u4", b"<i4"), (b'chunks": 0', b'chunks": 7')], ids=str
)
def test_what_a_file_says_of_its_arrays_is_under_its_checksum(
    tmp_path, monkeypatch, source, old, new
):
    expected = content_of(built(source, tmp_path / "expected"))
    work = build_all_but_the_end(source, tmp_path / "a", monkeypatch)
    file = max((work / "blocks").iterdir())
    content = file.read_bytes()
    assert old in content
    file.write_bytes(content.replace(old, new, 1))
    assert content_of(built(source, tmp_path / "a")) == expected


def test_a_source_that_changed_begins_anew(tmp_path, monkeypatch, source, campaign):
    with campaign("C9", "datasets: the source changes between two tries") as count:
        for step in (1, 4, 9):
            count.case()
            done = []
            with pytest.raises(Cancelled):
                built(
                    source, tmp_path / "a",
                    on_progress=lambda *_, d=done: d.append(1),
                    cancel=lambda d=done, s=step: len(d) >= s,
                )  # fmt: skip
            changed = (IMAGE + step) % 50
            in_place(source, changed)
            index = open_index(built(source, tmp_path / "a"))
            np.testing.assert_array_equal(index.to_label_image(), changed)


def test_a_cancel_is_heard_after_the_last_task_too(tmp_path, source):
    told, again = [], []
    built(source, tmp_path / "a", on_progress=lambda *step: told.append(step))
    with pytest.raises(Cancelled):
        built(
            source, tmp_path / "b",
            on_progress=lambda *step: again.append(step),
            cancel=lambda: len(again) >= len(told),
        )  # fmt: skip
    assert not (tmp_path / "b").exists()
    built(source, tmp_path / "b")
    assert content_of(tmp_path / "b") == content_of(tmp_path / "a")


def in_place(source, image):
    zarr.open_array(source, mode="r+")[...] = image
    for file in source.rglob("*"):  # a clock may be coarse
        os.utime(file, ns=(0, file.stat().st_mtime_ns + 10**9))


def test_a_source_that_changes_meanwhile_is_told(tmp_path, source):
    told = []

    def change(done, total):
        if not told:
            in_place(source, IMAGE[::-1].copy())
        told.append(done)

    with pytest.raises(StaleIndexError, match=r"v\.zarr.*changed while"):
        built(source, tmp_path / "a", on_progress=change)
    assert not (tmp_path / "a").exists()
    index = open_index(built(source, tmp_path / "a"))
    np.testing.assert_array_equal(index.to_label_image(), IMAGE[::-1])


def test_an_array_without_a_source_never_goes_on(tmp_path, n_done):
    for shift in (1, 2):
        with pytest.raises(Cancelled):
            built(IMAGE + shift, tmp_path / "a", cancel=lambda: n_done["join_block"])
    n_before = n_done["index_block"]
    index = open_index(built(IMAGE, tmp_path / "a"))
    assert n_done["index_block"] - n_before >= N_BLOCKS
    np.testing.assert_array_equal(index.to_label_image(), IMAGE)


def test_nothing_goes_on_behind_the_back_of_who_was_told_of_an_error(tmp_path, source):
    def fail(done, total):
        raise KeyError("in the caller's own code")

    before = {thread.name for thread in threading.enumerate()}
    with pytest.raises(KeyError) as caught:
        built(source, tmp_path / "a", on_progress=fail)
    assert {thread.name for thread in threading.enumerate()} <= before
    assert caught.traceback, "which keeps what was running alive"


@pytest.mark.skipif(not os.path.exists("/proc/self/maps"), reason="Linux only")
def test_files_do_not_stay_mapped(tmp_path, monkeypatch):
    monkeypatch.setattr(_runners, "n_usable_cores", lambda: 1)
    n_mapped = []

    def count(done, total):
        with open("/proc/self/maps") as maps:
            n_mapped.append(sum("/a.building/" in line for line in maps))

    image = np.arange(1, 4001, dtype=np.uint32).reshape(50, 4, 20) // 3
    build_index_dataset(image, tmp_path / "a", block_voxels=80, on_progress=count)
    assert len(n_mapped) > 60
    assert max(n_mapped) < 10, "of 100 files: there can be more of them than maps"


def test_what_a_killed_worker_left_in_the_index_is_not_moved_along(
    tmp_path, monkeypatch, source
):
    work = build_all_but_the_end(source, tmp_path / "a", monkeypatch)
    left = work / "index/runs" / ".label-index-00000000-77-abcdef.partial"
    left.write_bytes(b"half of a file")
    built(source, tmp_path / "a")
    assert not any(name.endswith(".partial") for name in content_of(tmp_path / "a"))
