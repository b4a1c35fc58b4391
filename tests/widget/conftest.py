"""A docked widget with an index that waits for the test; no thread may be left."""

from __future__ import annotations

import threading
from functools import partial

import numpy as np
import pytest
import tifffile
from napari.components import ViewerModel
from npe2 import PluginManager

from dock_colors import look, shared_colors
from dock_index import WAIT_MS, index_and_count, index_layer
from napari_label_index.errors import Cancelled
from napari_label_index.index import build_index
from older_napari import events_of_layers
from planted_faults import faulty_volume
from review_window import VOLUME, index


class Gate:
    """A build that waits to be let through, and hears a cancel while it waits."""

    def __init__(self):
        self.n_started = 0
        self.n_cancelled = 0
        self._open = threading.Event()

    def open(self):
        self._open.set()

    def build(self, label_image, *, on_progress, cancel):
        self.n_started += 1
        on_progress(0, 100)
        while not self._open.wait(0.002):
            if cancel():
                self.n_cancelled += 1
                raise Cancelled("cancelled at the gate")
        return build_index(label_image, on_progress=on_progress, cancel=cancel)


@pytest.fixture(autouse=True)
def no_thread_left():
    """Every worker ends by itself, and soon after the test."""
    yield
    for thread in threading.enumerate():
        if thread.name == "label-index":
            thread.join(timeout=5)
            assert not thread.is_alive(), "a worker is still running"


@pytest.fixture(autouse=True)
def user_folder(tmp_path_factory, monkeypatch):
    """Where reviews of volumes without a file are kept: never the user's own folder."""
    folder = tmp_path_factory.mktemp("user")
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_a, **_k: folder)
    return folder


@pytest.fixture
def volume():
    """Four labels in two slices::

    z=0  1 1 . 7      z=1  1 . . .
         . . . 7           . 5 5 .
         3 . . 7           3 . . .
    """
    return np.array(
        [
            [[1, 1, 0, 7], [0, 0, 0, 7], [3, 0, 0, 7]],
            [[1, 0, 0, 0], [0, 5, 5, 0], [3, 0, 0, 0]],
        ],
        np.int32,
    )


@pytest.fixture
def gate():
    return Gate()


def make_widget(viewer, gate, ask_path):
    from napari_label_index._widget import LabelIndexWidget
    from napari_label_index.session import IndexSession

    build = build_index if gate is None else gate.build
    return LabelIndexWidget(
        viewer, make_session=partial(IndexSession, build=build), ask_path=ask_path
    )


@pytest.fixture
def ask_path(tmp_path):
    """Stands for the file dialog: the suggested name, in an empty folder."""
    return lambda parent, name: tmp_path / name


@pytest.fixture
def dock(make_napari_viewer, ask_path):
    """Docks a widget in a real window; builds pass through `gate` if one is given.

    Keys and the picture need a window that is shown.
    """

    def dock_in(gate=None, *, show=False):
        viewer = make_napari_viewer(show=show)
        widget = make_widget(viewer, gate, ask_path)
        viewer.window.add_dock_widget(widget, name="Label index")
        return viewer, widget

    return dock_in


@pytest.fixture
def bare(qtbot, ask_path):
    """As `dock`, but with a viewer that has no window: a tenth of the time."""

    def show(gate=None):
        viewer = ViewerModel()
        widget = make_widget(viewer, gate, ask_path)
        for event in events_of_layers(viewer):
            # As the window does for what is docked in it.
            event.connect(widget.reset_choices)
        # What stops work has to be called before pytest-qt deletes the widget.
        qtbot.addWidget(widget, before_close_func=type(widget).close_session)
        return viewer, widget

    return show


@pytest.fixture
def indexed(bare, volume, qtbot):
    """A viewer with `volume` as layer "cells", and its widget, indexed."""

    viewer, widget = bare()
    viewer.add_labels(volume.copy(), name="cells", scale=(2, 0.5, 0.5))
    index_layer(widget, qtbot)
    return viewer, widget


@pytest.fixture
def cells(tmp_path):
    path = tmp_path / "cells.tif"
    tifffile.imwrite(path, VOLUME)
    return path


@pytest.fixture
def reviewed(dock, cells, qtbot):
    """A function that opens `cells` in a new window, indexed, with its review read."""

    def open_window():
        viewer, widget = dock()
        viewer.open(cells, layer_type="labels", plugin="napari")
        index(widget, qtbot)
        window = viewer.window._qt_window
        window.show()
        window.activateWindow()
        widget.table.view.setFocus()
        qtbot.waitUntil(widget.table.view.hasFocus, timeout=WAIT_MS)
        return viewer, widget

    return open_window


@pytest.fixture
def opened(bare, cells, qtbot):
    """As `reviewed`, but a viewer without a window."""

    def open_viewer():
        viewer, widget = bare()
        PluginManager.instance().discover()  # as a window does
        viewer.open(cells, layer_type="labels", plugin="napari")
        index(widget, qtbot)
        return viewer, widget

    return open_viewer


@pytest.fixture
def in_window(dock, volume, qtbot):
    """As `indexed`, in a real window."""
    viewer, widget = dock()
    viewer.add_labels(volume.copy(), name="cells")
    index_layer(widget, qtbot)
    return viewer, widget


@pytest.fixture
def faulty(bare, qtbot):
    """A viewer with planted faults, indexed, its chips counted."""
    viewer, widget = bare()
    viewer.add_labels(faulty_volume(), name="faulty")
    index_and_count(widget, qtbot)
    return viewer, widget


@pytest.fixture(scope="module")
def rgb():
    return shared_colors()


@pytest.fixture
def looked_at(bare, rgb, qtbot):
    """A viewer with `rgb` as an image in colour, and its dock, colours counted."""
    viewer, widget = bare()
    viewer.add_image(rgb, rgb=True, name="stack")
    look(widget, qtbot)
    return viewer, widget
