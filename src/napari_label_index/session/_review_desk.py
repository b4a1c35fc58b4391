"""The review of the index on show: found, opened, followed, and told about."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from psygnal import Signal

from napari_label_index.io import (
    STATUSES,
    ReviewColumns,
    ReviewMarks,
    ReviewStatus,
    VolumeHint,
    codes_of_rows,
    default_review_path,
    export_review,
    open_review,
)
from napari_label_index.session._job import (
    Faulted,
    Finished,
    Outcome,
    Submit,
    Work,
)
from napari_label_index.session._latest_job import LatestJob
from napari_label_index.session._review import Review, ReviewProgress
from napari_label_index.session._review_notice import ReviewNotice
from napari_label_index.session._selection import NO_LABELS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex
    from napari_label_index.io import OpenedReview
    from napari_label_index.session._session import IndexSession

ReviewPlace: TypeAlias = tuple[str | None, str]
"""The file of a volume, if there is one, and the name it is known by."""


class ReviewDesk:
    """Keeps the review of the index of one session, as files say and as it is made.

    Parameters
    ----------
    session
        Whose index is reviewed.
    submit
        Starts reading and big saves elsewhere.
    place_of
        Says where the volume comes from, once an index is there.
    """

    opened = Signal(object)  # Review | None
    changed = Signal()  # marks of labels
    notice_changed = Signal(object)  # ReviewNotice
    exported = Signal(str, str)  # a sentence, and its kind

    def __init__(
        self,
        session: IndexSession,
        submit: Submit,
        place_of: Callable[[], ReviewPlace],
    ) -> None:
        self._session = session
        self._submit = submit
        self._opening, self._export_job = LatestJob(submit), LatestJob(submit)
        self._place_of = place_of
        self._review: Review | None = None
        self._path: Path | None = None
        self._notice = ReviewNotice()
        self._codes: npt.NDArray[np.uint8] = np.empty(0, np.uint8)
        session.index_changed.connect(self._on_index_changed)
        self._on_index_changed(session.index)

    @property
    def review(self) -> Review | None:
        """The review; None without an index, and until it is read."""
        return self._review

    @property
    def path(self) -> Path | None:
        """Where it is kept."""
        return self._path

    @property
    def notice(self) -> ReviewNotice:
        """What the user should be told."""
        return self._notice

    @property
    def codes(self) -> npt.NDArray[np.uint8]:
        """``(n_labels,)`` places in `STATUSES`; one array for as long as the index."""
        return self._codes

    @property
    def marks(self) -> ReviewMarks:
        """All marks; none while there is no review."""
        return ReviewMarks.none() if self._review is None else self._review.marks

    @property
    def progress(self) -> ReviewProgress:
        """How many labels of the index have which status."""
        index, codes = self._session.index, self._codes
        if index is not None and index.is_by_time:
            codes = codes[np.unique(index.ids, return_index=True)[1]]
        return ReviewProgress.of(codes)

    @property
    def row_counts(self) -> dict[ReviewStatus, int]:
        """How many rows of the index have which status: a label may have several."""
        return ReviewProgress.of(self._codes).counts

    def columns(self, index: LabelIndex) -> ReviewColumns:
        """Return status and note, for queries."""
        return ReviewColumns(self.marks, index)

    def labels_with(self, status: str) -> LabelArray:
        """Return the labels of the index that have a status; of one by time, rows."""
        index = self._session.index
        if index is None:
            return NO_LABELS
        code = STATUSES.index(ReviewStatus(status))
        labels: LabelArray = index.labels[self._codes == code]
        return labels

    def targets(self) -> LabelArray:
        """Return the labels that a mark is for: the selected, or the focused one.

        A mark is of a label, at all times.
        """
        selection, index = self._session.selection, self._session.index
        if index is None:
            return selection.labels
        if len(selection) or selection.focused is None:
            return index.distinct_ids_of(selection.labels)
        row = index.row_of(selection.focused)
        return index.ids[row : row + 1]

    def mark(self, status: str, order: LabelArray) -> int | None:
        """Mark the targets; return the row to go on with, if there is one.

        Parameters
        ----------
        status
            A status; "unreviewed" takes one back.
        order
            ``(n,)`` labels as the table shows them before the mark.
        """
        labels, index = self.targets(), self._session.index
        if self._review is None or index is None or not len(labels):
            return None
        self._review.mark(labels, status)
        if len(labels) > 1:
            return None
        ids = index.ids_of(order)
        following = self._review.next_unreviewed(int(labels[0]), ids)
        return None if following is None else int(order[ids == following][0])

    def use_stale(self) -> None:
        """Count the marks of another volume as marks of this one."""
        if self._review is not None:
            self._review.apply_stale()
        self.dismiss()

    def dismiss(self) -> None:
        """Let the notice go; marks of another volume stay in their file."""
        self._say(ReviewNotice())

    def flush(self) -> None:
        """Make what was saved safe, and try again what could not be saved."""
        if self._review is not None:
            self._review.flush()

    def close(self) -> None:
        """Save the last of it, and follow nothing any more; once."""
        self._session.index_changed.disconnect(self._on_index_changed, missing_ok=True)
        self._opening.drop()
        self._export_job.drop()
        self._let_go()

    def export(self, path: Path) -> None:
        """Write all marks as a table, elsewhere; `exported` tells how it went."""
        marks = self.marks

        def on_done(outcome: Outcome) -> None:
            if isinstance(outcome, Finished):
                n = f"{int(marks.is_told.sum()):,}"
                self.exported.emit(f"Wrote {n} marks to {path.name}.", "info")
            elif isinstance(outcome, Faulted):
                self.exported.emit(outcome.message, "error")

        def work(_report: object, _cancel: object) -> Path:
            return export_review(marks, path)

        self._export_job.start(work, on_done)

    def _on_index_changed(self, index: LabelIndex | None) -> None:
        if index is not None and self._review is not None:
            # The same layer, indexed again: its marks go on.
            self._review.follow(index)
            self._count()
            return
        if index is None and self._session.is_changing_rows:
            return  # marks are of labels, whatever the rows
        self._opening.drop()
        self._let_go()
        if index is None:
            self.opened.emit(None)
            return
        self._count()
        work = _open_work(*self._place_of(), VolumeHint.of(index))
        self._opening.start(work, self._accept)

    def _accept(self, outcome: Outcome) -> None:
        match outcome:
            case Finished((path, opened)):
                self._path = path
                self._take(opened)
            case Faulted(message):
                text = f"There is no review: {message}"
                self._say(ReviewNotice(text, "error"))

    def _take(self, opened: OpenedReview) -> None:
        review = self._review = Review(opened, submit=self._submit)
        review.changed.connect(self._on_marks_changed)
        review.save_failed.connect(self._on_save_failed)
        review.saved.connect(self.dismiss)
        review.kept_aside.connect(self._on_kept_aside)
        told = [found.message for found in (opened.damage, opened.stale) if found]
        if told:
            asks = opened.stale is not None
            if opened.stale is not None:
                n_marks = int(opened.stale.marks.is_told.sum())
                told.append(f"Use its {n_marks:,} marks here?")
            self._say(ReviewNotice(" ".join(told), "warning", asks))
        self._count()
        self.opened.emit(review)

    def _let_go(self) -> None:
        if self._review is not None:
            self._review.close()
            for signal in (
                self._review.changed,
                self._review.save_failed,
                self._review.saved,
                self._review.kept_aside,
            ):
                signal.disconnect()
        self._review = self._path = None
        self._codes = np.empty(0, np.uint8)
        self._say(ReviewNotice())

    def _count(self) -> None:
        index = self._session.index
        if index is None:
            return
        codes = codes_of_rows(self.marks, index)
        if len(codes) != len(self._codes):
            self._codes = codes
        else:
            self._codes[:] = codes
        self.changed.emit()

    def _on_marks_changed(self, _entries: ReviewMarks) -> None:
        self._count()

    def _on_save_failed(self, message: str) -> None:
        text = f"Marks are not saved: {message.rstrip('.')}. It is tried again."
        self._say(ReviewNotice(text, "error"))

    def _on_kept_aside(self, copy: Path) -> None:
        text = f"The review that was there is kept as {copy.name}."
        self._say(ReviewNotice(text))

    def _say(self, notice: ReviewNotice) -> None:
        if notice != self._notice:
            self._notice = notice
            self.notice_changed.emit(notice)


def _open_work(source: str | None, name: str, hint: VolumeHint) -> Work:
    def work(_report: object, _cancel: object) -> tuple[Path, OpenedReview]:
        path = default_review_path(source, name)
        return path, open_review(path, hint)

    return work
