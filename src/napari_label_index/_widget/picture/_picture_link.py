"""The selection and the picture: highlight out, clicks in, focus on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psygnal import Signal
from qtpy.QtCore import QTimer

from napari_label_index._widget.picture._focus import focus_on
from napari_label_index._widget.picture._highlight import Highlight
from napari_label_index._widget.picture._picking import ClickPicker
from napari_label_index._widget.picture._telling import telling

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari.layers import Labels
    from napari.viewer import Viewer
    from qtpy.QtCore import QObject

    from napari_label_index._typing import LabelArray
    from napari_label_index._widget.modes._modes import Modes
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import IndexSession

# One drag over the table changes the selection many times between two frames.
HIGHLIGHT_DELAY_MS = 10
# Boxes of so few are read at once, while those of all labels come.
_FEW_LABELS = 4
_BOXES_COME = "Drawn as soon as the boxes of all labels have been read."
_NO_BOXES_YET = "The boxes of all labels are still being read; try again in a moment."


class PictureLink:
    """Keeps the picture of one viewer in step with the selection of one session.

    Parameters
    ----------
    viewer
        Where the layer is shown.
    session
        Whose selection is shown.
    layer_of
        Gives the layer that is indexed.
    parent
        Owns the timer.
    modes
        What is seen of the layer, and what of the selection is highlighted.
    """

    picked = Signal(int)  # the label that was clicked in the picture
    told = Signal(str)  # why something is not drawn, as a sentence
    menu_asked = Signal()  # by the right button, on a label that is selected then
    line_asked = Signal(object)  # (n,) labels on the line of sight, the first one first

    def __init__(
        self,
        viewer: Viewer,
        session: IndexSession,
        layer_of: Callable[[], Labels | None],
        parent: QObject,
        modes: Modes,
    ) -> None:
        self._viewer = viewer
        self._modes = modes
        self._session = session
        self._layer_of = layer_of
        # Whether boxes of all labels are read now, for which a window cannot wait.
        self.boxes_come: Callable[[], bool] = lambda: False
        self._waits = False
        self._highlight = Highlight(viewer)
        self._highlight.tell = self.told.emit
        modes.told.connect(self.told.emit)
        self._picker = ClickPicker(
            viewer,
            layer_of,
            lambda: session.index,
            self._on_pick,
            modes.label_in_3d,
            self._on_menu,
            self.line_asked.emit,
            self.told.emit,
        )
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HIGHLIGHT_DELAY_MS)
        self._timer.timeout.connect(self.show_highlight)
        session.selection.changed.connect(self._on_selection_changed)
        session.index_changed.connect(self._on_index_changed)

    def focus(
        self,
        labels: LabelArray,
        parts: LabelIndex | None = None,
        *,
        keeps_zoom: bool = False,
    ) -> None:
        """Jump to these labels, or parts of one, and fit or only centre them."""
        layer, index = self._layer_of(), parts or self._session.index
        if len(labels) > _FEW_LABELS and self.boxes_come():
            self.told.emit(_NO_BOXES_YET)
        elif layer is not None and index is not None and len(labels):
            with telling(self.told.emit):
                focus_on(self._viewer, layer, index, labels, keeps_zoom=keeps_zoom)

    def show_highlight(self) -> None:
        """Draw the selection now."""
        self._timer.stop()
        with telling(self._tell_unshown):
            self._show_highlight()

    def _show_highlight(self) -> None:
        layer, index = self._layer_of(), self._session.index
        labels = self._modes.draw()
        self._waits = len(labels) > _FEW_LABELS and self.boxes_come()
        if layer is None or index is None or not len(labels):
            self._highlight.clear()
        elif self._waits:
            self._tell_unshown(_BOXES_COME)
        else:
            is_hollow = self._modes.shows_values
            self._highlight.show(layer, index, labels, is_hollow=is_hollow)

    def _tell_unshown(self, sentence: str) -> None:
        self._highlight.clear()  # of the selection before
        self.told.emit(sentence)

    def on_arrived(self, _column: str) -> None:
        """Draw what waited for boxes."""
        if self._waits:
            self.show_soon()

    def show_soon(self) -> None:
        """Draw the selection, once for all that happens in this moment."""
        self._timer.start()

    def stop(self) -> None:
        """Follow the selection and the mouse no more; a second call does nothing.

        This must be safe while Qt destroys `parent`, so it touches no Qt object.
        """
        self._session.selection.changed.disconnect(
            self._on_selection_changed, missing_ok=True
        )
        self._session.index_changed.disconnect(self._on_index_changed, missing_ok=True)
        self._picker.close()
        self._modes.stop()

    def close(self) -> None:
        """Take everything of ours out of the viewer."""
        self._timer.stop()
        self.stop()
        self._highlight.close()
        self._modes.close()

    def _on_pick(self, label: int, add: bool) -> None:
        if not self._modes.is_seen(label):
            return  # the layer is hidden there: who clicks means what is seen
        selection = self._session.selection
        if add:
            selection.toggle([label])
        else:
            selection.select([label])
        selection.focus(label)
        self.picked.emit(label)

    def _on_menu(self, label: int) -> None:
        if not self._modes.is_seen(label):
            return
        if label not in self._session.selection:
            self._on_pick(label, add=False)
        self.menu_asked.emit()

    def _on_selection_changed(self, _labels: LabelArray) -> None:
        self.show_soon()

    def _on_index_changed(self, index: object) -> None:
        if self._session.is_changing_rows:
            return  # to show the layer in between would take seconds in 3D
        if index is None:  # at once: what is drawn belongs to nothing
            self.show_highlight()
        else:
            self.show_soon()
