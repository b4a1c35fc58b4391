"""What a caller sees of a build while it runs."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from napari_label_index.errors import Cancelled, UnreadableImageError
from napari_label_index.index import _run_grouping, build_index


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 50, (20, 30, 40))


@pytest.fixture(autouse=True)
def _many_small_slabs(monkeypatch):
    monkeypatch.setattr(_run_grouping, "_PIECE_VOXELS", 400)


def test_progress_rises_to_a_total_that_stays_the_same(image):
    seen = []
    here = threading.get_ident()
    build_index(
        image, on_progress=lambda *step: seen.append((*step, threading.get_ident()))
    )
    done = [step[0] for step in seen]
    assert done == sorted(done)
    assert {step[1] for step in seen} == {seen[0][1]}
    assert {step[2] for step in seen} == {here}
    assert done[-1] == seen[-1][1]


def test_a_build_that_is_cancelled_raises_and_leaves_no_thread(image):
    threads = threading.active_count()
    with pytest.raises(Cancelled):
        build_index(image, cancel=lambda: True)
    assert threading.active_count() == threads
    assert len(build_index(image)) == 49


def test_a_build_stops_between_two_slabs(monkeypatch):
    read = threading.Event()

    class Slow:
        """Gives its first slab only once the caller has asked to stop."""

        shape, dtype = (100, 4, 4), np.dtype(np.uint8)
        slabs_read = 0

        def __getitem__(self, key):
            type(self).slabs_read += 1
            read.set()
            assert stopping.wait(10)
            return np.ones((key[0].stop - key[0].start, 4, 4), np.uint8)

    stopping = threading.Event()

    def cancel():
        if read.is_set():
            stopping.set()
            return True
        return False

    monkeypatch.setattr(_run_grouping, "_COPIED_BLOCK_VOXELS", 16)
    with pytest.raises(Cancelled):
        build_index(Slow(), cancel=cancel)
    assert Slow.slabs_read < 100


def test_an_error_of_the_reader_comes_out_as_it_is():
    class Broken:
        shape, dtype = (4, 4), np.dtype(np.uint8)

        def __getitem__(self, key):
            raise OSError("chunk 3 cannot be read")

    with pytest.raises(OSError, match="chunk 3"):
        build_index(Broken())


def test_a_single_row_that_cannot_be_read_is_told_as_any_other():
    class Broken:
        shape, dtype, chunks = (6,), np.dtype(np.uint8), (4,)

        def __getitem__(self, key):
            if key[0].stop > 4:
                raise OSError("it is cut short")
            return np.ones(key[0].stop - key[0].start, np.uint8)

    with pytest.raises(
        UnreadableImageError, match=r"the chunk \[4:6\] could not be read"
    ):
        build_index(Broken())
