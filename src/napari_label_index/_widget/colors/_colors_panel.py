"""Colours to labels as widgets: what was found, and how it is to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from napari_label_index._widget._wording import ELLIPSIS, shortened
from napari_label_index._widget.colors import _colors_text as text
from napari_label_index._widget.colors._background_combo import BackgroundCombo
from napari_label_index._widget.parts._banner import Banner
from napari_label_index._widget.parts._progress_row import ProgressRow
from napari_label_index._widget.parts._wrapped_label import wrapped_label
from napari_label_index.session import (
    BLACK,
    ColorsFailed,
    ColorsFound,
    CountingColors,
    MakingLabels,
    NoColors,
)

if TYPE_CHECKING:
    from pathlib import Path

    from napari.utils.theme import Theme

    from napari_label_index.session import ColorState


class ColorsPanel(QWidget):
    """Shows the colours of one image, and asks for labels; it decides nothing."""

    count_asked = Signal()  # of the colours, with the choices as they are now
    make_asked = Signal(bool)  # is_split
    ids_asked = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Colours to labels")
        self.ids: Path | None = None
        self._is_found = False
        self.title = wrapped_label("Image whose colours become labels")
        self.close_button = QPushButton("Close")
        self.close_button.setAccessibleName("Close colours to labels")
        self.progress = ProgressRow("Colours")
        self.summary = wrapped_label("What was found")
        self.banner = Banner("Message about the colours")
        self.background = BackgroundCombo()
        self.ids_label = wrapped_label("Where ids come from")
        self.ids_button = QPushButton(f"CSV{ELLIPSIS}")
        self.ids_button.setAccessibleName("Take the ids of colours from a CSV file")
        self.ids_button.setToolTip(
            "A CSV with the columns label and color (#rrggbb), or label, red, green,"
            " blue: the id that each colour has"
        )
        self.clear_button = QPushButton("Clear")
        self.clear_button.setAccessibleName("Take no ids from a file")
        self.each_choice, self.split_choice = QRadioButton(), QRadioButton()
        self.each_choice.setChecked(True)
        self.each_choice.setAccessibleName("One label for each colour")
        self.split_choice.setAccessibleName("One label for each part of a colour")
        self.split_choice.setToolTip(
            "Voxels of one colour that share a face are a part; parts get the ids 1, 2,"
            " and on"
        )
        self.main_button = QPushButton("Make labels")
        self.choices = self._make_choices()
        self._lay_out()
        self._connect()
        self.show_ids(None)
        self.hide()

    def open(self, name: str) -> None:
        """Appear for another image, with the choices that there are at first."""
        self.show_name(name)
        self.choices.hide()
        self.background.color = BLACK
        self.background.show_colors((), 8)
        self.show_ids(None)
        self.each_choice.setChecked(True)
        self.show()

    def show_name(self, name: str) -> None:
        """Say which image it is."""
        self.title.setText(f"Colours of {shortened(name)!r} to labels")
        self.title.setToolTip(name)

    def show_ids(self, path: Path | None) -> None:
        """Show which file the ids come from."""
        self.ids = path
        name = "" if path is None else shortened(path.name, 16)
        self.ids_label.setText(text.ids_text(name))
        self.ids_label.setToolTip("" if path is None else str(path))
        self.clear_button.setVisible(path is not None)

    def show_state(self, state: ColorState) -> None:
        """Show how far it has come."""
        is_busy = isinstance(state, CountingColors | MakingLabels)
        self.progress.begin() if is_busy else self.progress.end()
        self.banner.say("")
        self.choices.setEnabled(not isinstance(state, MakingLabels))
        match state:
            case ColorsFound():
                self._show_found(state)
            case ColorsFailed(message):
                self.banner.say(message, "error")
            case NoColors(notice):
                self.banner.say(notice, "warning")
        found = state.found if isinstance(state, MakingLabels) else state
        self._is_found = isinstance(found, ColorsFound)
        self.summary.setVisible(self._is_found)
        self.choices.setVisible(not self.choices.isHidden() or not is_busy)
        self._show_main_button(found, is_busy)

    def use_theme(self, theme: Theme) -> None:
        """Take the colours of a napari theme."""
        self.banner.use_theme(theme)

    def _show_found(self, found: ColorsFound) -> None:
        self.summary.setText(text.found_summary(found))
        self.banner.say(text.warnings_of(found.labels), "warning")
        if found.request.ids is None:  # else colours with the id 0 are not counted
            bits = 8 * found.labels.table.colors.itemsize
            self.background.show_colors(found.frequent, bits)

    def _show_main_button(self, state: ColorState, is_busy: bool) -> None:
        found = state if isinstance(state, ColorsFound) else None
        for choice, words in zip(
            (self.each_choice, self.split_choice), text.choices(found), strict=True
        ):
            choice.setText(words)
            choice.setEnabled(found is not None)
        self.main_button.setText("Look again" if found is None else "Make labels")
        is_empty = found is not None and not found.labels.n_colors
        self.main_button.setEnabled(not is_busy and not is_empty)

    def _connect(self) -> None:
        self.close_button.clicked.connect(self.closed)
        self.background.chosen.connect(self.count_asked)
        self.ids_button.clicked.connect(self.ids_asked)
        self.clear_button.clicked.connect(self._on_cleared)
        self.main_button.clicked.connect(self._on_main_clicked)

    def _on_cleared(self) -> None:
        self.show_ids(None)
        self.count_asked.emit()

    def _on_main_clicked(self) -> None:
        if self._is_found:
            self.make_asked.emit(self.split_choice.isChecked())
        else:
            self.count_asked.emit()

    def _make_choices(self) -> QWidget:
        widget = QWidget()
        grid = QGridLayout(widget)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        label = QLabel("Background")
        label.setBuddy(self.background)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.background, 0, 1, 1, 3)
        grid.addWidget(self.ids_label, 1, 0, 1, 2)
        grid.addWidget(self.clear_button, 1, 2)
        grid.addWidget(self.ids_button, 1, 3)
        grid.addWidget(self.each_choice, 2, 0, 1, 4)
        grid.addWidget(self.split_choice, 3, 0, 1, 4)
        grid.addWidget(self.main_button, 4, 0, 1, 4)
        return widget

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, stretch=1)
        head.addWidget(self.close_button, alignment=Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        for widget in (self.progress, self.summary, self.banner, self.choices):
            layout.addWidget(widget)
