from __future__ import annotations

import pytest

from napari_label_index.session import Progress


@pytest.mark.parametrize(
    ("done", "total", "seconds", "fraction", "left"),
    [
        pytest.param(0, 0, 5.0, None, None, id="total not known"),
        pytest.param(0, 100, 5.0, 0.0, None, id="nothing done yet"),
        pytest.param(50, 100, 0.1, 0.5, None, id="too early to tell"),
        pytest.param(25, 100, 2.0, 0.25, 6.0, id="a quarter in two seconds"),
        pytest.param(100, 100, 2.0, 1.0, 0.0, id="done"),
    ],
)
def test_progress_tells_part_done_and_time_left(done, total, seconds, fraction, left):
    progress = Progress("Indexing", done, total, seconds)
    assert progress.fraction == fraction
    assert progress.seconds_left == left
