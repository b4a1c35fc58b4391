"""Compare mode in a dock: two layers, the rows on show, and clicks on them."""

from __future__ import annotations

from dock_index import WAIT_MS, index_layer
from napari_label_index.session import Compared
from planted_differences import two_images


def two_layers(open_dock, qtbot, *args, **kwargs):
    viewer, widget = open_dock(*args, **kwargs)
    first, second = two_images()
    viewer.add_labels(first, name="first")
    viewer.add_labels(second, name="second")
    widget.chooser.choose(viewer.layers["first"])
    index_layer(widget, qtbot)
    widget.compare_button.click()
    return viewer, widget


def compare(widget, qtbot):
    widget.compare.panel.button.click()
    wait_for(widget, Compared, qtbot)


def wait_for(widget, kind, qtbot):
    comparer = widget.compare.comparer
    qtbot.waitUntil(lambda: isinstance(comparer.state, kind), timeout=WAIT_MS)


def shown_rows(widget):
    """Label, status and partners of each row on show."""
    model = widget.compare.panel.view.model()
    return [
        tuple(model.data(model.index(row, column)) for column in range(3))
        for row in range(model.rowCount())
    ]


def click(widget, label, column=0):
    """Click the row that shows this text in a column."""
    place = [row[column] for row in shown_rows(widget)].index(str(label))
    widget.compare.panel.view.selectRow(place)
    widget.compare._timer.stop()
    widget.compare._show_in_picture()
