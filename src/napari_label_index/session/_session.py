"""One label image, its index, and what the user selected in it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any, Protocol

from psygnal import Signal

from napari_label_index.errors import Cancelled, LabelIndexError
from napari_label_index.index import LabelIndex, build_index, warm_up
from napari_label_index.session._ahead import look_ahead
from napari_label_index.session._job import (
    Faulted,
    Finished,
    Outcome,
    Progress,
    Report,
    Submit,
    Work,
    in_phase,
)
from napari_label_index.session._latest_job import LatestJob
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
    from napari_label_index._typing import Box, Cancel, OnProgress
    from napari_label_index.index import LabelImage

PREPARING = "Preparing (the first time this compiles for about 10 s)"
INDEXING = "Indexing"
# Read at some 10 ms for a million, in the thread that shows the window.
MAX_EDITED_VOXELS = 4_000_000


class Build(Protocol):
    """Makes an index, as `build_index` does."""

    def __call__(
        self, label_image: Any, /, *, on_progress: OnProgress, cancel: Cancel
    ) -> LabelIndex:
        """Return the index of `label_image`, or raise `Cancelled`."""


class OpenSaved(Protocol):
    """Opens a saved index of a label image, and compares the two."""

    def __call__(
        self, label_image: LabelImage, report: Report, cancel: Cancel, /
    ) -> tuple[LabelIndex, str]:
        """Return the index and what was compared; raise if it is of another volume."""


class WarmUp(Protocol):
    """Makes what a build needs ready, as `warm_up` does."""

    def __call__(self, dtype: Any, /) -> None:
        """Compile for `dtype`."""


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

    def __init__(
        self, submit: Submit, *, build: Build = build_index, prepare: WarmUp = warm_up
    ) -> None:
        self.selection = LabelSelection()
        self._job = LatestJob(submit)
        self._build = build
        self._prepare = prepare
        self._state: SessionState = Empty()
        self._edits: list[_Edit] = []  # made while the layer is being indexed

    @property
    def state(self) -> SessionState:
        """What the session is doing, as a frozen value."""
        return self._state

    @property
    def index(self) -> LabelIndex | None:
        """The index on show; while another is built, the one before."""
        return _index_of(self._settled)

    @property
    def _settled(self) -> SettledState:
        state = self._state
        return state.before if isinstance(state, Indexing) else state

    def request_index(self, label_image: LabelImage) -> None:
        """Index `label_image`; the answer to any earlier request is dropped."""
        work = _index_work(label_image, self._build, self._prepare)
        self._request(label_image, work)

    def request_open(self, label_image: LabelImage, open_saved: OpenSaved) -> None:
        """Show a saved index of `label_image`; otherwise as `request_index`."""
        work = _opening_work(label_image, open_saved, self._prepare)
        self._request(label_image, work, is_opening=True)

    def _request(
        self, label_image: LabelImage, work: Work, *, is_opening: bool = False
    ) -> None:
        self._job.drop()
        self._edits.clear()
        self._go(Indexing(label_image.source, before=self._settled))
        accept = partial(self._accept, is_opening)
        self._job.start(work, accept, self.progressed.emit)

    def cancel(self) -> None:
        """Stop indexing and go back to what was there before."""
        if isinstance(self._state, Indexing):
            self._job.drop()
            self._go(self._settled)

    def apply_edit(self, label_image: LabelImage, box: Box) -> None:
        """Follow an edit of the voxels in `box`, which are those of `label_image` now.

        The index is that of the edited voxels when this returns, unless they are too
        many: then all are indexed again. What is being indexed meanwhile may have
        read the voxels before or after, so the edit is applied to that as well.
        """
        self.labels_edited.emit()
        edit = _Edit(label_image, box)
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
        self._job.drop()
        match settled:
            case Ready(index, seconds, compared):
                self._go(Stale(index, seconds, compared, notice))
            case Stale():
                self._go(settled)
            case _:
                self._go(Empty("The labels changed while they were indexed."))

    def clear(self, notice: str = "") -> None:
        """Forget the index, the selection and any request."""
        self._job.drop()
        self._go(Empty(notice))

    def close(self) -> None:
        """Stop what is under way and say no more."""
        self._job.drop()

    def _accept(self, was_opening: bool, outcome: Outcome) -> None:
        match outcome:
            case Finished(Indexed(index, seconds, compared)):
                ready = Ready(index, seconds, compared)
                self._go(self._followed(ready, self._edits))
            case Faulted(message):
                self._go(Failed(message, was_opening))
            case _:
                self._go(self._settled)

    def _followed(self, ready: Ready, edits: list[_Edit]) -> SettledState:
        """Return what is on show after some edits of it."""
        index = ready.index
        try:
            for edit in edits:
                index = index.update(edit.label_image, edit.box)
        except LabelIndexError:
            return Stale(ready.index, ready.seconds, ready.compared)
        return replace(ready, index=index)

    def _go(self, state: SessionState) -> None:
        before = self.index
        self._state = state
        index = self.index
        if index is not before:
            self.selection.set_known(NO_LABELS if index is None else index.labels)
            self.index_changed.emit(index)
        self.state_changed.emit(state)


@dataclass(frozen=True, slots=True, eq=False)
class _Edit:
    """Voxels in a box that have changed."""

    label_image: LabelImage
    box: Box

    @property
    def is_large(self) -> bool:
        """Whether to read the rows of the box would be felt."""
        rows = (axis.stop - axis.start for axis in self.box[:-1])
        n_voxels: int = prod(rows) * self.label_image.shape[-1]
        return n_voxels > MAX_EDITED_VOXELS


@dataclass(frozen=True, slots=True)
class Indexed:
    """What index work returns."""

    index: LabelIndex
    seconds: float
    compared: str = ""


def _index_of(state: SettledState) -> LabelIndex | None:
    return state.index if isinstance(state, Ready | Stale) else None


def _index_work(label_image: LabelImage, build: Build, prepare: WarmUp) -> Work:
    """Work that compiles what is missing, then indexes; touches nothing but arrays."""

    def work(report: Report, cancel: Cancel) -> Indexed:
        _prepare(label_image, prepare, report, cancel)
        began = time.perf_counter()
        on_progress = in_phase(report, INDEXING)
        index = build(label_image, on_progress=on_progress, cancel=cancel)
        look_ahead(index)
        return Indexed(index, time.perf_counter() - began)

    return work


def _opening_work(
    label_image: LabelImage, open_saved: OpenSaved, prepare: WarmUp
) -> Work:
    """As `_index_work`, for an index that was saved."""

    def work(report: Report, cancel: Cancel) -> Indexed:
        _prepare(label_image, prepare, report, cancel)
        began = time.perf_counter()
        index, compared = open_saved(label_image, report, cancel)
        look_ahead(index)
        return Indexed(index, time.perf_counter() - began, compared)

    return work


def _prepare(
    label_image: LabelImage, prepare: WarmUp, report: Report, cancel: Cancel
) -> None:
    report(Progress(PREPARING))
    prepare(label_image.dtype)
    if cancel():
        raise Cancelled("cancelled before the first voxel was read")
