"""One label image beside another: index the second, compare, and drop what is old."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from psygnal import Signal

from napari_label_index.index import ComparedRows
from napari_label_index.io import export_columns
from napari_label_index.session._job import (
    Faulted,
    Finished,
    Outcome,
    Report,
    Submit,
    Work,
    in_phase,
)
from napari_label_index.session._latest_job import LatestJob
from napari_label_index.session._session import IndexSession
from napari_label_index.session._state import Failed, Indexing, Ready, SessionState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_label_index._typing import Cancel
    from napari_label_index.index import LabelImage, LabelIndex

COMPARING = "Comparing"
CHANGED = "A layer has changed since. Compare again."


@dataclass(frozen=True, slots=True)
class NotCompared:
    """There is no comparison; `notice` says what became of the one before."""

    notice: str = ""


@dataclass(frozen=True, slots=True)
class Comparing:
    """The second label image is indexed and compared."""

    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """The comparison of the two indexes."""

    rows: ComparedRows
    first: LabelIndex
    second: LabelIndex
    seconds: float


@dataclass(frozen=True, slots=True)
class CompareFailed:
    """There is no comparison; `message` is a sentence for the user."""

    message: str


ComparerState: TypeAlias = NotCompared | Comparing | Compared | CompareFailed


class Comparer:
    """Compares the index of one session with another label image.

    What belongs to an index that is no longer on show, or to labels that have changed
    since, is dropped, whether it is under way or on show.

    Parameters
    ----------
    session
        Whose index is compared.
    submit
        Starts work elsewhere: a thread in the widget, a plain call in a test.
    make_session
        Makes the session that holds the second index; replaced in tests.
    """

    state_changed = Signal(object)  # ComparerState
    progressed = Signal(object)  # Progress
    exported = Signal(object)  # Outcome; the path of a file that is in place

    def __init__(
        self,
        session: IndexSession,
        submit: Submit,
        make_session: Callable[[Submit], IndexSession] = IndexSession,
    ) -> None:
        self.second = make_session(submit)
        self._session = session
        self._job = LatestJob(submit)
        self._export_job = LatestJob(submit)
        self._state: ComparerState = NotCompared()
        self._first: LabelIndex | None = None  # that is compared
        self._began = 0.0
        session.state_changed.connect(self._on_first_changed)
        self.second.state_changed.connect(self._on_second_changed)
        self.second.progressed.connect(self.progressed)

    @property
    def state(self) -> ComparerState:
        """What the comparer is doing, as a frozen value."""
        return self._state

    @property
    def can_compare(self) -> bool:
        """Whether there is an index of the first labels as they are now."""
        return isinstance(self._session.state, Ready)

    def compare(self, label_image: LabelImage) -> None:
        """Index `label_image`, and compare; any earlier comparison is dropped."""
        if not self.can_compare:
            return
        self._job.drop()
        self._first = self._session.index
        self._began = time.perf_counter()
        self._go(Comparing(label_image.source))
        self.second.request_index(label_image)

    def cancel(self) -> None:
        """Stop, and show no comparison."""
        if isinstance(self._state, Comparing):
            self.drop()

    def drop(self, notice: str = "") -> None:
        """Forget the comparison, shown or under way, and say why."""
        if isinstance(self._state, NotCompared):
            return
        if isinstance(self._state, CompareFailed):
            notice = ""
        self._job.drop()
        self._first = None
        self._go(NotCompared(notice))
        self.second.clear()

    def export(self, path: Path) -> None:
        """Write the rows on show as CSV."""
        if isinstance(self._state, Compared):
            work = _export_work(self._state.rows, path)
            self._export_job.start(work, self.exported.emit)

    def close(self) -> None:
        """Stop what is under way and say no more; a second call does nothing."""
        self._session.state_changed.disconnect(self._on_first_changed, missing_ok=True)
        self.second.state_changed.disconnect(self._on_second_changed, missing_ok=True)
        self._job.drop()
        self._export_job.drop()
        self.second.close()

    def _on_first_changed(self, state: SessionState) -> None:
        settled = state.before if isinstance(state, Indexing) else state
        if not (isinstance(settled, Ready) and settled.index is self._first):
            # In other rows the layer is the same one.
            self.drop("" if self._session.is_changing_rows else CHANGED)

    def _on_second_changed(self, state: SessionState) -> None:
        match state:
            case Indexing():
                return
            case Ready(index) if isinstance(self._state, Comparing):
                assert self._first is not None, "it is dropped with the first index"
                self._job.start(
                    _compare_work(self._first, index),
                    self._accept,
                    self.progressed.emit,
                )
            case Failed(message):
                self._go(CompareFailed(message))
            case _:
                self.drop(getattr(state, "notice", "") or CHANGED)

    def _accept(self, outcome: Outcome) -> None:
        first, second = self._first, self.second.index
        match outcome:
            case Finished(rows) if first is not None and second is not None:
                seconds = time.perf_counter() - self._began
                self._go(Compared(rows, first, second, seconds))
            case Faulted(message):
                self._go(CompareFailed(message))
            case _:
                self.drop()

    def _go(self, state: ComparerState) -> None:
        self._state = state
        self.state_changed.emit(state)


def _compare_work(first: LabelIndex, second: LabelIndex) -> Work:
    def work(report: Report, cancel: Cancel) -> ComparedRows:
        on_progress = in_phase(report, COMPARING)
        comparison = first.compare(second, on_progress=on_progress, cancel=cancel)
        rows = ComparedRows.of(comparison)
        _ = rows.table  # here, and not when it is first shown
        return rows

    return work


def _export_work(rows: ComparedRows, path: Path) -> Work:
    def work(_report: Report, _cancel: Cancel) -> Path:
        return export_columns(rows.table, path)

    return work
