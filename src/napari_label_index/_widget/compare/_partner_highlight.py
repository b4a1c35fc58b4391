"""Labels of the second layer, outlined over the picture in a colour of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_label_index._widget.picture._code_colormap import two_tone
from napari_label_index._widget.picture._highlight import Highlight

if TYPE_CHECKING:
    from napari.layers import Labels

# Told apart from the selection by hue and by lightness, on black and on white.
_ORANGE = (0.95, 0.5, 0.0)


class PartnerHighlight(Highlight):
    """A `Highlight` in orange, for what lies where the selection does."""

    def remove(self) -> None:
        """Remove the layer, until there is something to show."""
        self._let_go()

    def _look_of(self, source: Labels) -> dict[str, Any]:
        # Without a rim, which would cover the outline of the selection.
        colormap = two_tone(_ORANGE, fill=0.5, rim=0.0)
        # In 3D the selection is to be seen through it.
        return super()._look_of(source) | {"colormap": colormap, "opacity": 0.8}

    def _name_of(self, source: Labels) -> str:
        return f"{source.name} [partners]"
