"""In a window that was painted; a fault here may end the whole process."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtGui import QOpenGLContext
from qtpy.QtWidgets import QApplication

from napari_label_index._widget.picture._highlight import Highlight

PICTURE = np.eye(30)


@pytest.fixture
def viewer(make_napari_viewer, qtbot):
    viewer = make_napari_viewer(show=True)
    viewer.add_image(PICTURE)
    viewer.add_image(PICTURE)
    qtbot.waitUntil(native_of(viewer).isValid)
    repaint(viewer)
    return viewer


def native_of(viewer):
    return viewer.window._qt_viewer.canvas.native


def repaint(viewer):
    QApplication.processEvents()
    native_of(viewer).repaint()
    QApplication.processEvents()


def remove_lower(viewer):
    del viewer.layers[0]


def clear(viewer):
    viewer.layers.clear()


@pytest.mark.parametrize("remove", [remove_lower, clear])
def test_a_layer_is_cleaned_up_after_in_the_context_of_the_canvas(viewer, remove):
    highlight = Highlight(viewer)
    native_of(viewer).doneCurrent()

    remove(viewer)

    assert QOpenGLContext.currentContext() is native_of(viewer).context()
    repaint(viewer)
    highlight.close()


def test_the_window_outlives_the_lower_one_of_two_layers(viewer):
    highlight = Highlight(viewer)

    remove_lower(viewer)
    repaint(viewer)

    assert len(viewer.layers) == 1
    highlight.close()
