"""Layers that come and go leave nothing behind: no memory, thread, file or callback."""

from __future__ import annotations

import gc
import threading
import weakref

import psutil

from campaigns import rounds
from canvas_mouse import settle
from dangling import nothing_dangles  # noqa: F401 - a fixture
from dock_index import WAIT_MS, index_layer
from export_window import choose, written
from napari_label_index._samples import ellipsoids
from napari_label_index._widget import _worker
from older_napari import camera_of

MOST_BYTES = 10 << 20
WARM_UP = 3  # cycles, in which caches fill
VOLUME = ellipsoids((6, 40, 48), (1, 3, 4))


def cycle(viewer, widget, qtbot):
    """Add a layer, index it, highlight, export, delete; return who must die."""
    data = VOLUME.copy()
    layer = viewer.add_labels(data, name="cells")
    index_layer(widget, qtbot)
    widget.session.selection.select([1, 2, 3])
    widget.picture.show_highlight()
    widget.modes.modes.toggle_isolated()
    widget.export_button.setChecked(True)
    choose(widget.export_panel, "Coordinates", "NPZ (NumPy)")
    written(widget.export_panel, qtbot)
    viewer.layers.remove(layer)
    qtbot.waitUntil(lambda: not _worker._UNANSWERED, timeout=WAIT_MS)
    settle()
    return weakref.ref(layer), weakref.ref(data)


def callbacks(viewer, widget):
    """How many listen to what outlives a layer."""
    groups = (viewer.events, viewer.layers.events, viewer.dims.events)
    groups += (viewer.layers.selection.events, camera_of(viewer).events)
    emitters = [each for group in groups for each in group.emitters.values()]
    session = widget.session
    ours = (session.state_changed, session.index_changed, session.progressed)
    return sum(len(each.callbacks) for each in emitters) + sum(map(len, ours))


def counts(viewer, widget):
    return {
        "threads": threading.active_count(),
        "callbacks": callbacks(viewer, widget),
        "layers": len(viewer.layers),
    }


def test_layers_that_come_and_go_leave_nothing_behind(bare, qtbot, campaign):
    viewer, widget = bare()
    with campaign("C16", "add, index, highlight, export, delete: all is gone") as count:
        for number in range(WARM_UP + rounds(7, 1000)):
            if number == WARM_UP:
                gc.collect()
                before = counts(viewer, widget)
                n_files = psutil.Process().num_fds()
                memory = psutil.Process().memory_info().rss
            count.case()
            mortal = cycle(viewer, widget, qtbot)
        viewer.layers.selection.clear()  # where napari keeps the last one, by itself
        gc.collect()
        assert [each() for each in mortal] == [None, None]
        assert counts(viewer, widget) == before
        # Fewer are no leak: what other tests had open is closed whenever it is.
        assert psutil.Process().num_fds() <= n_files
        assert psutil.Process().memory_info().rss - memory < MOST_BYTES
