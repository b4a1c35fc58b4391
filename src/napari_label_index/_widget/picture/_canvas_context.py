"""The OpenGL context in which napari throws away what it drew a layer with.

When a layer goes, napari has vispy delete its shader programs at once, in whichever
context is current; after a repaint that is the one in which Qt puts windows together.
Mesa without a graphics card (virtual desktops, continuous integration) then ends the
process with SIGSEGV if the next frame starts with the visual that the last one ended
with: seen with napari 0.9.2 and Mesa 22.3, without any plugin, when the lower one of
two layers is removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vispy.gloo.context import get_current_canvas

if TYPE_CHECKING:
    from napari.components import LayerList


class RemovalGuard:
    """Has the canvas current whenever layers of a viewer are removed.

    Parameters
    ----------
    layers : napari.components.LayerList
    """

    def __init__(self, layers: LayerList) -> None:
        # napari's own callbacks always come first: `removing` is before the clean-up of
        # one layer, `removed` before that of several, as by `clear`.
        self._emitters = (layers.events.removing, layers.events.removed)
        for emitter in self._emitters:
            emitter.connect(self._on_removal)

    def close(self) -> None:
        """Listen to nothing."""
        for emitter in self._emitters:
            emitter.disconnect(self._on_removal)

    def _on_removal(self, event: Any) -> None:
        canvas = get_current_canvas()  # the one that was drawn last
        if canvas is not None:
            canvas.set_current()
