"""How many threads work is shared out to."""

from __future__ import annotations

import threading

import pytest

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


def test_after_an_error_nothing_else_begins():
    begun, reports = [], []
    has_failed, may_end = threading.Event(), threading.Event()

    def work(item):
        begun.append(item)
        if item == 1:
            has_failed.set()
            raise ValueError(f"of {item}")
        may_end.wait()

    def on_progress(*_):
        reports.append(has_failed.is_set())
        if sum(reports) == 2:  # between two of these the error was seen
            may_end.set()

    with pytest.raises(ValueError, match="of 1"):
        Crew(2, 100, on_progress).map(work, range(100))
    assert sorted(begun) == [0, 1, 2]
