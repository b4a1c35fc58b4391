"""What the head of the dock shows of the layer and of its index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index._widget import _sentences as sentences
from napari_label_index._widget._dock_buttons import COMPARE_TOOLTIP
from napari_label_index._widget._dock_rows import NO_COMPARISON
from napari_label_index._widget._layer_facts import voxels_of
from napari_label_index.session import Indexing

if TYPE_CHECKING:
    from napari_label_index._widget._dock_widget import LabelIndexWidget


def show_state(dock: LabelIndexWidget) -> None:
    """Bring progress, banner, buttons and summary in line with the session."""
    state = dock.session.state
    if isinstance(state, Indexing):
        dock.progress.begin()
    else:
        dock.progress.end()
    error, warning = sentences.error_of(state), sentences.warning_of(state)
    dock.banner.say(error or warning, "error" if error else "warning")
    # What is being written can be watched, and stopped, to its end.
    has_labels = bool(dock.session.index) or dock.exporter.is_busy
    dock.export_button.setEnabled(has_labels)
    dock.export_button.setChecked(has_labels and dock.export_button.isChecked())
    show_comparable(dock)
    show_summary(dock)


def show_comparable(dock: LabelIndexWidget) -> None:
    """Offer the comparison where rows are labels, and say why where they are not."""
    index, button = dock.session.index, dock.compare_button
    is_by_time = index is not None and index.is_by_time
    button.setEnabled(index is not None and not is_by_time)
    button.setChecked(button.isChecked() and not is_by_time)
    button.setToolTip(NO_COMPARISON if is_by_time else COMPARE_TOOLTIP)


def show_summary(dock: LabelIndexWidget) -> None:
    """Say what the layer and its index hold, and what to do where there is none."""
    layer, text = dock.link.layer, ""
    if layer is not None:
        voxels = voxels_of(layer)
        text = sentences.layer_summary(voxels.shape, voxels.dtype)
    found = sentences.index_summary(dock.session.state)
    dock.summary.setText("\n".join(filter(None, (text, found))))
    # The progress takes the room of the summary, so that nothing jumps.
    is_busy = isinstance(dock.session.state, Indexing)
    dock.summary.setVisible(bool(text) and not is_busy)
    offers_image = not dock.chooser.use_button.isHidden()
    is_indexed = dock.session.index is not None
    hint = sentences.hint_for(
        layer is not None, offers_image, is_indexed, dock.chooser.unusable
    )
    dock.table.hint.setText(hint)
    dock.index_button.setEnabled(layer is not None)
