"""Which Image layer intensities are measured in, and why in none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from napari.layers import Image, Labels
from psygnal import Signal

from napari_label_index._widget._layer_facts import voxels_of
from napari_label_index._widget._proxies import unproxied
from napari_label_index._widget._wording import TIMES, literal
from napari_label_index.session import IntensityImage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from napari.viewer import Viewer
    from qtpy.QtWidgets import QMenu

    from napari_label_index.session import ColumnStore

NO_IMAGE = "Intensities need an Image layer of the shape of the labels. There is none."
NO_FIT = "Open an image with one value for each of their voxels."
CHOOSE = "{} images can be measured. Choose one: Columns > Intensity."


class ImageChooser:
    """Gives a column store the image to measure: the only one, or the one chosen.

    Parameters
    ----------
    viewer
        Whose images to offer.
    store
        Measures them.
    layer_of
        Gives the Labels layer that is indexed.
    """

    chosen = Signal()  # an image, by the user

    def __init__(
        self,
        viewer: Viewer,
        store: ColumnStore,
        layer_of: Callable[[], Labels | None],
    ) -> None:
        self._viewer = viewer
        self._store = store
        self._layer_of = layer_of
        self._chosen: Image | None = None
        # Voxels of a layer have one number until they are replaced.
        self._keys: WeakKeyDictionary[Image, int] = WeakKeyDictionary()
        self._last_key = 0
        self._images: list[Image] = []
        self._told: tuple[object, ...] = ()

    def follow_layers(self, _changed: object = None) -> None:
        """Look which images there are now, and tell the store."""
        images = self._all_images()
        self._listen_to(images)
        layer = self._layer_of()
        fitting = [] if layer is None else [x for x in images if fits(x, layer)]
        self._images = fitting
        if self._chosen not in fitting:
            self._chosen = None
        image = self._chosen
        if image is None and len(fitting) == 1:
            image = fitting[0]
        self._tell(image, self._problem(images, layer))

    def choose(self, image: Image) -> None:
        """Measure in this image from now on."""
        self._chosen = image
        self.follow_layers()

    def add_to(self, menu: QMenu) -> bool:
        """Add the images to choose among; False, and words, where there are none."""
        used = self._store.intensities.image
        for image in self._images:
            action = menu.addAction(f"of {literal(image.name)}")
            action.setCheckable(True)
            key = self._keys[image]
            action.setChecked(used is not None and used.key == key)
            action.setToolTip(f"Measure intensities in {image.name!r}")
            action.triggered.connect(partial(self._on_chosen, image))
        if self._images:
            menu.addSeparator()
        else:
            words = menu.addAction("No image to measure")
            words.setToolTip(self._store.intensities.problem)
            words.setEnabled(False)
        return self._store.intensities.image is not None

    def close(self) -> None:
        """Listen to no layer any more."""
        self._listen_to([])
        self._images, self._chosen = [], None

    def _on_chosen(self, image: Image, _checked: bool = False) -> None:
        self.choose(image)
        self.chosen.emit()

    def _all_images(self) -> list[Image]:
        layers = [unproxied(layer) for layer in self._viewer.layers]
        return [layer for layer in layers if isinstance(layer, Image)]

    def _listen_to(self, images: Sequence[Image]) -> None:
        for image in [image for image in self._keys if image not in images]:
            image.events.data.disconnect(self._on_data_replaced)
            del self._keys[image]
        for image in [image for image in images if image not in self._keys]:
            self._keys[image] = self._next_key()
            image.events.data.connect(self._on_data_replaced)

    def _next_key(self) -> int:
        self._last_key += 1
        return self._last_key

    def _on_data_replaced(self, event: Any) -> None:
        self._keys[unproxied(event.source)] = self._next_key()
        self.follow_layers()

    def _tell(self, image: Image | None, problem: str) -> None:
        told = (problem,) if image is None else (image.name, self._keys[image])
        if told == self._told:
            return
        self._told = told
        if image is None:
            self._store.set_image(None, problem)
        else:
            found = IntensityImage(image.name, voxels_of(image), self._keys[image])
            self._store.set_image(found)

    def _problem(self, images: Sequence[Image], layer: Labels | None) -> str:
        if len(self._images) > 1:
            return CHOOSE.format(len(self._images))
        if layer is None or not images:
            return NO_IMAGE
        return misfit(images[-1], voxels_of(layer).shape)


def fits(image: Image, layer: Labels) -> bool:
    """Whether an image has one number for each voxel of a layer."""
    voxels = voxels_of(image)
    is_number = not image.rgb and voxels.dtype.kind in "iufb"
    return is_number and tuple(voxels.shape) == tuple(voxels_of(layer).shape)


def misfit(image: Image, wanted: Sequence[int]) -> str:
    """Say why an image cannot be measured, and what would help."""
    voxels, name = voxels_of(image), repr(image.name)
    if image.rgb:
        return (
            f"{name} is a colour image. Split it into channels first: right-click the"
            " layer, Split RGB."
        )
    if voxels.dtype.kind not in "iufb":
        return f"{name} holds {voxels.dtype} values; intensities need real numbers."
    sizes = [TIMES.join(f"{n:,}" for n in each) for each in (voxels.shape, wanted)]
    problem, way = f"{name} is {sizes[0]}, the labels {sizes[1]}.", NO_FIT
    if len(voxels.shape) == len(wanted) + 1 and tuple(wanted) in (
        tuple(voxels.shape[1:]),
        tuple(voxels.shape[:-1]),
    ):
        way = "Split it into channels first: right-click the layer, Split Stack."
    return f"{problem} {way}"
