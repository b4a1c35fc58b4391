"""The review of one volume: marks with undo, saved as they are made."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from napari_label_index.index import distinct
from napari_label_index.io import STATUSES, ReviewMarks, ReviewStatus, VolumeHint
from napari_label_index.io.review._review_marks import (
    MAX_TIME,
    exact_ids,
    repeated,
)
from napari_label_index.session._review_saver import ReviewSaver, Saved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex
    from napari_label_index.io import DamagedReview, OpenedReview, StaleReview
    from napari_label_index.session._job import Submit

__all__ = ["Review", "ReviewProgress"]

# Steps that can be undone: many single marks, or a few of every label.
_MAX_STEPS = 1000
_MAX_ENTRIES = 4_000_000

_BLOCK = 4096  # labels looked up at a time for the next unreviewed one


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """How far a review has come."""

    n_labels: int
    counts: dict[ReviewStatus, int]  # sums up to `n_labels`

    @classmethod
    def of(cls, codes: npt.NDArray[np.uint8]) -> ReviewProgress:
        """Return how far labels with these codes have come."""
        # Of millions of labels few have a mark, which is not 0.
        marked = codes[codes > 0] if codes.max(initial=0) else codes[:0]
        counts = np.bincount(marked, minlength=len(STATUSES)).tolist()
        counts[0] = len(codes) - len(marked)
        return cls(len(codes), dict(zip(STATUSES, counts, strict=True)))

    @property
    def n_reviewed(self) -> int:
        """Labels that have a status."""
        return self.n_labels - self.counts[ReviewStatus.UNREVIEWED]

    def __str__(self) -> str:
        reviewed = f"{self.n_reviewed:,} of {self.n_labels:,} reviewed"
        n_rejected = self.counts[ReviewStatus.REJECTED]
        return f"{reviewed}, {n_rejected:,} rejected" if n_rejected else reviewed


class Review:
    """Marks labels, undoes, counts; saves each change at once, or elsewhere if big.

    Parameters
    ----------
    opened : OpenedReview, optional
        What `open_review` found; without it nothing is saved.
    clock : callable, optional
        Seconds since 1970.
    submit : callable, optional
        Starts what takes long elsewhere; without it, each change is saved before it
        is told.
    """

    changed = Signal(object)  # ReviewMarks: the entries that changed
    save_failed = Signal(str)  # a sentence; the next save saves all
    saved = Signal()  # after a save that failed, one has succeeded
    kept_aside = Signal(object)  # Path of a copy of an unreadable or stale file

    def __init__(
        self,
        opened: OpenedReview | None = None,
        *,
        clock: Callable[[], float] = time.time,
        submit: Submit | None = None,
    ) -> None:
        self.stale: StaleReview | None = opened.stale if opened else None
        self.damage: DamagedReview | None = opened.damage if opened else None
        self._saver = (
            ReviewSaver(opened.file, submit, self._on_saved) if opened else None
        )
        self._marks = opened.marks if opened else ReviewMarks.none()
        self._clock = clock
        self._has_failed = False  # and that was told
        self._undo: deque[_Step] = deque(maxlen=_MAX_STEPS)
        self._redo: list[_Step] = []

    @property
    def marks(self) -> ReviewMarks:
        """All marks, as an immutable value."""
        return self._marks

    @property
    def is_saved(self) -> bool:
        """Whether the last save succeeded, or there is nothing to save to."""
        return self._saver is None or self._saver.is_saved

    @property
    def can_undo(self) -> bool:
        """Whether `undo` changes anything."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether `redo` changes anything."""
        return bool(self._redo)

    def mark(
        self, labels: Iterable[int] | LabelArray, status: ReviewStatus | str
    ) -> None:
        """Give labels a status; their notes stay.

        Raises
        ------
        ValueError
            When there is no such status, or an id does not fit 64 bits.
        """
        code = STATUSES.index(ReviewStatus(status))
        before = self._marks.entries_of(_sorted_ids(labels))
        before = before.rows(before.codes != code)
        codes = np.full(len(before), code, np.uint8)
        self._do(_Step(before, replace(before, codes=codes)))

    def note(self, labels: int | Iterable[int] | LabelArray, text: str) -> None:
        """Write a note on a label, or on several, "" to remove it; statuses stay."""
        # Halves of characters that are no text join up or become U+FFFD: a file with
        # them would be no UTF-8.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        several = (labels,) if isinstance(labels, int) else labels
        before = self._marks.entries_of(_sorted_ids(several))
        after = replace(before, notes=repeated(text, len(before)))
        changed = before.differs_from(after)
        self._do(_Step(before.rows(changed), after.rows(changed)))

    def undo(self) -> LabelArray | None:
        """Take back the last change; return its labels, None if there is none."""
        if not self._undo:
            return None
        step = self._undo.pop()
        self._redo.append(step)
        self._change(step.before)
        return step.before.labels

    def redo(self) -> LabelArray | None:
        """Do again what was taken back; return its labels, None if there is none."""
        if not self._redo:
            return None
        step = self._redo.pop()
        self._undo.append(step)
        self._change(step.after)
        return step.after.labels

    def apply_stale(self) -> None:
        """Count the marks of a stale file as marks of this volume."""
        if self.stale is None or self._saver is None:
            return
        stale, self.stale = self.stale, None
        self._saver.adopt()
        self._marks = stale.marks.merged(self._marks)
        self._save(None)
        self.changed.emit(self._marks.entries_of(stale.marks.labels))

    def follow(self, index: LabelIndex) -> None:
        """Say that the volume was changed and indexed again, so that it is known."""
        hint = VolumeHint.of(index)
        is_news = self._saver is not None and self._saver.follow(hint)
        if is_news and len(self._marks):
            self._save(None)

    def flush(self) -> None:
        """Save what could not be saved, and make all of it safe from a power cut.

        For a few seconds after the last change, and for the end of the review.
        """
        if self._saver is not None:
            self._saver.flush(self._marks)

    def close(self) -> None:
        """Save the last of it before this returns; later changes are not saved."""
        if self._saver is not None:
            self._saver.close(self._marks)

    def next_unreviewed(self, after_label: int | None, order: LabelArray) -> int | None:
        """Return the next label without a status, None if there is none.

        Parameters
        ----------
        after_label : int or None
            Where to begin; at the top for None, or where `order` does not have it.
        order : (n,) array
            Labels as the table shows them. The search goes round once.
        """
        n, begin = len(order), 0
        if after_label is not None:
            here = np.flatnonzero(order == after_label)
            begin = int(here[0]) + 1 if len(here) else 0
        for first, stop in ((begin, n), (0, begin)):
            for start in range(first, stop, _BLOCK):
                block = order[start : min(stop, start + _BLOCK)]
                unreviewed = np.flatnonzero(self._marks.codes_of(block) == 0)
                if len(unreviewed):
                    return int(block[unreviewed[0]])
        return None

    def _do(self, step: _Step) -> None:
        if len(step.before) == 0:
            return
        self._redo.clear()
        self._undo.append(step)
        while sum(len(done.before) for done in self._undo) > _MAX_ENTRIES:
            self._undo.popleft()
        self._change(step.after)

    def _change(self, entries: ReviewMarks) -> None:
        # Later than what it replaces even if the clock was set back: the latest entry
        # of a label is the one that counts.
        times = self._marks.entries_of(entries.labels).times + 1
        times = np.minimum(np.maximum(times, int(self._clock() * 1000)), MAX_TIME)
        entries = replace(entries, times=times)
        self._marks = self._marks.merged(entries)
        self._save(entries)
        self.changed.emit(self._marks.entries_of(entries.labels))

    def _save(self, changed: ReviewMarks | None) -> None:
        """Save a change, or everything."""
        if self._saver is not None:
            self._saver.save(changed, self._marks)

    def _on_saved(self, saved: Saved) -> None:
        had_failed, self._has_failed = self._has_failed, bool(saved.message)
        for copy in saved.kept:
            self.kept_aside.emit(copy)
        if saved.message:
            self.save_failed.emit(saved.message)
            return
        if had_failed:
            self.saved.emit()
        if saved.marks is not saved.ours:  # somebody else's marks were in the file
            before = self._marks
            self._marks = saved.marks.merged(before)
            self.changed.emit(self._marks.rows(self._marks.differs_from(before)))


@dataclass(frozen=True, slots=True)
class _Step:
    """One change that can be undone: entries of the same labels."""

    before: ReviewMarks
    after: ReviewMarks


def _sorted_ids(labels: Iterable[int] | LabelArray) -> LabelArray:
    return distinct(exact_ids(labels))
