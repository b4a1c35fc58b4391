"""What an export takes from the window beside labels: layer, image, table columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_label_index._widget._layer_edits import is_painted_on
from napari_label_index._widget._layer_facts import (
    is_in_memory,
    place_of,
    voxels_of,
    world_affine,
)
from napari_label_index._widget.exports._points_layer import add_points
from napari_label_index.session import INTENSITIES, Ready, VerifyRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari.viewer import Viewer

    from napari_label_index._typing import FloatArray, LabelArray
    from napari_label_index._widget._layer_link import LayerLink
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import (
        ColumnStore,
        Exported,
        ExportRequest,
        IndexSession,
        IntensityImage,
    )


class Surroundings:
    """Answers what is asked of the window, at the moment when it is asked.

    Parameters
    ----------
    viewer, link, session
        The window, the layer that is indexed, and its index.
    columns
        Knows the image that is measured, and what was found in it.
    shown_columns
        Gives the keys of the columns that the table shows.
    """

    def __init__(
        self,
        viewer: Viewer,
        link: LayerLink,
        session: IndexSession,
        columns: ColumnStore,
        shown_columns: Callable[[], tuple[str, ...]],
    ) -> None:
        self._viewer = viewer
        self._link = link
        self._session = session
        self._columns = columns
        self._shown_columns = shown_columns

    @property
    def affine(self) -> FloatArray | None:
        """``(ndim + 1, ndim + 1)`` from voxels to world; None without a layer."""
        layer = self._link.layer
        return None if layer is None else world_affine(layer)

    @property
    def image(self) -> IntensityImage | None:
        """The image that intensities are measured in."""
        return self._columns.intensities.image

    @property
    def image_problem(self) -> str:
        """Why there is no image."""
        return self._columns.intensities.problem

    def shown_columns(self, index: LabelIndex) -> dict[str, Any]:
        """Return the columns of the table, as an export of a table takes them."""
        keys = dict.fromkeys([*index.table(), *self._shown_columns()])
        store = self._columns
        measured = {
            key: store.values(key)
            for key in keys
            if key in INTENSITIES and store.is_ready(key) and store.index is index
        }
        names = [key for key in keys if key in index.columns or key in measured]
        return {"columns": names} | ({"measured": measured} if measured else {})

    def add_points(self, index: LabelIndex, labels: LabelArray | None) -> str:
        """Show coordinates as a Points layer; returns a sentence."""
        return add_points(self._viewer, self._link.layer, index, labels)

    def is_current(self, index: LabelIndex) -> bool:
        """Whether an index is that of the layer as it is now."""
        state = self._session.state
        return isinstance(state, Ready) and state.index is index

    def to_verify(self, exported: Exported) -> VerifyRequest:
        """Return what an export is to be compared with: the layer, if it can be."""
        index, layer = exported.request.index, self._link.layer
        if layer is None or not self.is_current(index):
            words = "the index: the layer has changed since, or is gone"
        elif not is_in_memory(voxels_of(layer)):
            words = "the index: the layer is read from disk"
        else:
            return VerifyRequest(exported, self._link.label_image(), "the layer")
        return VerifyRequest(exported, index, words)

    def python_of(self, request: ExportRequest) -> str:
        """Return the Python that does an export again, in napari or from the file."""
        layer = self._link.layer
        if layer is None or not self.is_current(request.index):
            head = "# label_image: the voxels as they were indexed, as an array\n"
            return head + request.to_python()
        path, name = place_of(layer)
        # What was painted is in no file.
        if path is not None and not is_painted_on(layer):
            return request.to_python(path)
        voxels = "data[0]" if layer.multiscale else "data"
        head = f"label_image = viewer.layers[{name!r}].{voxels}  # in napari's console"
        return f"{head}\n{request.to_python()}"
