"""Selections one after the other, to walk back and forward over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psygnal import Signal

from napari_label_index.session._history import SelectionHistory

if TYPE_CHECKING:
    from napari_label_index.index import LabelIndex
    from napari_label_index.session._session import IndexSession


class SelectionTrail:
    """Notes what a session had selected, and selects it again.

    A drag over the table passes through many selections: only what stands when
    `settle` is called is noted.

    Parameters
    ----------
    session
        Whose selection it is.
    """

    changed = Signal()

    def __init__(self, session: IndexSession) -> None:
        self._session = session
        self._history = SelectionHistory()
        session.index_changed.connect(self._on_index_changed)

    @property
    def can_go_back(self) -> bool:
        """Whether `back` leads anywhere."""
        return self._history.can_go_back

    @property
    def can_go_forward(self) -> bool:
        """Whether `forward` leads anywhere."""
        return self._history.can_go_forward

    def settle(self) -> None:
        """Note what is selected now."""
        self._history.visit(self._session.selection.labels)
        self.changed.emit()

    def back(self) -> None:
        """Select what was selected before."""
        self._go(by=-1)

    def forward(self) -> None:
        """Select what was selected after."""
        self._go(by=1)

    def close(self) -> None:
        """Listen no more; a second call does nothing."""
        self._session.index_changed.disconnect(self._on_index_changed, missing_ok=True)

    def _go(self, by: int) -> None:
        self._history.visit(self._session.selection.labels)
        labels = self._history.back() if by < 0 else self._history.forward()
        if labels is not None:
            self._session.selection.select(labels)
        self.changed.emit()

    def _on_index_changed(self, index: LabelIndex | None) -> None:
        # Labels that another index lacks are left out by the selection.
        if index is None:
            self._history.clear()
        self.changed.emit()
