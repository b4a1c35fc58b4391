"""Compare mode and one dock: the second layer in, rows out, clicks to both layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QTimer

from napari_label_index._widget._layer_link import LayerLink
from napari_label_index._widget.compare import _compare_text as text
from napari_label_index._widget.compare._compare_choices import choices_beside
from napari_label_index._widget.compare._compare_panel import ComparePanel
from napari_label_index._widget.compare._partner_highlight import PartnerHighlight
from napari_label_index._widget.exports._written import say_written
from napari_label_index._widget.picture._focus import focus_on
from napari_label_index.session import (
    OTHER_ID,
    VERDICTS,
    Compared,
    CompareFailed,
    Comparer,
    Comparing,
    NotCompared,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari.layers import Labels
    from napari.utils.theme import Theme
    from napari.viewer import Viewer

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index._widget.exports._ask_path import AskPath
    from napari_label_index._widget.table._table_panel import TablePanel
    from napari_label_index.session import (
        ComparedRows,
        ComparerState,
        IndexSession,
        Outcome,
        Submit,
    )

# One drag over the rows changes the selection many times between two frames.
SHOW_DELAY_MS = 10


class CompareLink:
    """Builds the compare panel, and connects it with table and picture.

    Parameters
    ----------
    viewer
        Where both layers are shown.
    session, submit
        What is compared, and what starts work elsewhere.
    table
        Shows the labels of the first layer.
    layer_of
        Gives the layer that is indexed.
    ask_path
        Asks the user where to write the comparison.
    """

    def __init__(
        self,
        viewer: Viewer,
        session: IndexSession,
        submit: Submit,
        table: TablePanel,
        layer_of: Callable[[], Labels | None],
        ask_path: AskPath,
    ) -> None:
        self._viewer = viewer
        self._session = session
        self._table = table
        self._layer_of = layer_of
        self._ask_path = ask_path
        self._choices: list[Labels] = []
        self._names = ("", "")  # of both layers, when they were compared
        self._rows: IntVector = np.empty(0, np.int64)  # selected
        self._is_selecting = False
        self.comparer = Comparer(session, submit)
        self.second = LayerLink(self.comparer.second)
        self.panel = ComparePanel()
        self.highlight = PartnerHighlight(viewer)
        self._timer = QTimer(self.panel)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOW_DELAY_MS)
        self._timer.timeout.connect(self._show_in_picture)
        self._connect()

    def set_open(self, is_open: bool) -> None:
        """Show the panel, or hide it with what it has in the picture."""
        self.panel.setVisible(is_open)
        if is_open:
            self.follow_layers()
            self._on_selected(self._session.selection.labels)
        else:
            self._timer.stop()
            self.highlight.remove()

    def follow_layers(self) -> None:
        """Offer the layers that there are; drop what speaks of another name."""
        chosen = self._chosen()
        first, second = self._layer_of(), self.second.layer
        self._choices, words = choices_beside(first, self._viewer.layers)
        names = [layer.name for layer in self._choices]
        place = self._choices.index(chosen) if chosen in self._choices else 0
        if not self.comparer.can_compare:
            words = text.NOT_INDEXED
        self.panel.show_choices(names, place, words)
        if first is None or second is None:
            return
        if second not in self._choices:
            self.comparer.drop(text.gone(self._names[1]))
            self.second.attach(None)
        elif (first.name, second.name) != self._names:
            self.comparer.drop(text.RENAMED)

    def use_theme(self, theme: Theme) -> None:
        """Take the colours of a napari theme."""
        self.panel.use_theme(theme)

    def compare(self) -> None:
        """Compare with the layer that is chosen."""
        first, second = self._layer_of(), self._chosen()
        if first is None or second is None:
            return
        self._names = (first.name, second.name)
        if second is not self.second.layer:
            self.comparer.drop()
            self.second.attach(second)
        self.comparer.compare(self.second.label_image())

    def close_session(self) -> None:
        """Stop, and take everything of ours out of the viewer."""
        self._timer.stop()
        self._session.selection.changed.disconnect(self._on_selected)
        self._session.state_changed.disconnect(self._on_session_changed)
        self.comparer.close()
        self.second.close()
        self.highlight.close()

    def _connect(self) -> None:
        panel, comparer = self.panel, self.comparer
        panel.compare_asked.connect(self.compare)
        panel.progress.cancelled.connect(comparer.cancel)
        panel.chips.query_asked.connect(self._on_verdict_asked)
        panel.view.labels_selected.connect(self._on_rows_selected)
        panel.view.label_opened.connect(self._on_row_opened)
        panel.export_button.clicked.connect(self._on_export)
        comparer.state_changed.connect(self._on_state_changed)
        comparer.progressed.connect(panel.progress.show_progress)
        comparer.exported.connect(self._on_exported)
        self._session.selection.changed.connect(self._on_selected)
        self._session.state_changed.connect(self._on_session_changed)

    def _chosen(self) -> Labels | None:
        place = self.panel.combo.currentIndex()
        return self._choices[place] if 0 <= place < len(self._choices) else None

    def _on_state_changed(self, state: ComparerState) -> None:
        panel = self.panel
        self._rows = self._rows[:0]
        self._timer.stop()
        self.highlight.clear()
        panel.progress.end()
        panel.banner.say("")
        match state:
            case Compared(rows):
                name = self._names[1]
                panel.show_rows(rows, name, text.compared_summary(state, name))
                self._on_selected(self._session.selection.labels)
                return
            case Comparing():
                panel.progress.begin()
            case CompareFailed(message):
                panel.banner.say(message, "error")
            case NotCompared(notice):
                panel.banner.say(notice, "warning")
        panel.show_rows(None)

    def _on_session_changed(self, _state: object) -> None:
        self.follow_layers()

    def _on_verdict_asked(self, verdict: str) -> None:
        state = self.comparer.state
        if isinstance(state, Compared):
            self.panel.view.show_only(_rows_called(verdict, state.rows))
            self.panel.chips.show_text(verdict)

    def _on_rows_selected(self, rows: IntVector) -> None:
        """Select in the table what the rows speak of, and go there."""
        state = self.comparer.state
        if not isinstance(state, Compared):
            return
        self._rows = rows
        labels = state.rows.first_labels(rows)
        selection = self._session.selection
        self._is_selecting = True
        try:
            selection.select(labels)
            if len(labels) == 1:
                selection.focus(int(labels[0]))
                self._table.show_label(int(labels[0]))
        finally:
            self._is_selecting = False
        self._timer.start()

    def _on_row_opened(self, row: int) -> None:
        self._rows = np.array([row])
        self._show_in_picture()

    def _on_selected(self, labels: LabelArray) -> None:
        """Show the rows of what was selected elsewhere."""
        state = self.comparer.state
        if self._is_selecting or self.panel.isHidden():
            return
        if isinstance(state, Compared):
            self._rows = state.first.rows_of(labels)
            self.panel.view.show_selection(self._rows)
            if len(self._rows) == 1:
                self.panel.view.show_label(int(self._rows[0]))
            self._show_partners()

    def _show_partners(self) -> LabelArray | None:
        state, layer = self.comparer.state, self.second.layer
        if not isinstance(state, Compared) or layer is None:
            return None
        labels = state.rows.second_labels(self._rows)
        self.highlight.show(layer, state.second, labels, is_hollow=True)
        return labels

    def _show_in_picture(self) -> None:
        """Highlight the partners; go to what one row speaks of."""
        seconds = self._show_partners()
        state, first, second = self.comparer.state, self._layer_of(), self.second.layer
        if seconds is None or len(self._rows) != 1 or not isinstance(state, Compared):
            return
        labels = state.rows.first_labels(self._rows)
        if len(labels) and first is not None:
            focus_on(self._viewer, first, state.first, labels)
        elif second is not None:
            focus_on(self._viewer, second, state.second, seconds)

    def _on_export(self) -> None:
        if isinstance(self.comparer.state, Compared):
            path = self._ask_path(self.panel, "comparison.csv")
            if path is not None:
                self.comparer.export(path)

    def _on_exported(self, outcome: Outcome) -> None:
        say_written(self.panel.banner, outcome)


def _rows_called(verdict: str, rows: ComparedRows) -> IntVector | None:
    """Return the rows that a chip asks for; None for all of them."""
    if not verdict:
        return None
    if verdict == OTHER_ID:
        return rows.with_other_id
    called: IntVector = np.flatnonzero(rows.codes == VERDICTS.index(Verdict(verdict)))
    return called
