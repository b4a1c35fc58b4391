"""How many threads work is shared out to."""

from __future__ import annotations

import threading

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
