"""The query line with its help, and below it what is wrong or under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from napari_label_index._widget._sentences import query_message
from napari_label_index._widget.filter._query_edit import QueryEdit
from napari_label_index._widget.filter._query_help import EXAMPLE
from napari_label_index._widget.parts._banner import Banner, Kind
from napari_label_index._widget.parts._popup import TextPopup
from napari_label_index._widget.parts._theme import mark_color, popup_style
from napari_label_index.session import FilterState, Wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari.utils.theme import Theme


REST_MS = 1000  # after the last key: what is half written is no mistake yet


class QueryBar(QWidget):
    """Asks queries, and shows what becomes of them.

    Parameters
    ----------
    help_page
        Makes the page of the (?) button.
    """

    asked = Signal(str)
    left = Signal()

    def __init__(self, help_page: Callable[[], str]) -> None:
        super().__init__()
        self._help_page = help_page
        self._error_color = QColor("red")
        self.edit = QueryEdit()
        self.help_button = QPushButton("?")
        self.help_button.setObjectName("chip")
        self.help_button.setAccessibleName("Help on filters")
        self.help_button.setToolTip("Columns and examples")
        self.help_button.clicked.connect(self.show_help)
        self.help = TextPopup("Help on filters", self)
        self.message = Banner("Filter message")
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.edit, stretch=1)
        row.addWidget(self.help_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.message)
        self._state: FilterState | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_rested)
        self.edit.textEdited.connect(self._rest.start)
        self.edit.returnPressed.connect(self._tell)
        self.edit.asked.connect(self.asked)
        self.edit.left.connect(self.left)
        self.help.link_clicked.connect(self._on_help_clicked)

    def begin(self) -> None:
        """Take the keyboard."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def ask(self, query: str) -> None:
        """Ask a query, in place of what is being written."""
        self._rest.stop()
        self.edit.show_text(query)
        self.edit.ask()

    def show_state(self, state: FilterState) -> None:
        """Show the query and what became of it."""
        if self.edit.is_being_written:
            return  # an answer to an earlier text must not take away the new one
        self._state = state
        self.edit.show_text(state.text)
        if isinstance(state, Wrong):
            self.edit.underline(*_marked(state), self._error_color)
        else:
            self.edit.underline(0, 0, self._error_color)
        if isinstance(state, Wrong) and self._rest.isActive():
            self.message.say("")
        else:
            self._tell()

    def show_help(self) -> None:
        """Pop up the columns and examples."""
        self.help.show_beside(self.edit, self._help_page())

    def use_theme(self, theme: Theme) -> None:
        """Take the colours of a napari theme."""
        self._error_color = mark_color(theme)
        self.message.use_theme(theme)
        self.edit.use_popup_style(popup_style(theme))
        self.help.use_theme(theme)

    def _on_rested(self) -> None:
        if self.edit.is_completing:
            self._rest.start()  # the names on offer lie where the sentence would be
        else:
            self._tell()

    def _tell(self) -> None:
        """Say what became of the query."""
        self._rest.stop()
        if self._state is None:
            return
        kind: Kind = "error" if isinstance(self._state, Wrong) else "info"
        self.message.say(query_message(self._state), kind)

    def _on_help_clicked(self, kind: str, text: str) -> None:
        if kind == EXAMPLE:
            self.begin()
            self.ask(text)
        else:  # a column, for the query that is being written
            self.edit.setFocus()
            self.edit.insert(f"{text} ")


def _marked(state: Wrong) -> tuple[int, int]:
    """What to underline: at the end of the text, its last character."""
    position = min(state.position, max(len(state.text) - 1, 0))
    return position, max(state.length, 1)
