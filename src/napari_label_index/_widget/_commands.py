"""Commands for napari's palette; each opens the dock where it is not open yet."""

from __future__ import annotations

from napari.viewer import Viewer  # noqa: TC002  napari injects by the annotation

from napari_label_index._widget._dock_widget import LabelIndexWidget
from napari_label_index._widget._label_actions import LabelActions


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


def save_index(viewer: Viewer) -> None:
    """Save the index beside the volume."""
    dock_of(viewer).saved.save()


def open_saved_index(viewer: Viewer) -> None:
    """Open the saved index of the layer that the dock shows."""
    dock_of(viewer).saved.open()


def filter_labels(viewer: Viewer) -> None:
    """Write a filter."""
    dock_of(viewer).inspector.filter.bar.begin()


def focus_labels(viewer: Viewer) -> None:
    """Fit the selected labels in view."""
    dock_of(viewer).focus_selected()


def isolate_labels(viewer: Viewer) -> None:
    """Show the selected labels alone, or everything."""
    dock_of(viewer).modes.isolate()


def hide_labels(viewer: Viewer) -> None:
    """Hide the selected labels, or show them again."""
    dock_of(viewer).modes.modes.hide_selected()


def dim_others(viewer: Viewer) -> None:
    """Dim what is not selected, outline it, or show it as it is."""
    dock_of(viewer).modes.cycle_dim()


def select_neighbours(viewer: Viewer) -> None:
    """Select what touches the selected labels too."""
    LabelActions(dock_of(viewer)).select_neighbours()


def select_same_status(viewer: Viewer) -> None:
    """Select all labels that were judged as the selected ones were."""
    LabelActions(dock_of(viewer)).select_same_status()


def put_into_set(viewer: Viewer) -> None:
    """Put the selected labels into a set."""
    dock_of(viewer).inspector.sets.begin_new()


def copy_ids(viewer: Viewer) -> None:
    """Copy the ids of the selected labels."""
    LabelActions(dock_of(viewer)).copy_ids()


def copy_coordinates(viewer: Viewer) -> None:
    """Copy the voxels of the selected labels, if they are few."""
    LabelActions(dock_of(viewer)).copy_coordinates()


def export_labels(viewer: Viewer) -> None:
    """Open the export."""
    LabelActions(dock_of(viewer)).export()


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


def delete_labels(viewer: Viewer) -> None:
    """Delete the selected labels."""
    dock_of(viewer).editor.delete()


def merge_labels(viewer: Viewer) -> None:
    """Merge the selected labels into one."""
    dock_of(viewer).editor.merge()


def split_labels(viewer: Viewer) -> None:
    """Split the selected labels into their connected parts."""
    dock_of(viewer).editor.split()


def keep_largest_parts(viewer: Viewer) -> None:
    """Keep of each selected label the largest part alone."""
    dock_of(viewer).editor.keep_largest()


def relabel(viewer: Viewer) -> None:
    """Show the labels with ids 1 to N in a new layer."""
    dock_of(viewer).editor.relabel()
