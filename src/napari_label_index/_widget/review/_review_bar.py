"""The review row: buttons for a verdict, a line for a note, how far it has come."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_label_index._widget._wording import DOT, ELLIPSIS
from napari_label_index._widget.filter._chip_row import ChipRow
from napari_label_index._widget.parts._banner import Banner
from napari_label_index._widget.parts._foldable import Foldable
from napari_label_index._widget.parts._theme import chip_style
from napari_label_index._widget.parts._wrapped_label import wrapped_label

if TYPE_CHECKING:
    from napari.utils.theme import Theme
    from qtpy.QtGui import QHideEvent, QKeyEvent

    from napari_label_index._typing import LabelArray
    from napari_label_index.session import ReviewNotice, ReviewProgress

MARKS = (  # status, button, key, meaning
    ("accepted", "Accept", "A", "Accept the selected labels"),
    ("rejected", "Reject", "R", "Reject the selected labels"),
    ("unsure", "Unsure", "U", "Mark the selected labels as unsure"),
    ("unreviewed", "Clear", "Q", "Take the marks of the selected labels back"),
)
GOES_ON = "a single one leads to the next unreviewed"


class NoteEdit(QLineEdit):
    """A note on labels; it is written at Enter or when the focus goes elsewhere."""

    written = Signal(object, str)  # (n,) labels, text
    left = Signal()  # by Enter or Esc

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Note")
        self._labels: LabelArray = np.empty(0, np.int64)
        self._shown = ""
        self.editingFinished.connect(self._write)
        self.returnPressed.connect(self.left)
        self._show_hints()

    def show_note(self, labels: LabelArray, text: str) -> None:
        """Show the note that labels share; without any there is nothing to write on."""
        is_same = np.array_equal(labels, self._labels)
        if is_same and text == self._shown:
            return
        if not is_same:
            self._write()
        self._labels, self._shown = labels, text
        self.setText(text)
        self.setCursorPosition(0)
        self._show_hints()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc forgets what was typed."""
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._shown)
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _write(self) -> None:
        text = self.text()
        if len(self._labels) and text != self._shown:
            self._shown = text
            self.written.emit(self._labels, text)

    def _show_hints(self) -> None:
        n_labels = len(self._labels)
        self.setEnabled(n_labels > 0)
        if not n_labels:
            self.setPlaceholderText("Note (T)")
            self.setToolTip("Select labels to write a note on them")
            return
        whom = f"{self._labels[0]}" if n_labels == 1 else f"{n_labels:,} labels"
        self.setPlaceholderText(f"Note on {whom} (T)")
        place = f"label {whom}" if n_labels == 1 else f"all {whom}"
        self.setToolTip(f"Note on {place}: Enter keeps it, Esc does not")


class ReviewBar(QWidget):
    """Shows a review and asks for marks; it decides nothing."""

    status_asked = Signal(str)
    note_written = Signal(object, str)  # (n,) labels, text
    undo_asked = Signal()
    redo_asked = Signal()
    use_asked = Signal()
    ignore_asked = Signal()
    opened = Signal()
    hidden = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Review")
        self.buttons = {
            name: _verdict(text, key, meaning) for name, text, key, meaning in MARKS
        }
        self.note = NoteEdit()
        self.undo_button = _small("Undo", "Take it back (Ctrl+Z in the table)")
        self.redo_button = _small("Redo", "Mark it again (Ctrl+Shift+Z in the table)")
        self.sentence = wrapped_label("Progress of the review")
        self.chips = ChipRow()
        self.chips.setAccessibleName("Filters by status")
        self.fold = Foldable("Review", self._content())
        self.fold.button.setToolTip("Accept or reject labels one after another")
        self.banner = Banner("Message about the review")
        self.use_button = QPushButton("Use")
        self.use_button.setToolTip("Count these marks for this volume")
        self.ignore_button = QPushButton("Ignore")
        self.ignore_button.setToolTip("Begin anew; the marks are kept in a file aside")
        self._lay_out()
        self._connect()
        self._brief = ""
        self._focus_before: QWidget | None = None
        self.show_notice_buttons(False)

    def begin_note(self) -> None:
        """Write a note; Enter or Esc leads back to where the focus was."""
        self.fold.set_open(True)
        self._focus_before = QApplication.focusWidget()
        self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.note.selectAll()

    def show_progress(self, progress: ReviewProgress | None, note: str = "") -> None:
        """Say how far the review has come, and what there is to say beside it."""
        if progress is None:
            self.sentence.setText(note or f"Reading the review{ELLIPSIS}")
            self._brief = ""
        else:
            self.sentence.setText("\n".join(filter(None, (f"{progress}", note))))
            self._brief = f"{progress.n_reviewed:,} of {progress.n_labels:,}"
        self._show_title()

    def show_able(self, marks: bool, undo: bool, redo: bool) -> None:
        """Enable what can be done now."""
        for button in self.buttons.values():
            button.setEnabled(marks)
        self.undo_button.setEnabled(undo)
        self.redo_button.setEnabled(redo)

    def show_notice(self, notice: ReviewNotice) -> None:
        """Show what the user should be told, with buttons where it is a question."""
        self.banner.say(notice.text, notice.kind)
        self.show_notice_buttons(notice.asks)

    def show_notice_buttons(self, shown: bool) -> None:
        """Show the two answers to a question, or hide them."""
        self.use_button.setVisible(shown)
        self.ignore_button.setVisible(shown)

    def use_theme(self, theme: Theme) -> None:
        """Take the colours of a napari theme."""
        self.banner.use_theme(theme)
        self.chips.setStyleSheet(chip_style(theme))

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Tell: the window may be about to close."""
        super().hideEvent(event)
        self.hidden.emit()

    def _content(self) -> QWidget:
        content = QWidget()
        verdicts, note = QHBoxLayout(), QHBoxLayout()
        for row in (verdicts, note):
            row.setSpacing(4)
        for button in self.buttons.values():
            verdicts.addWidget(button)
        note.addWidget(self.note, stretch=1)
        note.addWidget(self.undo_button)
        note.addWidget(self.redo_button)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(verdicts)
        layout.addLayout(note)
        layout.addWidget(self.sentence)
        layout.addWidget(self.chips)
        return content

    def _lay_out(self) -> None:
        answers = QHBoxLayout()
        answers.addWidget(self.use_button)
        answers.addWidget(self.ignore_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.fold)
        layout.addWidget(self.banner)
        layout.addLayout(answers)

    def _connect(self) -> None:
        for name, button in self.buttons.items():
            button.clicked.connect(partial(self._ask_for, name))
        self.note.written.connect(self.note_written)
        self.note.left.connect(self._on_note_left)
        self.undo_button.clicked.connect(self.undo_asked)
        self.redo_button.clicked.connect(self.redo_asked)
        self.use_button.clicked.connect(self.use_asked)
        self.ignore_button.clicked.connect(self.ignore_asked)
        self.fold.folded.connect(self._on_folded)

    def _ask_for(self, status: str, _checked: bool = False) -> None:
        self.status_asked.emit(status)

    def _on_folded(self, folded: bool) -> None:
        self._show_title()
        if not folded:
            self.opened.emit()

    def _on_note_left(self) -> None:
        before, self._focus_before = self._focus_before, None
        if before is not None and before is not self.note:
            before.setFocus()
        else:
            self.buttons["accepted"].setFocus()

    def _show_title(self) -> None:
        is_brief = self._brief and not self.fold.is_open
        self.fold.set_title(f"Review{DOT}{self._brief}" if is_brief else "Review")


def _verdict(text: str, key: str, meaning: str) -> QPushButton:
    button = _small(text, f"{meaning} ({key}); {GOES_ON}")
    button.setMinimumWidth(40)
    return button


def _small(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip)
    button.setStyleSheet("padding-left: 6px; padding-right: 6px")
    return button
