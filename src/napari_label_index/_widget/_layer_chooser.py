"""Which Labels layer is looked at, and integer images that could become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from magicgui.widgets import ComboBox
from napari.layers import Image, Labels, Layer
from napari.utils.theme import get_theme
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_label_index._widget._layer_facts import transform_of, voxels_of
from napari_label_index._widget._proxies import unproxied
from napari_label_index._widget._sentences import color_warning, unusable_image
from napari_label_index._widget._time_button import TimeButton
from napari_label_index._widget._wording import ELLIPSIS, literal, shortened
from napari_label_index._widget.parts._banner import Banner
from napari_label_index._widget.parts._narrow_combo import make_narrow

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari.viewer import Viewer

COLORS_TOOLTIP = (
    "Makes a Labels layer in which each colour of {!r} is an id. The image stays as it"
    " is."
)
USE_TOOLTIP = (
    "Adds a Labels layer that shows the voxels of {!r}. Nothing is copied; the image"
    " stays as it is, so the new layer cannot be painted on."
)


class LayerChooser(QWidget):
    """A combo box of Labels layers, and a button for an image that holds labels.

    Parameters
    ----------
    viewer
        Whose layers to offer.
    is_hidden
        Tells which layers are the plugin's own, and so are not offered.
    """

    layer_changed = Signal(object)  # Labels | None
    colors_asked = Signal(object)  # Image | Labels, to be turned into labels

    def __init__(self, viewer: Viewer, is_hidden: Callable[[Layer], bool]) -> None:
        super().__init__()
        self._viewer = viewer
        self._is_hidden = is_hidden
        self._layer: Labels | None = None
        self._combo = ComboBox(choices=self._choices, name="layer")
        self._combo.native.setAccessibleName("Labels layer")
        self._combo.native.setToolTip("The layer to index")
        make_narrow(self._combo.native)
        self._combo.changed.connect(self._on_changed)
        self.use_button = QPushButton("Use image as labels")
        self.use_button.clicked.connect(self._on_use_clicked)
        self.colors_button = QPushButton("Colours to labels")
        self.colors_button.clicked.connect(self._on_colors_clicked)
        self.time_button = TimeButton()
        self.warning = Banner("Message about the layer")
        label = QLabel("Layer")
        label.setBuddy(self._combo.native)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self._combo.native, stretch=1)
        row.addWidget(self.time_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.use_button)
        layout.addWidget(self.colors_button)
        layout.addWidget(self.warning)
        viewer.events.theme.connect(self._on_theme_changed)
        self._on_theme_changed()
        viewer.layers.selection.events.active.connect(self.offer_image)
        self.reset_choices()

    @property
    def layer(self) -> Labels | None:
        """The layer chosen."""
        return self._layer

    @property
    def names(self) -> list[str]:
        """Names on offer."""
        return [name for name, _ in self._choices()]

    @property
    def unusable(self) -> str:
        """Why the image that is open cannot be used as labels; "" without one."""
        images = [x for x in self._layers(Image) if not holds_integers(x)]
        if not images:
            return ""
        image = images[-1]
        return unusable_image(
            shortened(image.name), image.dtype, image.rgb, holds_colors(image)
        )

    def choose(self, layer: Labels) -> None:
        """Choose `layer`, as if the user had."""
        self._combo.value = layer

    def reset_choices(self) -> None:
        """Follow layers that were added, removed, moved or renamed."""
        self._combo.reset_choices()
        self._on_changed()
        self.offer_image()

    def offer_image(self, _event: object = None) -> None:
        """Show a button if there is an image that could be used."""
        image = self._image_on_offer(holds_integers)
        self.use_button.setVisible(image is not None)
        if image is not None:
            name = literal(shortened(image.name))
            self.use_button.setText(f"Use {name!r} as labels")
            self.use_button.setToolTip(USE_TOOLTIP.format(image.name))
        colors = self._colors_on_offer()
        self.colors_button.setVisible(colors is not None)
        if colors is not None:
            name = literal(shortened(colors.name, 12))
            self.colors_button.setText(f"Colours of {name!r} to labels{ELLIPSIS}")
            self.colors_button.setToolTip(COLORS_TOOLTIP.format(colors.name))

    def close_viewer(self) -> None:
        """Let go of the viewer; for when the dock is closed."""
        self.time_button.close_layer()
        self._viewer.events.theme.disconnect(self._on_theme_changed)
        self._viewer.layers.selection.events.active.disconnect(self.offer_image)

    def _choices(self, _combo: object = None) -> list[tuple[str, Labels]]:
        return [(layer.name, layer) for layer in self._layers(Labels)]

    def _layers(self, kind: type) -> list[Any]:
        layers = [unproxied(layer) for layer in self._viewer.layers]
        return [x for x in layers if isinstance(x, kind) and not self._is_hidden(x)]

    def _on_changed(self, _value: object = None) -> None:
        layer = self._combo.value
        if layer is not self._layer:
            self._layer = layer
            self.time_button.show_layer(layer)
            self.warning.say("" if layer is None else warning_about(layer), "warning")
            self.offer_image()
            self.layer_changed.emit(layer)

    def _image_on_offer(self, fits: Callable[[Image], bool]) -> Image | None:
        """The active image if it could hold labels; without Labels layers, any.

        Beside a Labels layer an integer image is most often what was segmented.
        """
        labels = self._layers(Labels)
        shown = [id(layer.data) for layer in labels]
        images = [x for x in self._layers(Image) if fits(x)]
        if labels:
            active = unproxied(self._viewer.layers.selection.active)
            images = [x for x in images if x is active]
        images = [x for x in images if id(x.data) not in shown]
        return images[-1] if images else None

    def _colors_on_offer(self) -> Image | Labels | None:
        """The chosen layer if it is an image in truth, or an image in colour."""
        if self._layer is not None and warning_about(self._layer):
            return self._layer
        return self._image_on_offer(holds_colors)

    def _on_theme_changed(self, _event: object = None) -> None:
        self.warning.use_theme(get_theme(self._viewer.theme))

    def _on_use_clicked(self) -> None:
        image = self._image_on_offer(holds_integers)
        if image is not None:
            self.choose(add_as_labels(self._viewer, image))

    def _on_colors_clicked(self) -> None:
        layer = self._colors_on_offer()
        if layer is not None:
            self.colors_asked.emit(layer)


def holds_integers(image: Image) -> bool:
    """Whether the voxels of an image could be labels."""
    return not image.rgb and image.dtype.kind in "iub"


def holds_colors(image: Image) -> bool:
    """Whether the voxels of an image have colours that can be told apart exactly."""
    return bool(image.rgb) and image.dtype in (np.uint8, np.uint16)


def warning_about(layer: Labels) -> str:
    """Return what is odd about the voxels of a layer, if anything is."""
    voxels = voxels_of(layer)
    is_color = len(voxels.shape) >= 3 and voxels.shape[-1] in (3, 4)
    if is_color and voxels.dtype == np.uint8:
        return color_warning(voxels.dtype, voxels.shape[-1])
    return ""


def add_as_labels(viewer: Viewer, image: Image) -> Labels:
    """Add a Labels layer that shares the voxels and the place of `image`."""
    layer = Labels(
        image.data,
        name=f"{image.name} labels",
        multiscale=image.multiscale,
        **transform_of(image),
    )
    # Painting would write through to the image.
    layer.editable = False
    viewer.add_layer(layer)
    return layer
