"""Isolate, hide, dim and colour: commands in, one frozen `Display` out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from psygnal import Signal

from napari_label_index.index import among, difference, union
from napari_label_index.session._color_scale import ColorScale
from napari_label_index.session._display import Dim, Display
from napari_label_index.session._row_kind import is_other_kind, rows_of_whole
from napari_label_index.session._selection import NO_LABELS

if TYPE_CHECKING:
    from napari_label_index.index import LabelIndex
    from napari_label_index.session._column_store import ColumnStore
    from napari_label_index.session._session import IndexSession


class DisplayModes:
    """How the labels of one session are to be seen.

    A new index of the same layer keeps the modes, without an index there are none. In
    rows of another kind, the labels stay hidden that were hidden as a whole.

    Parameters
    ----------
    session
        Whose labels and selection they are about.
    columns
        Columns of its index, to colour by.
    """

    changed = Signal()
    color_asked = Signal(str)  # name of a column that is being computed, "" once done
    faulted = Signal(str)  # a sentence for the user

    def __init__(self, session: IndexSession, columns: ColumnStore) -> None:
        self._session = session
        self._columns = columns
        self._display = Display()
        self._index = columns.index  # whose rows are hidden
        self._asked = ""  # the column that colours wait for
        columns.index_changed.connect(self._on_index_changed)
        columns.arrived.connect(self._on_column_arrived)

    @property
    def display(self) -> Display:
        """What the user asked for, as a frozen value."""
        return self._display

    def toggle_isolated(self) -> None:
        """Show the selection alone, or everything again."""
        self._show(replace(self._display, is_isolated=not self._display.is_isolated))

    def hide_selected(self) -> None:
        """Hide the selected labels; if all of them are hidden, show them again."""
        hidden, selected = self._display.hidden, self._session.selection.labels
        if not len(selected):
            return
        unseen = difference(selected, hidden)
        if len(unseen):
            hidden = union(hidden.astype(selected.dtype), unseen)
        else:
            hidden = difference(hidden, selected)
        self._show(replace(self._display, hidden=hidden))

    def unhide_all(self) -> None:
        """Hide nothing."""
        if len(self._display.hidden):
            self._show(replace(self._display, hidden=NO_LABELS))

    def set_dim(self, dim: Dim) -> None:
        """Show in this way what is not selected."""
        if dim is not self._display.dim:
            self._show(replace(self._display, dim=dim))

    def cycle_dim(self) -> None:
        """Go from "as they are" to dimmed, to outlines only, and round."""
        ways = list(Dim)
        self.set_dim(ways[(ways.index(self._display.dim) + 1) % len(ways)])

    def color_by(self, name: str) -> None:
        """Colour the labels by a column of the index; "" gives them back theirs."""
        self._ask(name if self._columns.index is not None else "")
        if not self._asked:
            self._show_colors(None)
        elif self._columns.missing([name]):
            self._columns.request([name])
        else:
            self._on_column_arrived(name)

    def set_log(self, is_log: bool) -> None:
        """Let the levels of colour be even steps of the logarithm, or of the value."""
        colors = self._display.colors
        if colors is not None and colors.is_log != is_log:
            self._show_colors(replace(colors, is_log=is_log))

    def reset(self) -> None:
        """Show everything as the layer does."""
        self._ask("")
        self._show(Display())

    def close(self) -> None:
        """Listen no more; a second call does nothing."""
        self._asked = ""
        self._columns.index_changed.disconnect(self._on_index_changed, missing_ok=True)
        self._columns.arrived.disconnect(self._on_column_arrived, missing_ok=True)

    def _ask(self, name: str) -> None:
        if name != self._asked:
            self._asked = name
            self.color_asked.emit(name)

    def _on_column_arrived(self, name: str) -> None:
        if not name or name != self._asked:
            return
        self._ask("")
        values = self._columns.values(name)
        if values is None:
            self.faulted.emit(self._columns.failure(name))
            return
        before = self._display.colors
        is_log = before is not None and before.is_log
        self._show_colors(ColorScale(name, values, is_log))

    def _show_colors(self, colors: ColorScale | None) -> None:
        if colors is not self._display.colors:
            self._show(replace(self._display, colors=colors))

    def _show(self, display: Display) -> None:
        self._display = display
        self.changed.emit()

    def _on_index_changed(self, index: LabelIndex | None) -> None:
        if index is None:
            if not self._session.is_changing_rows:
                self._index = None
                self.reset()
            return
        before, self._index = self._index, index
        colors, hidden = self._display.colors, self._display.hidden
        if before is not None and is_other_kind(before, index):
            hidden = rows_of_whole(before, hidden, index)
        hidden = among(index.labels, hidden)
        if colors is not None:
            colors = self._colors_after(colors)
        if len(self._display.hidden) or self._display.colors is not None:
            self._show(replace(self._display, hidden=hidden, colors=colors))

    def _colors_after(self, before: ColorScale) -> ColorScale | None:
        """Colours by the same column; at first its values of before will do."""
        name, columns = before.name, self._columns
        if not columns.knows(name):
            return None
        values, former = columns.values(name), columns.former(name)
        if values is None:
            self._asked = name  # without a word: it is no news
            columns.request([name])
            values = None if former is None else former.with_gaps
        return None if values is None else replace(before, values=values)
