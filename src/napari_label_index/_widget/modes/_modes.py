"""Draws what the display modes ask for, and leaves the user's layer as it was.

Isolate, hide, outlines and colour make the layer invisible and draw what is to be
seen from the runs (`StandIn`); dim lowers its opacity. Both are loans.

Medians in a window (Mesa, two cores) on 490 million voxels, 120,050 labels, in 3D one
texel for 4 x 3 x 3 voxels:

                                          2D                      3D
    isolate 1 / 100 / 120,000    19 /  20 /  44 ms     17 / 159 / 352 ms
    isolated, another label               7 ms                    6 ms
    hide one more label                  29 ms                  376 ms
    colour by another column             58 ms                  393 ms
    a step to the next slice      18 to 26 ms, and 17 ms of the layer itself
    dim                                  11 ms                  108 ms
    all as it was                        23 ms              1.1 to 1.8 s

The last is napari's own: it maps and uploads a volume that is made visible. To recolour
the layer to hide a label takes that long each time, and changes the user's colours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal

from napari_label_index._widget._proxies import unproxied
from napari_label_index._widget.modes._color_by_palette import (
    palette_of_colors,
    palette_of_scale,
)
from napari_label_index._widget.modes._modes_layer import Palette, StandIn
from napari_label_index._widget.modes._modes_loan import Loan
from napari_label_index._widget.modes._modes_picking import label_on_line_of_sight
from napari_label_index._widget.picture._swatch import label_colors
from napari_label_index.session import ColorScale, Scene, can_replace_layer, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari.layers import Labels
    from napari.utils.events import Event
    from napari.viewer import Viewer

    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import DisplayModes, IndexSession

_NO_KEY = (None, None, None)
TOO_LARGE = (
    "There is not enough memory to show all of {!r} in 3D. Isolate labels, or go back "
    "to 2D."
)


class Modes:
    """Shows one layer of a viewer as its display modes say.

    Parameters
    ----------
    viewer
        Where the layer is shown.
    session
        Whose labels and selection are shown.
    display
        The modes.
    layer_of
        Gives the layer that is indexed.
    """

    dimensions_changed = Signal(int)  # how many are displayed now
    unshown = Signal(str)  # the layer cannot be shown again, and why
    told = Signal(str)  # why labels are not drawn, as a sentence

    def __init__(
        self,
        viewer: Viewer,
        session: IndexSession,
        display: DisplayModes,
        layer_of: Callable[[], Labels | None],
    ) -> None:
        self._viewer: Any = unproxied(viewer)
        self._session = session
        self._modes = display
        self._layer_of = layer_of
        self._stand_in = StandIn(viewer)
        self._stand_in.tell = self.told.emit
        self._loans: dict[str, Loan] = {}
        self._scene: Scene | None = None
        self._display = display.display
        self._palette: Palette | None = None
        self._palette_key: tuple[object, ...] = _NO_KEY
        self._drawn_layer: Labels | None = None
        self._is_stopped = False
        self._viewer.layers.events.removed.connect(self._on_layer_removed)
        for emitter in self._dims_events():
            emitter.connect(self._on_dims_changed)

    @property
    def layer(self) -> Labels | None:
        """The layer that stands for the user's, if there is one now."""
        return self._stand_in.layer

    @property
    def shows_values(self) -> bool:
        """Whether the colours in view mean something, so that none may be covered."""
        return self._drawn_layer is not None and bool(self._modes.display.colors)

    def draw(self) -> LabelArray:
        """Bring the picture in line with the modes; returns what to highlight."""
        layer, index = self._layer_of(), self._session.index
        layer = unproxied(layer)
        selected = self._session.selection.labels
        is_ready = not self._is_stopped and can_replace_layer(self._session.state)
        is_ready = is_ready and layer in self._viewer.layers
        if layer is None or index is None or not is_ready:
            self.release()
            return selected
        in_3d = self._viewer.dims.ndisplay == 3
        display = self._modes.display
        if display is not self._display:
            self._retake()
            self._display = display
        scene = resolve(display, index.labels, selected, in_3d=in_3d)
        self._draw(layer, index, scene)
        self._scene, self._drawn_layer = scene, self.layer
        return scene.highlighted

    def is_seen(self, label: int) -> bool:
        """Whether a label is in the picture, as far as the modes go."""
        if self._scene is None or self._scene.drawn is None:
            return True
        drawn = self._scene.drawn
        row = int(np.searchsorted(drawn, label))
        return bool(row < len(drawn) and drawn[row] == label)

    def label_in_3d(self, event: Any) -> int | None:
        """Label that a mouse event in 3D meets, where the user's layer is not seen."""
        layer, index = self.layer, self._session.index
        if layer is None or index is None or not layer.visible:
            return None
        return label_on_line_of_sight(layer, index, event)

    def forget_colors(self) -> None:
        """Ask the layer for its colours again."""
        self._palette = None

    def release(self) -> None:
        """Give the layer back as it was, and stand for nothing."""
        self._scene = self._drawn_layer = self._palette = None
        self._palette_key = _NO_KEY  # a layer that is deleted must not live on here
        self._stand_in.remove()
        for name in list(self._loans):
            self._give_back(name)

    def stop(self) -> None:
        """Hear nothing of the viewer any more; a second call does nothing."""
        if not self._is_stopped:
            self._is_stopped = True
            self._viewer.layers.events.removed.disconnect(self._on_layer_removed)
            for emitter in self._dims_events():
                emitter.disconnect(self._on_dims_changed)

    def close(self) -> None:
        """Take everything of ours out of the viewer; a second call does nothing."""
        self.stop()
        self.release()
        self._stand_in.close()

    def _draw(self, layer: Labels, index: LabelIndex, scene: Scene) -> None:
        for name, loan in list(self._loans.items()):
            if loan.layer is not layer:
                self._give_back(name)
        if scene.drawn is None:
            self._drawn_layer = None
            self._give_back("visible")
            self._stand_in.rest()
            if scene.opacity == 1:
                self._give_back("opacity")
            else:
                loan = self._loan(layer, "opacity")
                loan.write(loan.own * scene.opacity)
            return
        self._give_back("opacity")
        palette = self._palette_of(layer, index, self._modes.display.colors)
        # First our layer, then the other one goes: nothing flickers.
        self._stand_in.paint(
            layer,
            index,
            scene.drawn,
            palette,
            is_outlined=scene.is_outlined,
            opacity=layer.opacity * scene.opacity,
        )
        self._loan(layer, "visible").write(False)

    def _palette_of(
        self, layer: Labels, index: LabelIndex, scale: ColorScale | None
    ) -> Palette:
        key = (layer, index, scale)
        is_same = all(x is y for x, y in zip(key, self._palette_key, strict=True))
        if self._palette is None or not is_same:
            self._palette_key = key
            if scale is None:
                self._palette = palette_of_colors(label_colors(layer, index.ids))
            else:
                self._palette = palette_of_scale(scale)
        return self._palette

    def _loan(self, layer: Labels, name: str) -> Loan:
        if name not in self._loans:
            self._loans[name] = Loan(layer, name)
        return self._loans[name]

    def _retake(self) -> None:
        """Take again what the user took back: a command is newer than that."""
        for name, loan in list(self._loans.items()):
            if loan.is_overruled:
                del self._loans[name]
                loan.give_back()

    def _give_back(self, name: str) -> None:
        loan = self._loans.pop(name, None)
        if loan is None:
            return
        try:
            loan.give_back()
        except MemoryError:
            # In 3D napari reads all of a layer that comes into view.
            self.unshown.emit(TOO_LARGE.format(loan.layer.name))

    def _dims_events(self) -> tuple[Any, ...]:
        return self._viewer.dims.events.ndisplay, self._viewer.dims.events.order

    def _on_dims_changed(self, _event: object) -> None:
        self.draw()
        self.dimensions_changed.emit(self._viewer.dims.ndisplay)

    def _on_layer_removed(self, event: Event) -> None:
        # The user deleted our layer: the one it stands for must be seen again.
        if event.value is self._drawn_layer is not None:
            self._drawn_layer = None
            self._modes.reset()
