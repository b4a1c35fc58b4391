"""One review and one dock: marks go in from buttons and keys, and are shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QTimer

from napari_label_index._widget._sentences import NOTHING_SELECTED
from napari_label_index._widget.exports._export_scopes import OtherLabels, OwnTable
from napari_label_index._widget.review._review_bar import MARKS, ReviewBar
from napari_label_index._widget.review._review_column import (
    NOTE,
    STATUS,
    note_column,
    status_column,
)
from napari_label_index.io import ReviewStatus, sets_path
from napari_label_index.session import Chip, ReviewDesk, query_reads

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_label_index._typing import LabelArray
    from napari_label_index._widget._inspector import Focus
    from napari_label_index._widget._keys import Command
    from napari_label_index._widget.exports._export_panel import ExportPanel
    from napari_label_index._widget.table._table_panel import TablePanel
    from napari_label_index.session import (
        FilterState,
        IndexSession,
        Inspection,
        Review,
        ReviewPlace,
        Submit,
    )

FLUSH_MS = 1000  # after the last mark
RETRY_MS = 5000  # after a save that failed
NO_LABELS = np.empty(0, np.int64)
NONE_LEFT = "No label shown here is unreviewed any more."
MEANINGS = {
    ReviewStatus.UNREVIEWED: "that you did not decide about yet",
    ReviewStatus.ACCEPTED: "that you accepted",
    ReviewStatus.REJECTED: "that you rejected",
    ReviewStatus.UNSURE: "that you are unsure about",
}
CHIPS = {
    status: Chip(status.capitalize(), f"status is {status}", f"Labels {meaning}")
    for status, meaning in MEANINGS.items()
}


class ReviewLink:
    """Builds the review row, and connects it with table, filter and export.

    Parameters
    ----------
    session, inspection, submit
        What is reviewed, how it is filtered, and what starts work elsewhere.
    table
        Shows the labels, and in which order.
    focus
        Brings labels into view.
    place_of
        Says where the volume comes from.
    """

    def __init__(
        self,
        session: IndexSession,
        inspection: Inspection,
        submit: Submit,
        table: TablePanel,
        focus: Focus,
        place_of: Callable[[], ReviewPlace],
    ) -> None:
        self._session = session
        self._inspection = inspection
        self._table = table
        self._focus = focus
        self._is_closed = False
        self._is_done = False  # nothing is left to go on with
        self.desk = ReviewDesk(session, submit, place_of)
        self.bar = ReviewBar()
        inspection.filter.extra_columns = self.desk.columns
        inspection.chips.register(CHIPS[ReviewStatus.UNREVIEWED])
        self.bar.chips.show_chips(list(CHIPS.values())[1:])
        table.columns.offer(STATUS, partial(status_column, desk=self.desk))
        table.columns.offer(NOTE, partial(note_column, desk=self.desk))
        self._timer = QTimer(self.bar)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_time)
        self._connect()
        self._on_opened(self.desk.review)

    def commands(self) -> list[Command]:
        """Keys for the dock and for the picture."""
        verdicts: list[Command] = [
            (
                key,
                f"{text}, and go on to the next unreviewed",
                partial(self.mark, status),
            )
            for status, text, key, _ in MARKS
        ]
        meaning = "Write a note on the selected labels"
        return [*verdicts, ("T", meaning, self.write_note)]

    def table_commands(self) -> list[Command]:
        """Keys for the table alone (see `TABLE_KEYS`): elsewhere they are napari's."""
        return [
            ("Ctrl+Z", "", self.undo),
            ("Ctrl+Shift+Z", "", self.redo),
        ]

    def offer_exports(self, panel: ExportPanel) -> None:
        """Offer to export by status, what is shown, and the marks themselves."""
        panel.offer("Shown labels", OtherLabels(self._shown_labels, self._shown_query))
        for status in ("accepted", "rejected"):
            labels_of = partial(self.desk.labels_with, status)
            panel.offer(f"{status.capitalize()} labels", OtherLabels(labels_of))
        table = OwnTable("review", self._n_marks, self.desk.export)
        panel.offer("Review table", table)
        self.desk.exported.connect(panel.banner.say)
        self.desk.changed.connect(panel.refresh)
        self._inspection.filter.changed.connect(panel.refresh)

    def mark(self, status: str) -> None:
        """Mark what is selected, and go on where that was one label."""
        if self._session.index is None:
            return
        self.bar.fold.set_open(True)
        n_labels = len(self.desk.targets())
        if not n_labels:
            self._table.say(NOTHING_SELECTED)
            return
        label = self.desk.mark(status, self._table.view.shown_labels())
        self._is_done = n_labels == 1 and label is None
        if label is not None:
            self._go_to(label)
        self._show_state()

    def write_note(self) -> None:
        """Begin a note on what is selected, or say that nothing is."""
        if self.bar.note.isEnabled():
            self.bar.begin_note()
        elif self._session.index is not None:
            self._table.say(NOTHING_SELECTED)

    def undo(self) -> None:
        """Take back the last mark, and go to where it was."""
        if self.desk.review is not None:
            self._after_step(self.desk.review.undo())

    def redo(self) -> None:
        """Mark again what was taken back, and go to where that is."""
        if self.desk.review is not None:
            self._after_step(self.desk.review.redo())

    def close_session(self) -> None:
        """Save the last of it and follow nothing any more; once."""
        if self._is_closed:
            return
        self._is_closed = True
        self._timer.stop()
        self.bar.note.show_note(NO_LABELS, "")  # a note that is being written is kept
        selection, label_filter = self._session.selection, self._inspection.filter
        selection.changed.disconnect(self._on_selected)
        selection.focused_changed.disconnect(self._on_selected)
        label_filter.state_changed.disconnect(self._on_filter_state)
        self.desk.close()

    def _connect(self) -> None:
        bar, desk = self.bar, self.desk
        bar.status_asked.connect(self.mark)
        bar.note_written.connect(self._on_note_written)
        bar.undo_asked.connect(self.undo)
        bar.redo_asked.connect(self.redo)
        bar.use_asked.connect(desk.use_stale)
        bar.ignore_asked.connect(desk.dismiss)
        bar.opened.connect(self._show_column)
        bar.hidden.connect(self._on_time)
        bar.chips.query_asked.connect(self._inspection.filter.set_text)
        desk.opened.connect(self._on_opened)
        desk.changed.connect(self._on_marks_changed)
        desk.notice_changed.connect(bar.show_notice)
        self._session.selection.changed.connect(self._on_selected)
        self._session.selection.focused_changed.connect(self._on_selected)
        self._inspection.filter.state_changed.connect(self._on_filter_state)

    def _go_to(self, label: int) -> None:
        index = self._session.index
        if index is not None:
            self._table.select_label(label)
            row = index.row_of(label)
            self._focus(index.labels[row : row + 1])

    def _after_step(self, labels: LabelArray | None) -> None:
        index, selection = self._session.index, self._session.selection
        if labels is None or index is None:
            return
        selection.select(index.keys_of(labels))
        if len(selection) == 1:
            self._go_to(int(selection.labels[0]))
        self._is_done = False
        self._show_state()

    def _shown_labels(self) -> LabelArray:
        index, shown = self._session.index, self._inspection.filter.labels
        if shown is not None:
            return shown
        return np.empty(0, np.int64) if index is None else index.labels

    def _shown_query(self) -> str:
        label_filter = self._inspection.filter
        return "" if label_filter.labels is None else label_filter.text

    def _n_marks(self) -> int:
        return int(self.desk.marks.is_told.sum())

    def _show_column(self) -> None:
        self._table.columns.set_shown(STATUS, True)

    def _on_opened(self, review: Review | None) -> None:
        path = self.desk.path
        self.bar.sentence.setToolTip("" if path is None else f"Kept in {path}")
        self.bar.setVisible(self._session.index is not None)
        home = None if path is None else sets_path(path)
        self._inspection.sets.open(home, self._session.index)
        if review is not None:
            if len(review.marks):
                self._show_column()
            self._refresh_filter()
            self._show_counts()
        self._show_state()

    def _on_marks_changed(self) -> None:
        if self.desk.review is not None:
            self._timer.start(FLUSH_MS)
        self._refresh_filter()
        self._table.view.viewport().update()
        self._show_counts()
        self._show_state()

    def _refresh_filter(self) -> None:
        """Ask the query again, if the answer depends on marks."""
        index, label_filter = self._session.index, self._inspection.filter
        if index is not None and query_reads(
            label_filter.text, index, self.desk.columns(index)
        ):
            label_filter.refresh()

    def _on_time(self) -> None:
        review = self.desk.review
        if review is None or self._is_closed:
            return
        self._timer.stop()
        self.desk.flush()
        if not review.is_saved:
            self._timer.start(RETRY_MS)

    def _on_note_written(self, labels: LabelArray, text: str) -> None:
        if self.desk.review is not None:
            self.desk.review.note(labels, text)

    def _on_selected(self, _changed: object) -> None:
        self._is_done = False
        self._show_state()

    def _on_filter_state(self, state: FilterState) -> None:
        self.bar.chips.show_text(state.text)
        self._is_done = False

    def _show_state(self) -> None:
        """Bring the row in line with review and selection."""
        bar, review, index = self.bar, self.desk.review, self._session.index
        if index is None or review is None:
            bar.show_able(False, False, False)
            bar.note.show_note(NO_LABELS, "")
            bar.show_progress(None, "No review." if self.desk.notice.text else "")
            return
        targets = self.desk.targets()
        bar.show_able(len(targets) > 0, review.can_undo, review.can_redo)
        bar.note.show_note(targets, review.marks.shared_note_of(targets))
        progress = self.desk.progress
        bar.show_progress(progress, NONE_LEFT if self._is_done else "")

    def _show_counts(self) -> None:
        found = self.desk.row_counts
        counts = {chip.query: found[each] for each, chip in CHIPS.items()}
        self._inspection.chips.tell(counts)
        self.bar.chips.show_counts(lambda chip: counts[chip.query])
