"""Labels in chosen colours, in a layer of our own that stands for another layer.

The user's layer is not recoloured: in 3D that maps and uploads the whole volume.
It is made invisible, and what is left of it is drawn from the runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index._widget.modes._modes_picture import ColorPicture
from napari_label_index._widget.picture._code_colormap import CodeColormap
from napari_label_index._widget.picture._highlight import Highlight

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Labels
    from napari.utils.events import Event

    from napari_label_index._typing import FloatArray, LabelArray
    from napari_label_index._widget.picture._run_picture import RunPicture, Texels
    from napari_label_index.index import LabelIndex


@dataclass(frozen=True, eq=False)
class Palette:
    """A colour for each label of an index, of at most 255 colours."""

    codes: Texels  # (n_labels,) uint8, 0 for what is not to be seen
    colors: FloatArray  # (n, 4), of code 1 and on

    def colormap(self) -> CodeColormap:
        """Code to colour, as napari wants it."""
        unseen = np.zeros(4)
        colors: dict[int | None, FloatArray] = {None: unseen, 0: unseen}
        colors |= dict(enumerate(self.colors, start=1))
        return CodeColormap(color_dict=colors)


_NOTHING = (None,) * 4


class StandIn(Highlight):
    """One layer, just above another one, that shows labels of it in other ways.

    As a `Highlight` it follows its source, and has an eye of its own, which closes
    while there is nothing to stand for.
    """

    def __init__(self, viewer: ViewerModel) -> None:
        super().__init__(viewer)
        self._palette = Palette(np.zeros(0, np.uint8), np.zeros((0, 4)))
        self._worn = self._palette  # that the layer has got
        self._is_outlined = False
        self._opacity = 1.0
        self._is_resting = False
        self._shown: tuple[object, ...] = _NOTHING
        self._displayed: tuple[int, ...] = ()

    def paint(
        self,
        layer: Labels,
        index: LabelIndex,
        labels: LabelArray,
        palette: Palette,
        *,
        is_outlined: bool = False,
        opacity: float = 1.0,
    ) -> None:
        """Show `labels` of `layer`, and nothing else.

        Parameters
        ----------
        layer : napari.layers.Labels
            The layer that was indexed.
        index : LabelIndex
            Its index.
        labels : (n,) array of int
            Sorted; all of them are in the index.
        palette : Palette
            Their colours.
        is_outlined : bool
            In slices, draw outlines alone.
        opacity : float
            Of all of it.
        """
        shown = (layer, index, palette, is_outlined)
        displayed = tuple(self._viewer.dims.displayed)
        is_same = self._layer is not None and np.array_equal(labels, self._labels)
        is_same &= all(new is old for new, old in zip(shown, self._shown, strict=True))
        if not (is_same and displayed == self._displayed):
            self._palette, self._is_outlined = palette, is_outlined
            self._shown, self._displayed = shown, displayed
            self.show(layer, index, labels)
        if self._layer is not None and self._is_resting:
            self._layer.visible = True
        self._is_resting = False
        if self._layer is not None and opacity != self._opacity:
            self._layer.opacity = opacity
        self._opacity = opacity

    def rest(self) -> None:
        """Show nothing, unseen, until there is something to paint.

        Each removal of a layer makes napari look for garbage, which takes 0.2 s.
        """
        if self._layer is not None and not self._is_resting:
            self._layer.visible = False
            self._is_resting = True
            self.clear()

    def remove(self) -> None:
        """Remove the layer, until there is something to paint."""
        self._shown = _NOTHING  # what is deleted must not live on here
        self._let_go()

    def _on_display_changed(self, event: Event) -> None:
        # Who paints hears of it as well, and outlines are not for 3D.
        pass

    def _restyle(self, layer: Labels) -> None:
        if self._palette is not self._worn:
            layer.colormap = self._palette.colormap()
            self._worn = self._palette

    @property
    def _room(self) -> int:
        return 0

    def _picture(self, source: Labels, index: LabelIndex) -> RunPicture:
        rows, placement = self._cover(source, index)
        codes = self._palette.codes
        return ColorPicture(index, rows, placement, codes, self._is_outlined)

    def _look_of(self, source: Labels) -> dict[str, Any]:
        self._worn = self._palette
        return {
            "colormap": self._palette.colormap(),
            "blending": source.blending,
            "opacity": self._opacity,
        }

    def _place_for(self, source: Labels) -> int:
        return int(self._viewer.layers.index(source)) + 1

    def _name_of(self, source: Labels) -> str:
        return f"{source.name} [shown]"
