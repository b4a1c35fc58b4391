"""Keys that work in the canvas while the indexed layer is the active one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app_model.types import KeyBinding

from napari_label_index._widget._proxies import unproxied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from napari.layers import Labels

    from napari_label_index._widget._keys import Command


class LayerKeys:
    """Binds commands to keys of one layer, which napari asks only while it is active.

    Keys that somebody else has bound to the layer are left alone. What napari has keys
    for while one draws, such as Escape to give up a polygon, goes on then.

    Parameters
    ----------
    commands : iterable of (key, meaning, slot)
        Keys as napari writes them, such as "I" or "Shift+H".
    """

    def __init__(self, commands: Iterable[Command]) -> None:
        self._slots = {key: slot for key, _, slot in commands}
        self._layer: Labels | None = None
        self._bound: dict[Any, Callable[[object], None]] = {}

    def attach(self, layer: Labels | None) -> None:
        """Give the keys to `layer`, and take them from the one before."""
        layer = unproxied(layer)
        if layer is self._layer:
            return
        self.close()
        self._layer = layer
        if layer is None:
            return
        for key, slot in self._slots.items():
            others = set(layer.keymap)
            try:
                layer.bind_key(key, _for_layer(key, slot))
            except ValueError:
                continue  # the key is taken
            self._bound |= {k: f for k, f in layer.keymap.items() if k not in others}

    def close(self) -> None:
        """Take the keys from the layer; a second call does nothing."""
        if self._layer is not None:
            for key, function in self._bound.items():
                if self._layer.keymap.get(key) is function:
                    del self._layer.keymap[key]
        self._layer = None
        self._bound = {}


def _for_layer(key: str, slot: Callable[[], None]) -> Callable[[Labels], None]:
    """Call `slot`, or what all layers have at this key, while one is drawn on."""

    def press(layer: Labels) -> None:
        own = type(layer).class_keymap.get(KeyBinding.from_str(key))
        if own is not None and layer.mode != "pan_zoom":
            own(layer)
        else:
            slot()

    return press
