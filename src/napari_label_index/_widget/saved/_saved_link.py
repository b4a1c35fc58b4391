"""The saved index and one dock: a line that offers it, and an entry that saves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_label_index._widget._layer_edits import is_painted_on
from napari_label_index._widget._layer_facts import is_in_memory, place_of, voxels_of
from napari_label_index._widget._wording import ELLIPSIS, file_stem
from napari_label_index._widget.saved._saved_panel import SavedPanel
from napari_label_index._widget.saved._saved_text import (
    OPEN,
    OPENED_AT_ONCE,
    offer_of,
    opened_text,
    saved_text,
)
from napari_label_index.io import INDEX_SUFFIX
from napari_label_index.session import IndexDesk, Indexing, Ready, VolumeSource

if TYPE_CHECKING:
    from napari.layers import Labels
    from qtpy.QtWidgets import QMenu

    from napari_label_index._typing import LabelArray
    from napari_label_index._widget._layer_link import LayerLink
    from napari_label_index._widget.exports._ask_path import AskPath
    from napari_label_index.session import (
        IndexSession,
        SavedIndex,
        SessionState,
        Submit,
    )

SAVE_TOOLTIP = "Saves the index as {}, beside the volume"
SAVED_TOOLTIP = "The index lies in {} already"
ASK_TOOLTIP = "Saves the index as a file, of which the volume can be restored"


class SavedLink:
    """Builds the line and the menu entry, and does what they ask for.

    Parameters
    ----------
    session, submit
        Where an index is shown, and what starts work elsewhere.
    link
        Knows the layer.
    menu
        Gets the entry "Save index".
    ask_path
        Asks the user where to, given a suggested name; None means never mind.
    """

    def __init__(
        self,
        session: IndexSession,
        submit: Submit,
        link: LayerLink,
        menu: QMenu,
        ask_path: AskPath,
    ) -> None:
        self._session = session
        self._link = link
        self._ask_path = ask_path
        self._layer: Labels | None = None
        self._is_painted = False
        self._was_indexing = False
        self.desk = IndexDesk(session, submit, self._source)
        self.panel = SavedPanel()
        self.save_action = menu.addAction("Save index", self.save)
        menu.aboutToShow.connect(self._show_action)
        self.panel.button.clicked.connect(self._on_clicked)
        self.panel.progress.cancelled.connect(self.desk.cancel)
        self.desk.progressed.connect(self.panel.progress.show_progress)
        self.desk.changed.connect(self._show_state)
        self.desk.saved_to.connect(self._on_saved)
        self.desk.told.connect(self.panel.say)
        session.state_changed.connect(self._on_state_changed)
        session.selection.changed.connect(self._on_selected)

    def follow(self, layer: Labels | None) -> None:
        """Look for the saved index of another layer."""
        self._disconnect()
        self._layer, self._is_painted = layer, False
        if layer is not None:
            for event in _edits_of(layer):
                event.connect(self._on_edited)
        self.panel.say("")
        self.desk.look(None if layer is None else _shape_of(layer))

    def open(self) -> None:
        """Open the saved index, if it still is the index of the layer."""
        if self._layer is not None:
            self.panel.say("")
            self.desk.open(self._link.label_image())

    def save(self) -> None:
        """Save the index beside the volume, or where the user says."""
        request = self.desk.save_request()
        if request is None:
            return
        if request.home is not None:
            self.desk.save(request)
            return
        path = self._ask_path(self.panel, self._suggested_name())
        if path is not None:
            self.desk.save(request, path)

    def close_session(self) -> None:
        """Let go of layer and session; for when the dock is closed."""
        self._disconnect()
        self._layer = None
        self.desk.close()
        self._session.state_changed.disconnect(self._on_state_changed, missing_ok=True)
        self._session.selection.changed.disconnect(self._on_selected, missing_ok=True)

    def _suggested_name(self) -> str:
        _, name = place_of(self._layer)
        return file_stem(name, more=".") + INDEX_SUFFIX

    def _source(self) -> VolumeSource:
        layer = self._layer
        if layer is None:
            return VolumeSource(None, is_read_late=False, is_as_read=False)
        is_read_late = not is_in_memory(voxels_of(layer))
        # napari keeps what was painted before the dock saw the layer.
        is_painted = self._is_painted or is_painted_on(layer)
        return VolumeSource(place_of(layer)[0], is_read_late, not is_painted)

    def _disconnect(self) -> None:
        if self._layer is not None:
            for event in _edits_of(self._layer):
                event.disconnect(self._on_edited)

    def _on_edited(self, _event: object = None) -> None:
        self._is_painted = True

    def _on_clicked(self) -> None:
        if self.panel.button.text() == OPEN:
            self.open()
        elif self._layer is not None:
            self._session.request_index(self._link.label_image())

    def _on_state_changed(self, state: SessionState) -> None:
        text = opened_text(state) if isinstance(state, Ready) else ""
        if self._was_indexing or self.panel.is_saying(OPENED_AT_ONCE):
            self.panel.say(text)
        self._was_indexing = isinstance(state, Indexing)
        self._show_state()

    def _on_saved(self, saved: SavedIndex) -> None:
        self.panel.say(saved_text(saved))
        self.panel.banner.setToolTip(str(saved.path))

    def _on_selected(self, _labels: LabelArray) -> None:
        if len(self._session.selection):
            self.panel.say("")  # it has been read by now

    def _show_state(self) -> None:
        saved = self.desk.saved
        offer = offer_of(self._session.state, saved)
        self.panel.show_offer(offer, "" if saved is None else str(saved.path))
        self.panel.show_saving(self.desk.is_saving)

    def _show_action(self) -> None:
        home = self.desk.home
        is_ready = isinstance(self._session.state, Ready)
        folder = self.desk.folder
        can_save = is_ready and folder is None and not self.desk.is_saving
        self.save_action.setEnabled(can_save)
        self.save_action.setText("Save index" if home else f"Save index as{ELLIPSIS}")
        tip = ASK_TOOLTIP if home is None else SAVE_TOOLTIP.format(home.name)
        if folder is not None:
            tip = SAVED_TOOLTIP.format(folder.name)
        self.save_action.setToolTip(tip)


def _edits_of(layer: Labels) -> tuple[Any, ...]:
    """Return the events that tell of other voxels than those that were read."""
    return layer.events.paint, layer.events.labels_update, layer.events.data


def _shape_of(layer: Labels) -> tuple[int, ...]:
    return tuple(int(size) for size in voxels_of(layer).shape)
