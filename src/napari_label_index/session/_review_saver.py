"""Saves marks to their file: little ones at once, big ones beside the window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from napari_label_index.errors import UnreadableReviewError, WriteFailedError
from napari_label_index.session._job import Finished, Outcome, Submit, ignore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_label_index.io import ReviewFile, ReviewMarks, VolumeHint

__all__ = ["ReviewSaver", "Saved"]

# Above this, writing the file anew may be felt; measured: 120,000 marks take 70 ms.
MAX_MARKS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """How one save went."""

    ours: ReviewMarks  # what was saved
    marks: ReviewMarks  # what is in the file now, marks of others too
    kept: tuple[Path, ...] = ()  # copies that were made
    message: str = ""  # a sentence where it failed


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """One save: of a change, of everything (None), and to the disk itself."""

    changed: ReviewMarks | None
    marks: ReviewMarks
    is_flush: bool = False

    def then(self, later: _Order) -> _Order:
        """Return an order that does both."""
        both = None
        if self.changed is not None and later.changed is not None:
            both = self.changed.merged(later.changed)
        is_flush = self.is_flush or later.is_flush
        return replace(later, changed=both, is_flush=is_flush)


class ReviewSaver:
    """Writes to one file, from one thread at a time; what comes meanwhile is joined.

    Parameters
    ----------
    file
        Where to.
    submit
        Starts big saves elsewhere; None saves all at once.
    tell
        Hears how each save went, in the thread that asked for it.
    """

    def __init__(
        self, file: ReviewFile, submit: Submit | None, tell: Callable[[Saved], None]
    ) -> None:
        self._file = file
        self._submit = submit
        self._tell = tell
        self._lock = Lock()
        self._is_saved = True
        self._is_busy = False
        self._is_closed = False
        self._next: _Order | None = None

    @property
    def is_saved(self) -> bool:
        """Whether the last save succeeded."""
        return self._is_saved

    def save(self, changed: ReviewMarks | None, marks: ReviewMarks) -> None:
        """Save a change of `marks`, or everything."""
        self._take(_Order(changed, marks))

    def flush(self, marks: ReviewMarks) -> None:
        """Save what could not be saved, and make all of it safe from a power cut."""
        self._take(_Order(marks.rows(slice(0)), marks, is_flush=True))

    def adopt(self) -> None:
        """Take the marks of a stale file for marks of this volume."""
        with self._lock:
            self._file.adopt()

    def follow(self, hint: VolumeHint) -> bool:
        """Say which volume the next saves are for; return whether that is news."""
        with self._lock:
            return self._file.follow(hint)

    def close(self, marks: ReviewMarks) -> None:
        """Save the last of it here and now, after what is under way."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            is_open = self._is_busy or self._next is not None
            whole = None if is_open else marks.rows(slice(0))
            saved = self._write(_Order(whole, marks, is_flush=True))
        self._accept(saved)

    def _take(self, order: _Order) -> None:
        if self._is_busy:
            self._next = order if self._next is None else self._next.then(order)
            return
        is_small = not order.is_flush and len(order.marks) <= MAX_MARKS_AT_ONCE
        if self._submit is None or is_small:
            self._accept(self._do(order))
            return
        self._is_busy = True
        self._submit(
            lambda _report, _cancel: self._do(order),
            on_done=lambda outcome: self._on_done(order, outcome),
            on_progress=ignore,
        )

    def _on_done(self, order: _Order, outcome: Outcome) -> None:
        self._is_busy = False
        if self._is_closed:
            return
        if isinstance(outcome, Finished):
            saved: Saved = outcome.value
        else:
            message = getattr(outcome, "message", "saving was stopped")
            saved = Saved(order.marks, order.marks, message=message)
        self._accept(saved)
        waiting, self._next = self._next, None
        if waiting is not None:
            self._take(waiting)

    def _accept(self, saved: Saved) -> None:
        self._is_saved = not saved.message
        self._tell(saved)

    def _do(self, order: _Order) -> Saved:
        with self._lock:
            if self._is_closed:  # all of it, and more, was saved by `close`
                return Saved(order.marks, order.marks)
            return self._write(order)

    def _write(self, order: _Order) -> Saved:
        n_kept, marks, message = len(self._file.kept), order.marks, ""
        is_behind = order.is_flush and (self._file.is_behind or not self._is_saved)
        try:
            if order.changed is None or is_behind:
                marks = self._file.save_all(marks)
            elif len(order.changed):
                marks = self._file.save(order.changed, marks)
            if order.is_flush:
                self._file.sync()
        except (WriteFailedError, UnreadableReviewError) as error:
            message = str(error)
        return Saved(order.marks, marks, self._file.kept[n_kept:], message)
