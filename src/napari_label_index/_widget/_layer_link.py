"""One Labels layer and one session: edits go in, what to index comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psygnal import Signal

from napari_label_index._widget._edit_watch import EditWatch
from napari_label_index._widget._layer_facts import unit_of, voxels_of
from napari_label_index._widget._time_axis import TIME, axes_of
from napari_label_index.index import LabelImage
from napari_label_index.session import Indexing

if TYPE_CHECKING:
    from napari.layers import Labels

    from napari_label_index._typing import Box
    from napari_label_index.session import IndexSession, SessionState

NEW_TIME = "The time axis changed. Index again."


class LayerLink:
    """Tells the session when the voxels of its layer change.

    Parameters
    ----------
    session
        Whose index belongs to the layer.
    """

    colors_changed = Signal()

    def __init__(self, session: IndexSession) -> None:
        self._session = session
        self._layer: Labels | None = None
        self._watch: EditWatch | None = None
        session.state_changed.connect(self._on_state_changed)

    @property
    def layer(self) -> Labels | None:
        """The layer that is linked."""
        return self._layer

    def attach(self, layer: Labels | None) -> None:
        """Link `layer`, and let go of the one before with its index."""
        if layer is self._layer:
            return
        self._disconnect()
        self._layer = layer
        self._session.clear()
        if layer is not None:
            self._watch = EditWatch(layer)
            self._watch.edited.connect(self._on_edited)
            self._watch.lost.connect(self._session.mark_changed)
            layer.events.data.connect(self._on_data_replaced)
            layer.events.colormap.connect(self._on_colormap_changed)
            layer.events.axis_labels.connect(self._on_axes_renamed)

    def close(self) -> None:
        """Let go of the layer; the session is left alone."""
        self._session.state_changed.disconnect(self._on_state_changed, missing_ok=True)
        self._disconnect()
        self._layer = None

    def label_image(self) -> LabelImage:
        """The voxels of the layer, as they are now, with their spacing."""
        layer = self._layer
        assert layer is not None, "there is no layer to index"
        return LabelImage(
            voxels_of(layer),
            axes=axes_of(layer),
            spacing=tuple(map(float, layer.scale)),
            origin=tuple(map(float, layer.translate)),
            unit=unit_of(layer),
            source=layer.name,
        )

    def _disconnect(self) -> None:
        if self._layer is None:
            return
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        events = self._layer.events
        events.data.disconnect(self._on_data_replaced)
        events.colormap.disconnect(self._on_colormap_changed)
        events.axis_labels.disconnect(self._on_axes_renamed)

    def _on_state_changed(self, state: SessionState) -> None:
        if isinstance(state, Indexing) and self._watch is not None:
            self._watch.begin()

    def _on_edited(self, box: Box) -> None:
        self._session.apply_edit(self.label_image(), box)

    def _on_data_replaced(self, _event: object = None) -> None:
        index = self._session.index
        shape = None if self._layer is None else voxels_of(self._layer).shape
        if index is not None and shape != index.shape:
            # Nothing in the table has a place in the new picture.
            self._session.clear("The layer has a new shape. Index again.")
            return
        self._session.mark_changed()

    def _on_axes_renamed(self, _event: object = None) -> None:
        """Another time axis makes other parts and other neighbours."""
        index = self._session.index
        if index is None or self._layer is None:
            return
        axes = axes_of(self._layer)
        if index.time_axis != (axes.index(TIME) if TIME in axes else None):
            self._session.mark_changed(NEW_TIME)
            self._session.request_index(self.label_image())

    def _on_colormap_changed(self, _event: object = None) -> None:
        self.colors_changed.emit()
