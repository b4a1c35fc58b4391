"""One label image, its index, and what the user selected in it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from psygnal import Signal

from napari_label_index.errors import LabelIndexError
from napari_label_index.index import build_index, warm_up
from napari_label_index.session._edit import Edit
from napari_label_index.session._index_work import Indexed, index_work, opening_work
from napari_label_index.session._job import Faulted, Finished, Outcome, Submit, Work
from napari_label_index.session._latest_job import LatestJob
from napari_label_index.session._row_kind import (
    ids_selected,
    in_rows,
    is_other_kind,
    rows_work,
    select_ids,
    takes_long,
)
from napari_label_index.session._selection import NO_LABELS, LabelSelection
from napari_label_index.session._state import (
    Empty,
    Failed,
    Indexing,
    Ready,
    SessionState,
    SettledState,
    Stale,
)

if TYPE_CHECKING:
    from napari_label_index._typing import Box
    from napari_label_index.index import LabelImage, LabelIndex
    from napari_label_index.session._index_work import Build, OpenSaved, WarmUp


class IndexSession:
    """Holds the index of one label image; answers of older requests are dropped.

    Parameters
    ----------
    submit
        Starts work elsewhere: a thread in the widget, a plain call in a test.
    build, prepare
        What makes an index, and what makes that ready.
    """

    state_changed = Signal(object)  # SessionState
    index_changed = Signal(object)  # LabelIndex | None
    labels_edited = Signal()  # the index is about to follow
    progressed = Signal(object)  # Progress
    rows_failed = Signal(str)  # a sentence: why there are no rows of the other kind

    def __init__(
        self, submit: Submit, *, build: Build = build_index, prepare: WarmUp = warm_up
    ) -> None:
        self.selection = LabelSelection()
        self._job = LatestJob(submit)
        self._build = build
        self._prepare = prepare
        self._state: SessionState = Empty()
        self._is_by_time = False
        self._is_changing_rows = False
        self._rows_asked: bool | None = None  # by time or not, while they are grouped
        self._edits: list[Edit] = []  # made while the layer is being indexed

    @property
    def state(self) -> SessionState:
        """What the session is doing, as a frozen value."""
        return self._state

    @property
    def index(self) -> LabelIndex | None:
        """The index on show; while another is built, the one before."""
        return _index_of(self._settled)

    @property
    def is_by_time(self) -> bool:
        """Whether rows are asked for by label and time, where there is time."""
        return self._is_by_time

    @property
    def is_changing_rows(self) -> bool:
        """Whether there is no index for a moment, before the same one in other rows."""
        return self._is_changing_rows

    def set_by_time(self, by_time: bool) -> None:
        """Show a row for each label and time, or for each label.

        Very many runs are grouped elsewhere, as where they are indexed.

        Raises
        ------
        UnsupportedLabelsError
            If the labels are too large for that; then nothing has changed.
        """
        if self._rows_asked is not None:
            if by_time != self._rows_asked:
                self.cancel()
            return
        settled, index = self._settled, self.index
        is_long = index is not None and takes_long(index, by_time)
        if index is not None and is_long and settled is self._state:
            self._group(index, by_time)
            return
        if not is_long:  # else they wait for what is under way: see `_settle`
            settled = in_rows(settled, by_time)
        self._is_by_time = by_time
        if settled is self._settled:
            return
        if isinstance(self._state, Indexing):
            self._go(Indexing(self._state.source, settled))
        else:
            self._go(settled)

    def _settle(self, state: SettledState) -> None:
        """Show what something ends with, in the rows that were asked for meanwhile."""
        index, asked = _index_of(state), self._is_by_time
        if index is None or not takes_long(index, asked):
            self._go(state)
            return
        self._is_by_time = index.is_by_time
        self._go(state)
        if self._state is state:
            self._group(index, asked)

    def _group(self, index: LabelIndex, by_time: bool) -> None:
        self._drop_job()
        self._rows_asked = by_time
        self._edits.clear()
        self._go(Indexing(index.source, before=self._settled))
        work = rows_work(index, by_time)
        self._job.start(work, self._accept_rows, self.progressed.emit)

    def _accept_rows(self, outcome: Outcome) -> None:
        asked, self._rows_asked = self._rows_asked, None
        settled = self._settled
        match outcome, settled:
            case Finished(index), Ready():
                self._is_by_time = bool(asked)
                settled = self._followed(replace(settled, index=index), self._edits)
            case Finished(index), Stale():
                self._is_by_time = bool(asked)
                settled = replace(settled, index=index)
        self._go(settled)
        if isinstance(outcome, Faulted):
            self.rows_failed.emit(outcome.message)

    def _drop_job(self) -> None:
        self._job.drop()
        self._rows_asked = None

    @property
    def _settled(self) -> SettledState:
        state = self._state
        return state.before if isinstance(state, Indexing) else state

    def request_index(self, label_image: LabelImage) -> None:
        """Index `label_image`; the answer to any earlier request is dropped."""
        work = index_work(
            label_image, self._build, self._prepare, by_time=self._is_by_time
        )
        self._request(label_image, work)

    def request_open(self, label_image: LabelImage, open_saved: OpenSaved) -> None:
        """Show a saved index of `label_image`; otherwise as `request_index`."""
        work = opening_work(
            label_image, open_saved, self._prepare, by_time=self._is_by_time
        )
        self._request(label_image, work, is_opening=True)

    def _request(
        self, label_image: LabelImage, work: Work, *, is_opening: bool = False
    ) -> None:
        self._drop_job()
        self._edits.clear()
        self._go(Indexing(label_image.source, before=self._settled))
        accept = partial(self._accept, is_opening)
        self._job.start(work, accept, self.progressed.emit)

    def cancel(self) -> None:
        """Stop indexing and go back to what was there before."""
        if isinstance(self._state, Indexing):
            self._drop_job()
            self._settle(self._settled)

    def apply_edit(self, label_image: LabelImage, box: Box) -> None:
        """Follow an edit of the voxels in `box`, which are those of `label_image` now.

        The index is that of the edited voxels when this returns, unless they are too
        many: then all are indexed again. What is being indexed meanwhile may have
        read the voxels before or after, so the edit is applied to that as well.
        """
        self.labels_edited.emit()
        edit = Edit(label_image, box)
        settled = self._settled
        if isinstance(settled, Ready) and not edit.is_large:
            settled = self._followed(settled, [edit])
        match self._state:
            case Indexing(source) if not edit.is_large:
                self._edits.append(edit)
                self._go(Indexing(source, settled))
            case Indexing() | Ready() if edit.is_large:
                self.mark_changed()
                self.request_index(label_image)
            case Ready():
                self._go(settled)

    def mark_changed(self, notice: str = "") -> None:
        """Say that the voxels are no longer those that were indexed, and how."""
        settled = self._settled
        if settled is self._state and not isinstance(settled, Ready):
            return  # nothing on show that the change could make wrong
        self._drop_job()
        match settled:
            case Ready(index, seconds, compared):
                self._settle(Stale(index, seconds, compared, notice))
            case Stale():
                self._settle(settled)
            case _:
                self._go(Empty("The labels changed while they were indexed."))

    def tell_compared(self, compared: str) -> None:
        """Say what of the volume was compared with the index on show, which is it."""
        if isinstance(self._state, Ready):
            self._go(replace(self._state, compared=compared))

    def clear(self, notice: str = "") -> None:
        """Forget the index, the selection and any request."""
        self._drop_job()
        self._go(Empty(notice))

    def close(self) -> None:
        """Stop what is under way and say no more."""
        self._job.drop()

    def _accept(self, was_opening: bool, outcome: Outcome) -> None:
        match outcome:
            case Finished(Indexed(index, seconds, compared)):
                ready = Ready(index, seconds, compared)
                self._settle(self._followed(ready, self._edits))
            case Faulted(message):
                self._go(Failed(message, was_opening))
            case _:
                self._settle(self._settled)

    def _followed(self, ready: Ready, edits: list[Edit]) -> SettledState:
        """Return what is on show after some edits of it, in the rows asked for.

        Very many stay in the rows that they have.
        """
        index = ready.index
        try:
            for edit in edits:
                index = index.update(edit.label_image, edit.box)
        except LabelIndexError:
            return Stale(ready.index, ready.seconds, ready.compared)
        ready = replace(ready, index=index)
        if takes_long(index, self._is_by_time):
            return ready
        try:
            return in_rows(ready, self._is_by_time)
        except LabelIndexError as error:
            return Failed(f"There are no rows by time: {error}.")

    def _go(self, state: SessionState) -> None:
        index = _index_of(state.before if isinstance(state, Indexing) else state)
        if not is_other_kind(self.index, index):
            self._show(state)
            return
        # Nothing that is kept by row may go from one kind to the other.
        ids = ids_selected(self.index, self.selection)
        self._is_changing_rows = True
        try:
            self._show(Empty())
        finally:
            self._is_changing_rows = False
        self._show(state)
        select_ids(index, self.selection, ids)

    def _show(self, state: SessionState) -> None:
        before = self.index
        self._state = state
        index = self.index
        if index is not before:
            self.selection.set_known(NO_LABELS if index is None else index.labels)
            self.index_changed.emit(index)
        self.state_changed.emit(state)


def _index_of(state: SettledState) -> LabelIndex | None:
    return state.index if isinstance(state, Ready | Stale) else None
