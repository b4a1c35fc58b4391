"""The selected labels, drawn over the picture in a layer of our own.

The user's layer is never recoloured or refreshed: in 3D that maps and uploads the
whole volume again, which takes seconds. Our layer covers the box of the selection,
and its data is a `RunPicture`, drawn from the runs as far as it is in view.

Medians of `Highlight.show` in a window (Mesa, two busy cores), 490 million voxels,
selections of 1 / 100 / 120,000 of 120,050 scattered labels:

    2D, the slice in view drawn on demand          7 /  7 /  27 ms
    3D, the box, each 4 x 3 x 3 voxels a texel     8 / 17 / 105 ms
    3D, the box voxel by voxel (490 MB)        several seconds for scattered labels

Points, one a voxel, were not tried: napari takes about 1 s for a million of them, and
these selections have up to 131 million voxels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from napari.layers import Labels

from napari_label_index._widget._layer_facts import TRANSFORM
from napari_label_index._widget._proxies import unproxied
from napari_label_index._widget.picture._canvas_context import RemovalGuard
from napari_label_index._widget.picture._code_colormap import two_tone
from napari_label_index._widget.picture._placement import (
    displayed_axes,
    place,
    transform_of_part,
)
from napari_label_index._widget.picture._run_picture import RunPicture
from napari_label_index._widget.picture._telling import say_nothing
from napari_label_index.index._lookup import is_ascending

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.utils.events import Event

    from napari_label_index._typing import IntVector
    from napari_label_index._widget.picture._placement import Placement
    from napari_label_index._widget.picture._telling import Tell
    from napari_label_index.index import LabelIndex

_MANY_LABELS = 1_000_000  # lie everywhere: to find out where would take a second
_MARK = "label-index-highlight"
# What lies below may be dark or light under any theme. This is 3 : 1 apart from white
# and 6 : 1 from black; in a slice the black rim tells it from labels of its colour.
_MAGENTA = (1.0, 0.0, 0.9)


def is_highlight(layer: Any) -> bool:
    """Whether a `Highlight` made `layer`, which is then no layer to index."""
    return _MARK in layer.metadata


class Highlight:
    """One layer over all others that shows the selected labels of another layer.

    It appears with the first selection and stays until `close`, empty where nothing
    is selected. It has an eye of its own: a hidden source below a visible highlight
    shows the selected objects alone. The source layer, the selected layers and their
    modes are left as they are. If the user deletes it, the next selection brings it
    back; with its source it goes.

    Parameters
    ----------
    viewer : napari.Viewer
    """

    def __init__(self, viewer: ViewerModel) -> None:
        # A plugin is given its viewer behind a proxy, which hands out proxies.
        self._viewer = unproxied(viewer)
        self._layer: Labels | None = None
        self._source: Labels | None = None
        self._index: LabelIndex | None = None
        self._labels: npt.NDArray[Any] = np.zeros(0, np.int64)
        self._is_hollow = False
        self.tell: Tell = say_nothing  # why something is not drawn, as a sentence
        self._is_closed = False
        self._guard = RemovalGuard(self._viewer.layers)
        self._viewer.layers.events.removed.connect(self._on_layer_removed)
        for emitter in self._display_events():
            emitter.connect(self._on_display_changed)

    @property
    def layer(self) -> Labels | None:
        """The highlight layer, if there is one now."""
        return self._layer

    def show(
        self,
        layer: Labels,
        index: LabelIndex,
        labels: npt.ArrayLike,
        *,
        is_hollow: bool = False,
    ) -> None:
        """Highlight `labels`, and nothing else.

        Parameters
        ----------
        layer : napari.layers.Labels
            The layer that was indexed.
        index : LabelIndex
            Its index.
        labels : (n,) array of int
            All of them are in the index.
        is_hollow : bool
            In a slice, draw outlines alone, for what is below to be seen.
        """
        layer = unproxied(layer)
        selected = np.atleast_1d(np.asarray(labels))
        if self._is_closed or layer not in self._viewer.layers or not selected.size:
            self.clear()
            return
        self._follow(layer)
        self._index, self._labels, self._is_hollow = index, selected, is_hollow
        self._draw()

    def clear(self) -> None:
        """Highlight nothing; the layer stays, empty."""
        if self._labels.size:
            self._labels = self._labels[:0]
            self._draw()

    def close(self) -> None:
        """Remove the layer and listen to nothing; a second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        self._viewer.layers.events.removed.disconnect(self._on_layer_removed)
        for emitter in self._display_events():
            emitter.disconnect(self._on_display_changed)
        self._let_go()
        self._guard.close()

    def _display_events(self) -> tuple[Any, ...]:
        return self._viewer.dims.events.ndisplay, self._viewer.dims.events.order

    def _follow(self, source: Labels) -> None:
        """Listen to `source` and no other layer."""
        if source is self._source:
            return
        if self._source is not None:
            self._let_go()
        self._source = source
        for name in TRANSFORM:
            getattr(source.events, name).connect(self._on_source_moved)
        source.events.name.connect(self._on_source_renamed)

    def _let_go(self) -> None:
        """Forget the source, and remove the layer that goes with it."""
        if self._source is not None:
            for name in TRANSFORM:
                getattr(self._source.events, name).disconnect(self._on_source_moved)
            self._source.events.name.disconnect(self._on_source_renamed)
        layer, self._layer = self._layer, None
        self._source = self._index = None
        self._labels = self._labels[:0]
        if layer is not None and layer in self._viewer.layers:
            self._viewer.layers.remove(layer)

    def _draw(self) -> None:
        """Bring the layer in line with the selection, its source and the view."""
        if self._source is None or self._index is None:
            return
        picture = self._picture(self._source, self._index)
        picture.tell = self.tell
        if self._layer is None:
            self._layer = self._add_layer(self._source, picture)
            return
        is_visible = self._layer.visible
        self._replace_unseen(self._layer, picture)
        self._restyle(self._layer)
        self._layer.visible = is_visible

    def _picture(self, source: Labels, index: LabelIndex) -> RunPicture:
        return RunPicture(index, *self._cover(source, index), self._is_hollow)

    @property
    def _room(self) -> int:
        """Voxels around the labels: a slice has a rim, a volume has none."""
        return 1 if self._viewer.dims.ndisplay == 2 else 0

    def _cover(self, source: Labels, index: LabelIndex) -> tuple[IntVector, Placement]:
        """Rows of the labels, and where they are drawn."""
        # Sorted, for neighbours in the run table are drawn faster.
        rows = index.rows_of(self._labels)
        if not is_ascending(rows):
            rows = np.sort(rows)
        displayed = displayed_axes(self._viewer, source)
        box = (slice(0, 1),) * index.ndim
        if rows.size > _MANY_LABELS:
            box = tuple(slice(0, size) for size in index.shape)
        elif rows.size:
            starts, stops = np.split(index.boxes_of(rows), 2, axis=1)
            room = self._room
            low = np.maximum(starts.min(0) - room, 0)
            high = np.minimum(stops.max(0) + room, index.shape)
            box = tuple(map(slice, low.tolist(), high.tolist()))
        return rows, place(box, index.shape, displayed)

    def _replace_unseen(self, layer: Labels, picture: RunPicture) -> None:
        """Hide `layer` and give it new data and a new place, all without an event.

        In the open, napari slices and redraws after each of these steps, and the
        viewer works out its dimensions anew: 11 ms, and 7 ms like this. The viewer
        misses nothing, because a highlight never reaches beyond its source.
        """
        with layer.events.blocker_all():
            layer.visible = False
            layer.data = picture
            layer.editable = False  # new data makes a layer editable
            self._move(layer, picture)

    def _restyle(self, layer: Labels) -> None:
        """Change how the layer looks, while it is not seen."""

    def _move(self, layer: Labels, picture: RunPicture) -> None:
        for name, value in transform_of_part(self._source, picture.placement).items():
            setattr(layer, name, value)

    def _add_layer(self, source: Labels, picture: RunPicture) -> Labels:
        """Put a new layer on top, and leave the selected layers as they were."""
        layer = Labels(
            picture,
            name=self._name_of(source),
            multiscale=False,
            metadata={_MARK: True},
            **self._look_of(source),
            **transform_of_part(source, picture.placement),
        )
        layer.editable = False
        selection = self._viewer.layers.selection
        active, selected = selection.active, set(selection)
        with selection.events.blocker_all():
            self._viewer.layers.insert(self._place_for(source), layer)
            selection.active = active
            selection.update(selected)
        return layer

    def _look_of(self, source: Labels) -> dict[str, Any]:
        return {
            "colormap": two_tone(_MAGENTA, fill=0.6, rim=1.0),
            "blending": "translucent_no_depth",
            "opacity": 1.0,
        }

    def _place_for(self, source: Labels) -> int:
        return len(self._viewer.layers)

    def _name_of(self, source: Labels) -> str:
        return f"{source.name} [selected]"

    def _on_display_changed(self, event: Event) -> None:
        if self._layer is not None:
            self._draw()

    def _on_source_moved(self, event: Event) -> None:
        # In the open: the viewer has just measured our old place with the new source.
        if self._layer is not None:
            self._move(self._layer, self._layer.data)

    def _on_source_renamed(self, event: Event) -> None:
        if self._layer is not None:
            self._layer.name = self._name_of(event.source)

    def _on_layer_removed(self, event: Event) -> None:
        if event.value is self._layer:
            self._layer = None
        elif event.value is self._source:
            self._let_go()
