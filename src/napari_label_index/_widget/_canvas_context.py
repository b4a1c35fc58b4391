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
        # Several removals in one, as by `clear`, are cleaned up after at their end.
        names = [name for name in ("removed", "end_batch") if name in layers.events]
        self._emitters = [layers.events[name] for name in names]
        for emitter in self._emitters:
            emitter.connect(self._on_removal, position="first")

    def close(self) -> None:
        """Listen to nothing; a second call does nothing."""
        for emitter in self._emitters:
            emitter.disconnect(self._on_removal)
        self._emitters = []

    def _on_removal(self, event: Any) -> None:
        canvas = get_current_canvas()  # the one that was drawn last
        if canvas is not None:
            canvas.set_current()
