"""Commands for napari's palette; each opens the dock where it is not open yet."""

from __future__ import annotations

from napari.viewer import Viewer  # noqa: TC002  napari injects by the annotation

from napari_label_index._widget._dock_widget import LabelIndexWidget


def dock_of(viewer: Viewer) -> LabelIndexWidget:
    """Return the dock of a viewer, opened if need be."""
    for widget in viewer.window.dock_widgets.values():
        if isinstance(widget, LabelIndexWidget):
            return widget
    _, widget = viewer.window.add_plugin_dock_widget("napari-label-index")
    assert isinstance(widget, LabelIndexWidget)
    return widget


def index_layer(viewer: Viewer) -> None:
    """Index the layer that the dock shows."""
    dock_of(viewer).request_index()


def filter_labels(viewer: Viewer) -> None:
    """Write a filter."""
    dock_of(viewer).inspector.filter.bar.begin()


def focus_labels(viewer: Viewer) -> None:
    """Fit the selected labels in view."""
    dock_of(viewer).focus_selected()


def isolate_labels(viewer: Viewer) -> None:
    """Show the selected labels alone, or everything."""
    dock_of(viewer).modes.isolate()


def accept_labels(viewer: Viewer) -> None:
    """Accept the selected labels."""
    dock_of(viewer).review.mark("accepted")


def reject_labels(viewer: Viewer) -> None:
    """Reject the selected labels."""
    dock_of(viewer).review.mark("rejected")


def mark_unsure(viewer: Viewer) -> None:
    """Mark the selected labels as unsure."""
    dock_of(viewer).review.mark("unsure")


def clear_marks(viewer: Viewer) -> None:
    """Take the marks of the selected labels back."""
    dock_of(viewer).review.mark("unreviewed")


def write_note(viewer: Viewer) -> None:
    """Write a note on the selected label."""
    dock_of(viewer).review.bar.begin_note()


def undo_mark(viewer: Viewer) -> None:
    """Undo the last mark."""
    dock_of(viewer).review.undo()


def show_keys(viewer: Viewer) -> None:
    """Show the keys of the dock."""
    dock_of(viewer).inspector.show_keys()
