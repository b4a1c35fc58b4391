"""Isolate, hide, dim and colour: commands in, one frozen `Display` out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from napari_label_index.session._color_scale import ColorScale
from napari_label_index.session._display import Dim, Display, without
from napari_label_index.session._job import Faulted, Finished, Job, Outcome, Submit
from napari_label_index.session._selection import NO_LABELS

if TYPE_CHECKING:
    from typing import Any

    from napari_label_index._typing import Cancel, LabelArray
    from napari_label_index.index import LabelIndex
    from napari_label_index.session._job import Report
    from napari_label_index.session._session import IndexSession


class DisplayModes:
    """How the labels of one session are to be seen.

    A new index of the same layer keeps the modes, without an index there are none.

    Parameters
    ----------
    session
        Whose labels and selection they are about.
    submit
        Starts the computing of a column elsewhere.
    """

    changed = Signal()
    color_asked = Signal(str)  # name of a column that is being computed, "" once done
    faulted = Signal(str)  # a sentence for the user

    def __init__(self, session: IndexSession, submit: Submit) -> None:
        self._session = session
        self._submit = submit
        self._display = Display()
        self._latest_request = 0
        self._job: Job | None = None
        session.index_changed.connect(self._on_index_changed)

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
        unseen = without(selected, hidden)
        if len(unseen):
            hidden = np.union1d(hidden.astype(selected.dtype), unseen)
        else:
            hidden = without(hidden, selected)
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
        self._drop_request()
        index = self._session.index
        if index is None or not name:
            self._show_colors(None)
            return
        request = self._latest_request
        self.color_asked.emit(name)
        job = self._submit(
            _column_work(index, name),
            on_done=lambda outcome: self._accept(request, name, outcome),
            on_progress=lambda progress: None,
        )
        if request == self._latest_request:
            self._job = job

    def set_log(self, is_log: bool) -> None:
        """Let the levels of colour be even steps of the logarithm, or of the value."""
        colors = self._display.colors
        if colors is not None and colors.is_log != is_log:
            self._show_colors(replace(colors, is_log=is_log))

    def reset(self) -> None:
        """Show everything as the layer does."""
        self._drop_request()
        self._show(Display())

    def close(self) -> None:
        """Listen no more, and drop what is under way; a second call does nothing."""
        self._drop_request()
        self._session.index_changed.disconnect(self._on_index_changed, missing_ok=True)

    def _drop_request(self) -> None:
        self._latest_request += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.color_asked.emit("")

    def _accept(self, request: int, name: str, outcome: Outcome) -> None:
        if request != self._latest_request:
            return
        self._latest_request += 1
        self._job = None
        self.color_asked.emit("")
        match outcome:
            case Finished(values):
                before = self._display.colors
                is_log = before is not None and before.is_log
                self._show_colors(ColorScale(name, values, is_log))
            case Faulted(message):
                self.faulted.emit(message)

    def _show_colors(self, colors: ColorScale | None) -> None:
        if colors is not self._display.colors:
            self._show(replace(self._display, colors=colors))

    def _show(self, display: Display) -> None:
        self._display = display
        self.changed.emit()

    def _on_index_changed(self, index: LabelIndex | None) -> None:
        if index is None:
            self.reset()
            return
        colors = self._display.colors
        hidden = _known_among(index.labels, self._display.hidden)
        self._show(replace(self._display, hidden=hidden, colors=None))
        if colors is not None and colors.name in index.columns:
            self.color_by(colors.name)


def _known_among(known: LabelArray, labels: LabelArray) -> LabelArray:
    """Those of `labels` that are known, in the dtype of `known`."""
    if not len(labels):
        return known[:0]
    return known[np.isin(known, labels.astype(known.dtype))]


def _column_work(index: LabelIndex, name: str) -> Any:
    def work(_report: Report, _cancel: Cancel) -> Any:
        return index.column(name)

    return work
