"""Hears all that napari tells of the voxels of one layer, and says which have changed.

Strokes come with a `paint` event: at the end of a stroke of the mouse, but just before
a single edit is written, which is then told of when it is drawn, or a moment later
where it is out of sight. Undo and redo draw the layer anew, as a step through the
slices does; in a layer that is not visible they do nothing that could be heard, so that
its history is looked at now and then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psygnal import Signal
from qtpy.QtCore import QTimer

from napari_label_index._widget._layer_edits import LayerEdits, UnknownEdit, union_of
from napari_label_index._widget._layer_samples import LayerSamples
from napari_label_index._widget._stop import stop_timer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari.layers import Labels

    from napari_label_index._typing import Box

LOOK_MS = 250  # at the history of a layer that is not visible
ELSEWHERE = "The labels have changed elsewhere: index again."


class EditWatch:
    """Follows the voxels of one layer until it is closed."""

    edited = Signal(object)  # Box: all that has changed lies inside
    lost = Signal(str)  # something has changed somewhere; how, where napari is silent

    def __init__(self, layer: Labels) -> None:
        self._layer = layer
        self._edits = LayerEdits(layer)
        self._samples = LayerSamples(layer)
        self._box: Box | None = None  # edited, and not told yet
        self._soon = QTimer()
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._tell)
        self._now_and_then = QTimer()
        self._now_and_then.setInterval(LOOK_MS)
        self._now_and_then.timeout.connect(self._follow)
        for emitter, slot in self._connections():
            emitter.connect(slot)
        self._on_visible()

    def close(self) -> None:
        """Hear nothing any more."""
        stop_timer(self._soon)
        stop_timer(self._now_and_then)
        for emitter, slot in self._connections():
            emitter.disconnect(slot)

    def begin(self) -> None:
        """Take the voxels as known, as they are now."""
        self._samples.take()

    def _connections(self) -> tuple[tuple[Any, Any], ...]:
        events = self._layer.events
        return (
            (events.paint, self._on_painted),
            (events.labels_update, self._on_drawn),
            (events.set_data, self._on_set_data),
            (events.visible, self._on_visible),
            (events.data, self._on_data_replaced),
        )

    def _on_painted(self, event: Any) -> None:
        self._look(event.value)
        if self._box is not None and not self._edits.are_written(event.value):
            self._soon.start(0)
        else:
            self._tell()

    def _on_drawn(self, _event: object) -> None:
        self._tell()

    def _on_set_data(self, _event: object) -> None:
        self._follow()
        if not self._edits.is_in_stroke and self._samples.have_changed():
            self._samples.drop()
            self.lost.emit(ELSEWHERE)

    def _on_visible(self, _event: object = None) -> None:
        if self._layer.visible:
            self._now_and_then.stop()
        else:
            self._now_and_then.start()
        self._follow()

    def _on_data_replaced(self, _event: object) -> None:
        self._box = None
        self._samples.drop()
        self._edits = LayerEdits(self._layer)

    def _follow(self) -> None:
        self._look()
        self._tell()

    def _look(self, strokes: Sequence[Any] = ()) -> None:
        """Ask the history what has changed."""
        try:
            box = self._edits.changed_box(strokes)
        except UnknownEdit:
            self._box = None
            self._samples.drop()
            self.lost.emit("")
            return
        self._box = union_of(filter(None, (self._box, box)))

    def _tell(self) -> None:
        """Tell of what was edited, now that it is written."""
        self._soon.stop()
        box, self._box = self._box, None
        if box is not None:
            self._samples.take()
            self.edited.emit(box)
