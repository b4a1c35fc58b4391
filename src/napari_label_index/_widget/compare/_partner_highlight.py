"""Labels of the second layer, outlined over the picture in a colour of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari.utils.colormaps import DirectLabelColormap
from napari.utils.theme import get_theme

from napari_label_index._widget.picture._highlight import Highlight
from napari_label_index._widget.picture._run_picture import FILL, SOLID

if TYPE_CHECKING:
    from napari.layers import Labels

# Orange, beside the white or black of the selection: told apart by lightness too.
_ON_DARK, _ON_LIGHT = (1.0, 0.6, 0.1), (0.8, 0.35, 0.0)


def partner_colors(theme: str) -> DirectLabelColormap:
    """Return an orange that is seen on the canvas of a theme."""
    color = _ON_LIGHT if get_theme(theme).type == "light" else _ON_DARK
    clear = (0.0, 0.0, 0.0, 0.0)
    return DirectLabelColormap(
        color_dict={None: clear, 0: clear, SOLID: (*color, 1.0), FILL: (*color, 0.5)}
    )


class PartnerHighlight(Highlight):
    """A `Highlight` in orange, for what lies where the selection does."""

    def use_theme(self) -> None:
        """Be seen on the canvas of the viewer's theme."""
        if self._layer is not None:
            self._layer.colormap = partner_colors(self._viewer.theme)

    def remove(self) -> None:
        """Remove the layer, until there is something to show."""
        self._let_go()

    def _look_of(self, source: Labels) -> dict[str, Any]:
        colormap = partner_colors(self._viewer.theme)
        # In 3D the selection is to be seen through it.
        return super()._look_of(source) | {"colormap": colormap, "opacity": 0.8}

    def _name_of(self, source: Labels) -> str:
        return f"{source.name} [partners]"
