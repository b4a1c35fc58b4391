"""What the rows of the dock stand for, and which of them the slider of time means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index._widget._proxies import unproxied
from napari_label_index._widget.picture._time_in_view import time_in_view
from napari_label_index.errors import LabelIndexError

if TYPE_CHECKING:
    from napari.viewer import Viewer

    from napari_label_index._widget._dock_widget import LabelIndexWidget
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import SessionState

NO_COMPARISON = (
    "Labels are compared over all times. Choose one row for each label at Time."
)


class DockRows:
    """Shows a row for each label, or for each label and time, as the user asks.

    Parameters
    ----------
    dock
        Whose rows they are.
    viewer
        Whose slider says which time is looked at.
    """

    def __init__(self, dock: LabelIndexWidget, viewer: Viewer) -> None:
        self._dock = dock
        self._viewer = unproxied(viewer)
        self._button = dock.chooser.time_button
        self._button.rows_asked.connect(self.set_by_time)
        dock.table.row_meant = self.row_meant
        dock.session.state_changed.connect(self._on_state_changed)
        dock.session.rows_failed.connect(self._on_failed)

    def set_by_time(self, by_time: bool) -> None:
        """Show rows of that kind; where there can be none, say why."""
        try:
            self._dock.session.set_by_time(by_time)
        except LabelIndexError as error:
            self._dock.table.say(f"There are no rows by time: {error}.")
        self._button.show_rows(self._dock.session.is_by_time)

    def _on_state_changed(self, _state: SessionState) -> None:
        self._button.show_rows(self._dock.session.is_by_time)

    def _on_failed(self, sentence: str) -> None:
        self._dock.table.say(f"There are no rows by time. {sentence}")

    def row_meant(self, index: LabelIndex, label: int) -> int | None:
        """Return the row of a label at the time in view, or else its first one."""
        layer, keys = self._dock.link.layer, index.keys_of([label])
        times = index.times_of(keys)
        if layer is not None and times is not None:
            now = keys[times == time_in_view(self._viewer, layer, index)]
            keys = now if now.size else keys
        return int(keys[0]) if keys.size else None
