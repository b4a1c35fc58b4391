"""The dock widget: it builds its parts and connects them; it decides nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from napari.utils.theme import get_theme
from qtpy.QtCore import QEvent, QSize
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_label_index._widget import _sentences as sentences
from napari_label_index._widget._dock_keys import bind_dock_keys, picture_commands
from napari_label_index._widget._inspector import Inspector
from napari_label_index._widget._layer_chooser import LayerChooser
from napari_label_index._widget._layer_link import (
    LayerLink,
    place_of,
    voxels_of,
    world_affine,
)
from napari_label_index._widget._stop import stop_inspection, stop_work
from napari_label_index._widget._worker import ThreadSubmit
from napari_label_index._widget.exports._export_panel import ExportPanel, ask_path
from napari_label_index._widget.modes._modes_keys import LayerKeys
from napari_label_index._widget.modes._modes_panel import ModesPanel, stop_modes
from napari_label_index._widget.modes._modes_text import is_plain
from napari_label_index._widget.parts._banner import Banner
from napari_label_index._widget.parts._progress_row import ProgressRow
from napari_label_index._widget.parts._theme import table_style
from napari_label_index._widget.picture._highlight import is_highlight
from napari_label_index._widget.picture._picture_link import PictureLink
from napari_label_index._widget.picture._swatch import label_colors
from napari_label_index._widget.review._review_link import ReviewLink, stop_review
from napari_label_index._widget.table._table_panel import TablePanel
from napari_label_index.session import (
    Exporter,
    Indexing,
    IndexSession,
    Inspection,
    SessionState,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari.layers import Labels
    from napari.viewer import Viewer

    from napari_label_index._typing import FloatArray, LabelArray
    from napari_label_index._widget.exports._export_panel import AskPath
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
        self.chooser = LayerChooser(napari_viewer, is_hidden=is_highlight)
        self.progress = ProgressRow("Indexing")
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.banner = Banner("Message")
        self.table = TablePanel(self.session, self.inspection)
        self.inspector = Inspector(
            self.session, self.inspection, self.table, self._focus_on, dock=self
        )
        self._make_buttons()
        self._make_panels(ask_path)
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        self._on_layer_changed(self.chooser.layer)

    def _make_panels(self, ask_path: AskPath) -> None:
        self.export_panel = ExportPanel(
            self.session, self.exporter, self._affine, ask_path
        )
        self.modes = ModesPanel(
            self._viewer,
            self.session,
            self.inspection.columns,
            lambda: self.link.layer,
        )
        self.review = ReviewLink(
            self.session,
            self.inspection,
            self._submit,
            self.table,
            self._focus_on,
            lambda: place_of(self.link.layer),
        )
        self.review.offer_exports(self.export_panel)
        self.layer_keys = LayerKeys(picture_commands(self))
        self.picture = PictureLink(
            self._viewer,
            self.session,
            lambda: self.link.layer,
            parent=self,
            modes=self.modes.picture,
        )

    def _make_buttons(self) -> None:
        self.index_button = QPushButton("Index")
        self.index_button.setToolTip("List every label of the layer with its voxels")
        self.focus_button = QPushButton("Focus")
        self.focus_button.setToolTip("Fit the selected labels in view (Enter)")
        self.export_button = QPushButton("Export\N{HORIZONTAL ELLIPSIS}")
        self.export_button.setToolTip("Write voxel coordinates to a file")
        self.export_button.setCheckable(True)

    def _lay_out(self) -> None:
        self.setAccessibleName("Label index")
        self.setMinimumWidth(300)
        buttons = QHBoxLayout()
        buttons.addWidget(self.focus_button)
        buttons.addWidget(self.export_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        for widget in (
            self.chooser,
            self.index_button,
            self.summary,
            self.progress,
            self.banner,
        ):
            layout.addWidget(widget)
        layout.addWidget(self.inspector.filter)
        layout.addWidget(self.table, stretch=1)
        layout.addWidget(self.inspector.detail)
        layout.addLayout(buttons)
        layout.addWidget(self.modes)
        layout.addWidget(self.review.bar)
        layout.addWidget(self.export_panel)

    def _connect(self) -> None:
        session = self.session
        self.chooser.layer_changed.connect(self._on_layer_changed)
        self.index_button.clicked.connect(self.request_index)
        self.progress.cancelled.connect(session.cancel)
        self.focus_button.clicked.connect(self.focus_selected)
        self.export_button.toggled.connect(self._on_export_toggled)
        session.state_changed.connect(self._on_state_changed)
        session.index_changed.connect(self._on_index_changed)
        session.progressed.connect(self.progress.show_progress)
        session.selection.changed.connect(self._on_selection_changed)
        self.link.colors_changed.connect(self._on_colors_changed)
        self.modes.walked.connect(self.table.show_label)
        self.modes.modes.changed.connect(self.picture.show_highlight)
        self.picture.picked.connect(self.table.show_label)
        self._viewer.events.theme.connect(self._on_theme_changed)
        # Qt calls no method of a widget that it destroys with its window: what has to
        # stop then is stopped by a plain function.
        stop = partial(
            stop_work, self._submit, session, self.exporter, self.link, self.picture
        )
        self.destroyed.connect(stop)
        self.destroyed.connect(partial(stop_inspection, self.inspection))
        self.destroyed.connect(partial(stop_modes, self.modes.modes, self.modes.trail))
        self.destroyed.connect(partial(stop_review, self.review.desk))
        bind_dock_keys(self)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide enough for every column of a 3D layer."""
        return QSize(400, 600)

    def reset_choices(self, event: Any = None) -> None:
        """Follow the layers of the viewer; napari calls this when they change."""
        if not self._is_closed:
            self.chooser.reset_choices()
            self._show_summary()

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
        stop_work(self._submit, self.session, self.exporter, self.link, self.picture)
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

    def _affine(self) -> FloatArray | None:
        return None if self.link.layer is None else world_affine(self.link.layer)

    def _colors_of(self, index: LabelIndex | None) -> FloatArray | None:
        layer = self.link.layer
        if index is None or layer is None:
            return None
        return label_colors(layer, index.labels)

    def _show_summary(self) -> None:
        layer = self.link.layer
        text = (
            ""
            if layer is None
            else sentences.layer_summary(voxels_of(layer).shape, voxels_of(layer).dtype)
        )
        found = sentences.index_summary(self.session.state)
        self.summary.setText("\n".join(filter(None, (text, found))))
        # The progress takes the room of the summary, so that nothing jumps.
        is_busy = isinstance(self.session.state, Indexing)
        self.summary.setVisible(bool(text) and not is_busy)
        offers_image = not self.chooser.use_button.isHidden()
        is_indexed = self.session.index is not None
        hint = sentences.hint_for(layer is not None, offers_image, is_indexed)
        self.table.hint.setText(hint)
        self.index_button.setEnabled(layer is not None)

    def _on_layer_changed(self, layer: Labels | None) -> None:
        self.link.attach(layer)
        self._on_state_changed(self.session.state)

    def _on_state_changed(self, state: SessionState) -> None:
        is_busy = isinstance(state, Indexing)
        if is_busy:
            self.progress.begin()
        else:
            self.progress.end()
        error, warning = sentences.error_of(state), sentences.warning_of(state)
        self.banner.say(error or warning, "error" if error else "warning")
        has_labels = bool(self.session.index)
        self.export_button.setEnabled(has_labels)
        self.export_button.setChecked(has_labels and self.export_button.isChecked())
        self._on_selection_changed()
        self._show_summary()
        if not is_plain(self.modes.modes.display):
            self.picture.show_highlight()  # hidden labels come back with an edit

    def _on_index_changed(self, index: LabelIndex | None) -> None:
        self.table.show_index(index, self._colors_of(index))
        self.layer_keys.attach(None if index is None else self.link.layer)

    def _on_colors_changed(self) -> None:
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
        else:
            self.export_panel.hide()

    def _on_theme_changed(self, _event: object = None) -> None:
        theme = get_theme(self._viewer.theme)
        self.banner.use_theme(theme)
        self.export_panel.banner.use_theme(theme)
        self.modes.banner.use_theme(theme)
        self.inspector.use_theme(theme)
        self.review.bar.use_theme(theme)
        self.picture.use_theme()
        self.table.view.setStyleSheet(table_style(theme))
