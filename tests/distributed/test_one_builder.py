"""One build at a time, in a folder that is ours alone."""

from __future__ import annotations

import os
import re
import threading

import numpy as np
import pytest

from datasets import content_of
from napari_label_index.distributed import build_index_dataset
from napari_label_index.errors import Cancelled, WriteFailedError
from napari_label_index.index import build_index
from napari_label_index.io import _stale, open_index
from six_blocks import IMAGE, built

pytestmark = pytest.mark.usefixtures("small_limits")


# -- who else builds here ------------------------------------------------------


def test_the_second_of_two_builds_at_once_is_refused(tmp_path, source):
    refused = []

    def build_too(done, total):
        if not refused:
            with pytest.raises(WriteFailedError, match="another process is building"):
                built(source, tmp_path / "a")
            refused.append(True)

    assert_whole(built(source, tmp_path / "a", on_progress=build_too))
    assert refused


def test_many_threads_build_one_index_once(tmp_path, source):
    outcomes = []

    def build():
        try:
            outcomes.append(built(source, tmp_path / "a"))
        except WriteFailedError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=build) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(outcomes) == 4
    assert tmp_path / "a" in outcomes
    assert_whole(tmp_path / "a")


@pytest.mark.parametrize("own", [False, True], ids=["other number", "our number"])
def test_the_lock_of_a_process_that_ended_is_taken_over(tmp_path, source, own):
    number = os.getpid() if own else 2**22 + 5
    lock = tmp_path / "a.building" / f"lock-{_stale._host()}-{number}"
    lock.parent.mkdir()
    lock.touch()
    assert_whole(built(source, tmp_path / "a"))


@pytest.mark.parametrize("tag", ["{host}-1", "00000000-77", ""])
def test_the_lock_of_a_process_that_may_live_is_respected(tmp_path, source, tag):
    lock = tmp_path / "a.building" / f"lock-{tag.format(host=_stale._host())}"
    lock.parent.mkdir()
    lock.touch()
    told = f"^{re.escape(str(lock.parent))}: .* remove the file {lock.name} in"
    with pytest.raises(WriteFailedError, match=told):
        built(source, tmp_path / "a")
    lock.unlink()
    assert_whole(built(source, tmp_path / "a"))


def assert_whole(path):
    index = open_index(path)
    np.testing.assert_array_equal(index.to_label_image(), IMAGE)
    assert sorted(os.listdir(path.parent)) == ["a", "v.zarr"]


# -- what is there already -----------------------------------------------------


def test_an_index_that_is_there_stays_until_the_new_one_is_whole(tmp_path, source):
    old = content_of(build_index_dataset(IMAGE[::-1].copy(), tmp_path / "a"))
    with pytest.raises(Cancelled):
        built(source, tmp_path / "a", cancel=lambda: True)
    assert content_of(tmp_path / "a") == old
    assert_whole(built(source, tmp_path / "a"))


@pytest.mark.parametrize("place", ["a", "a/runs", "a.building"])
def test_files_of_others_are_never_replaced(tmp_path, source, place):
    built(source, tmp_path / "a")
    (tmp_path / place).mkdir(exist_ok=True)
    (tmp_path / place / "thesis.txt").write_text("three years")
    with pytest.raises(WriteFailedError):
        built(source, tmp_path / "a")
    assert (tmp_path / place / "thesis.txt").read_text() == "three years"
    assert list(open_index(tmp_path / "a")) == list(build_index(IMAGE))


def test_a_link_is_followed_and_stays(tmp_path, source):
    (tmp_path / "disk").mkdir()
    (tmp_path / "a").symlink_to(tmp_path / "disk/index")
    built(source, tmp_path / "a")
    assert (tmp_path / "a").is_symlink()
    assert os.listdir(tmp_path / "disk") == ["index"]
    np.testing.assert_array_equal(open_index(tmp_path / "a").to_label_image(), IMAGE)
