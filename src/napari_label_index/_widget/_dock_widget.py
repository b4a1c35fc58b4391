"""The dock widget: it builds its parts and connects them; it decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QSize
from qtpy.QtWidgets import QWidget

from napari_label_index._widget._dock_buttons import (
    compare_button,
    export_button,
    focus_button,
    index_button,
)
from napari_label_index._widget._dock_keys import bind_dock_keys, picture_commands
from napari_label_index._widget._dock_layout import lay_out
from napari_label_index._widget._dock_rows import DockRows
from napari_label_index._widget._dock_signals import (
    connect_parts,
    use_theme,
)
from napari_label_index._widget._dock_state import show_state, show_summary
from napari_label_index._widget._edit_pause import EditPause
from napari_label_index._widget._image_chooser import ImageChooser
from napari_label_index._widget._inspector import Inspector
from napari_label_index._widget._layer_chooser import LayerChooser
from napari_label_index._widget._layer_facts import place_of
from napari_label_index._widget._layer_link import LayerLink
from napari_label_index._widget._stop import stop_when_destroyed
from napari_label_index._widget._worker import ThreadSubmit
from napari_label_index._widget.colors._colors_link import ColorsLink
from napari_label_index._widget.compare._compare_link import CompareLink
from napari_label_index._widget.edits._label_editor import LabelEditor
from napari_label_index._widget.exports._ask_path import ask_path
from napari_label_index._widget.exports._export_panel import ExportPanel
from napari_label_index._widget.exports._surroundings import Surroundings
from napari_label_index._widget.modes._modes_keys import LayerKeys
from napari_label_index._widget.modes._modes_panel import ModesPanel
from napari_label_index._widget.modes._modes_text import is_plain
from napari_label_index._widget.parts._banner import Banner
from napari_label_index._widget.parts._progress_row import ProgressRow
from napari_label_index._widget.parts._wrapped_label import wrapped_label
from napari_label_index._widget.picture._highlight import is_highlight
from napari_label_index._widget.picture._picture_link import PictureLink
from napari_label_index._widget.picture._swatch import Swatches
from napari_label_index._widget.review._review_link import ReviewLink
from napari_label_index._widget.saved._saved_link import SavedLink
from napari_label_index._widget.table._table_panel import TablePanel
from napari_label_index.session import (
    Exporter,
    IndexSession,
    Inspection,
    SessionState,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari.layers import Labels
    from napari.viewer import Viewer
    from qtpy.QtGui import QResizeEvent

    from napari_label_index._typing import LabelArray
    from napari_label_index._widget.exports._ask_path import AskPath
    from napari_label_index._widget.table._row_colors import RowColors
    from napari_label_index.index import LabelIndex


class LabelIndexWidget(QWidget):
    """Indexes a Labels layer and shows its labels beside the picture.

    Parameters
    ----------
    napari_viewer
        The viewer to work in; napari passes it by this name.
    make_session, ask_path
        Replaced in tests: what indexes, and what asks for the path of an export.
    """

    def __init__(
        self,
        napari_viewer: Viewer,
        *,
        make_session: Callable[[ThreadSubmit], IndexSession] = IndexSession,
        ask_path: AskPath = ask_path,
    ) -> None:
        super().__init__()
        self._viewer = napari_viewer
        self._is_closed = False
        self._submit = ThreadSubmit()
        self.session = make_session(self._submit)
        self.exporter = Exporter(self._submit)
        self.inspection = Inspection(self.session, self._submit)
        self.link = LayerLink(self.session)
        self.pause = EditPause(self.session, self.inspection.columns, self._submit)
        self._swatches = Swatches()
        self.chooser = LayerChooser(napari_viewer, is_hidden=is_highlight)
        self.progress = ProgressRow("Indexing")
        self.measuring = ProgressRow("Measuring")
        self.summary = wrapped_label()
        self.banner = Banner("Message")
        self.table = TablePanel(self.session, self.inspection, self._submit)
        self.inspector = Inspector(
            self.session, self.inspection, self.table, self._focus_on, dock=self
        )
        self.index_button = index_button()
        self.focus_button = focus_button()
        self.export_button = export_button()
        self.compare_button = compare_button()
        self.rows = DockRows(self, napari_viewer)
        self._make_panels(ask_path)
        self._panels = lay_out(self)
        self._connect()
        self._on_theme_changed()
        self._on_layer_changed(self.chooser.layer)

    def _make_panels(self, ask_path: AskPath) -> None:
        self.export_panel = ExportPanel(
            self.session,
            self.exporter,
            Surroundings(
                self._viewer,
                self.link,
                self.session,
                self.inspection.columns,
                lambda: self.table.columns.shown,
            ),
            ask_path,
        )
        self.modes = ModesPanel(
            self._viewer,
            self.session,
            self.inspection.columns,
            lambda: self.link.layer,
        )
        self._make_links(ask_path)

    def _make_links(self, ask_path: AskPath) -> None:
        self.colors = ColorsLink(self._viewer, self._submit, self.chooser, ask_path)
        self.review = ReviewLink(
            self.session,
            self.inspection,
            self._submit,
            self.table,
            self._focus_on,
            lambda: place_of(self.link.layer),
        )
        self.review.offer_exports(self.export_panel)
        self.images = ImageChooser(
            self._viewer, self.inspection.columns, lambda: self.link.layer
        )
        self.table.columns.images = self.images
        self.compare = CompareLink(
            self._viewer,
            self.session,
            self._submit,
            self.table,
            lambda: self.link.layer,
            ask_path,
        )
        self.saved = SavedLink(
            self.session, self._submit, self.link, self.modes.menu, ask_path
        )
        self.editor = LabelEditor(self, self._viewer, self._submit)
        self.layer_keys = LayerKeys(picture_commands(self))
        self.picture = PictureLink(
            self._viewer,
            self.session,
            lambda: self.link.layer,
            parent=self,
            modes=self.modes.picture,
        )

    def _connect(self) -> None:
        session = self.session
        self.chooser.layer_changed.connect(self._on_layer_changed)
        self.index_button.clicked.connect(self.request_index)
        self.export_button.toggled.connect(self._on_export_toggled)
        self.compare_button.toggled.connect(self._on_compare_toggled)
        session.state_changed.connect(self._on_state_changed)
        session.index_changed.connect(self._on_index_changed)
        session.selection.changed.connect(self._on_selection_changed)
        self.link.colors_changed.connect(self._on_colors_changed)
        self._viewer.events.theme.connect(self._on_theme_changed)
        connect_parts(self)
        stop_when_destroyed(self, self._submit)
        bind_dock_keys(self)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide enough for every column of a 3D layer."""
        return QSize(400, 600)

    def reset_choices(self, event: Any = None) -> None:
        """Follow the layers of the viewer; napari calls this when they change."""
        if not self._is_closed:
            self.chooser.reset_choices()
            self.colors.follow_layers()
            self.compare.follow_layers()
            self.images.follow_layers()
            show_summary(self)

    def request_index(self) -> None:
        """Index the chosen layer; what is under way for an earlier click is dropped."""
        if self.link.layer is not None:
            self.session.request_index(self.link.label_image())

    def close_session(self) -> None:
        """Stop work and take everything of ours out of the viewer; once."""
        if self._is_closed:
            return
        self._is_closed = True
        self.review.close_session()
        self.colors.close_session()
        self.compare.close_session()
        self.images.close()
        self.editor.close()
        self.pause.close()
        self.saved.close_session()
        self._submit.cancel_all()
        self.session.close()
        self.exporter.close()
        self.link.close()
        self.picture.close()
        self.modes.close_session()
        self.layer_keys.close()
        self.chooser.close_viewer()
        self.inspector.close_session()
        self.table.close_session()
        self.export_panel.close_session()
        self._viewer.events.theme.disconnect(self._on_theme_changed)

    def event(self, event: QEvent) -> bool:
        """Close once taken out of the window: napari's X sends no closeEvent."""
        if event.type() == QEvent.Type.ParentChange and self.parent() is None:
            self.close_session()
        return bool(super().event(event))

    def _colors_of(self, index: LabelIndex | None) -> RowColors | None:
        layer = self.link.layer
        if index is None or layer is None:
            return None
        return self._swatches.of(layer, index.ids)

    def _on_layer_changed(self, layer: Labels | None) -> None:
        self.link.attach(layer)
        self.images.follow_layers()
        self.saved.follow(layer)
        self._on_state_changed(self.session.state)

    def _on_state_changed(self, _state: SessionState) -> None:
        show_state(self)
        self._on_selection_changed()
        if not is_plain(self.modes.modes.display):
            self.picture.show_soon()  # hidden labels come back with an edit

    def _on_index_changed(self, index: LabelIndex | None) -> None:
        self.table.show_index(index, self._colors_of(index))
        self.layer_keys.attach(None if index is None else self.link.layer)

    def _on_colors_changed(self) -> None:
        self._swatches.forget()
        self.table.view.set_colors(self._colors_of(self.session.index))
        self.modes.picture.forget_colors()
        self.picture.show_highlight()

    def _on_selection_changed(self, _labels: object = None) -> None:
        self.focus_button.setEnabled(len(self.session.selection) > 0)

    def _focus_on(self, labels: LabelArray, parts: LabelIndex | None = None) -> None:
        self.picture.focus(labels, parts)

    def focus_selected(self) -> None:
        """Fit the selected labels in view."""
        self.picture.focus(self.session.selection.labels)

    def _on_export_toggled(self, shown: bool) -> None:
        if shown:
            self.export_panel.open()
            self._panels.reveal(self.export_panel)
        else:
            self.export_panel.hide()

    def _on_compare_toggled(self, shown: bool) -> None:
        self.compare.set_open(shown)
        self.reveal_comparison()

    def reveal_comparison(self, _state: object = None) -> None:
        """Scroll to the comparison, if it is open: it is higher with its rows."""
        if not self.compare.panel.isHidden():
            self._panels.reveal(self.compare.panel)

    def _on_theme_changed(self, _event: object = None) -> None:
        use_theme(self, self._viewer.theme)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Share the height among the table and what is below it."""
        super().resizeEvent(event)
        self._panels.set_room(self.height())
