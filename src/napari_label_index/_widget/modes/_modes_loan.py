"""A property of the user's layer, taken for a while and given back as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari.layers import Layer


class Loan:
    """Writes one property of a layer, until it is given back its own value.

    What the user sets meanwhile is the layer's own from then on: it is neither
    overwritten nor taken back.

    Parameters
    ----------
    layer : napari.layers.Layer
    name : str
        Of the property, and of the event that tells of a change of it.
    """

    def __init__(self, layer: Layer, name: str) -> None:
        self.layer = layer
        self._name = name
        self._own = getattr(layer, name)
        self._is_writing = False
        self.is_overruled = False  # by the user
        self._event.connect(self._on_changed)

    @property
    def own(self) -> Any:
        """The value that the layer would have without us."""
        return getattr(self.layer, self._name) if self.is_overruled else self._own

    def write(self, value: Any) -> None:
        """Set the property, unless the user did."""
        if not self.is_overruled:
            self._write(value)

    def give_back(self) -> None:
        """Set the property as it was, and listen no more."""
        self._event.disconnect(self._on_changed)
        if not self.is_overruled:
            self._write(self._own)

    @property
    def _event(self) -> Any:
        return getattr(self.layer.events, self._name)

    def _write(self, value: Any) -> None:
        if getattr(self.layer, self._name) == value:
            return
        self._is_writing = True
        try:
            setattr(self.layer, self._name, value)
        finally:
            self._is_writing = False

    def _on_changed(self, _event: object = None) -> None:
        if not self._is_writing:
            self.is_overruled = True
