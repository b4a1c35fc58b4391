"""How many threads work is shared out to, and when no more of it is begun."""

from __future__ import annotations

import threading

import pytest

from napari_label_index.errors import Cancelled
from napari_label_index.index._parallel import Crew, n_usable_cores, one_thread


def test_a_task_among_others_starts_no_threads():
    before = n_usable_cores()
    with one_thread():
        assert n_usable_cores() == 1
        with one_thread():
            pass
        found = Crew(n_usable_cores(), 3).map(lambda _: threading.get_ident(), range(3))
        assert set(found) == {threading.get_ident()}
        # What other threads do is their own business.
        others = []
        thread = threading.Thread(target=lambda: others.append(n_usable_cores()))
        thread.start()
        thread.join()
        assert others == [before]
    assert n_usable_cores() == before


def test_nothing_is_begun_after_a_cancel():
    begun = []

    def work(item):
        begun.append(item)
        while True:
            crew.advance(0)  # until it raises

    crew = Crew(2, 100, cancel=lambda: len(begun) == 2)
    with pytest.raises(Cancelled):
        crew.map(work, range(100))
    assert sorted(begun) == [0, 1]


def test_nothing_is_begun_after_an_error_and_the_first_one_is_raised():
    begun, told_since = [], []
    both_run, is_told = threading.Barrier(2), threading.Event()

    def work(item):
        begun.append(item)
        if item < 2:
            both_run.wait(10)
        if item == 1:
            raise ValueError("the second")
        assert is_told.wait(10)
        raise ValueError("the first" if item == 0 else "a later one")

    def on_progress(_done, _total):
        told_since.extend([1] * (both_run.n_waiting == 0 and len(begun) > 1))
        if len(told_since) > 4:
            is_told.set()

    with pytest.raises(ValueError, match="the first"):
        Crew(2, 100, on_progress).map(work, range(100))
    assert sorted(begun) == [0, 1]
