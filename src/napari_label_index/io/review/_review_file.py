"""The file beside a volume that keeps its review, and never loses it.

A mark is one line, appended the moment it is made: whenever the process is killed, at
most the line under way is missing, and it takes no other with it. Now and then, and
where an append would not do, the whole file is written anew and moved into place.

Nothing that was not read is written over: a file with unreadable lines, or of another
volume, is first copied beside itself under a name that says why.

Two programs may keep one file. Before writing, each looks whether the file is as it
left it; if not, it reads it, merges by time (see `ReviewMarks`), and writes the whole.
Each holds all its own marks, so what a move at the same moment wrote over comes back
with the next save.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from napari_label_index.errors import UnreadableReviewError, WriteFailedError
from napari_label_index.io._append import append_bytes, force_to_disk
from napari_label_index.io._files import atomic_write
from napari_label_index.io.review._json_lines import keep_copy
from napari_label_index.io.review._review_findings import DamagedReview, StaleReview
from napari_label_index.io.review._review_lines import (
    ReviewLines,
    VolumeHint,
    first_line,
    mark_lines,
    read_lines,
)
from napari_label_index.io.review._review_marks import ReviewMarks

__all__ = [
    "REVIEW_SUFFIX",
    "OpenedReview",
    "ReviewFile",
    "content_of",
    "lines_of",
    "open_review",
]

REVIEW_SUFFIX = ".labelreview.json"
"""What is added to the name of a volume: ``cells.tif.labelreview.json``."""

# One line for a change, so that it is saved whole or not at all; a bigger change is
# saved as well by writing the whole file, which takes 0.1 s for 120,000 marks.
_MAX_APPENDED = 1024
_MAX_LINES_BYTES = 1 << 20

_Stamp: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class OpenedReview:
    """What `open_review` found."""

    file: ReviewFile
    marks: ReviewMarks  # none while `stale`: whether those count, a person decides
    stale: StaleReview | None
    damage: DamagedReview | None


class ReviewFile:
    """Saves marks to one path; made by `open_review`.

    Parameters
    ----------
    path : Path
        The file.
    hint : VolumeHint
        Of the volume that is reviewed now.
    """

    def __init__(self, path: Path, hint: VolumeHint) -> None:
        self.path = path
        self.kept: tuple[Path, ...] = ()  # copies made because of damage or staleness
        self._hint = hint
        self._why_keep = ""  # "corrupt" or "stale": copy the file before writing it
        self._is_to_merge = True
        self._left: _Stamp | None = None  # the file as we left it, None for no file
        self._is_in_step = False  # whether all that the file then said is known here
        self._max_bytes = 0  # above this, lines are written together again

    def save(self, changed: ReviewMarks, marks: ReviewMarks) -> ReviewMarks:
        """Save a change; return all marks in the file, those of others too.

        Parameters
        ----------
        changed : ReviewMarks
            Entries that changed since the last save.
        marks : ReviewMarks
            All entries, the changed ones included.

        Raises
        ------
        WriteFailedError
            When the change could not be saved. The next `save` saves all.
        UnreadableReviewError
            When a newer version of this package has taken over the file.
        """
        if self._can_append(changed):
            try:
                self._append(mark_lines(changed, _MAX_APPENDED))
            except WriteFailedError:
                pass  # a part may be there: the whole is written, below
            else:
                return marks
        return self.save_all(marks)

    def save_all(self, marks: ReviewMarks) -> ReviewMarks:
        """Write the whole file anew; return all marks in it, as `save` does."""
        if not self._is_in_step or self.is_behind:
            marks = self._with_those_in_the_file(marks)
        self._is_in_step = False
        content = first_line(self._hint) + mark_lines(marks)
        with atomic_write(self.path) as output:
            output.write(content)
            output.flush()
            # Not of the path, later: another program may have moved its own there.
            left = _stamp_of(os.fstat(output.fileno()))
        self._why_keep, self._is_to_merge = "", True
        self._is_in_step, self._left = True, left
        self._max_bytes = 4 * len(content) + _MAX_LINES_BYTES
        return marks

    def sync(self) -> None:
        """Make what was saved safe from a power cut too; a few times a minute will do.

        Raises
        ------
        WriteFailedError
            When the disk fails.
        """
        if self._is_in_step and self._left is not None:
            force_to_disk(self.path)

    def adopt(self) -> None:
        """Take the marks of a stale file for marks of this volume."""
        if self._why_keep == "stale":
            self._why_keep = ""
        self._is_to_merge = True

    def follow(self, hint: VolumeHint) -> bool:
        """Say which volume the next saves are for; return whether that is news."""
        is_news = hint != self._hint
        self._hint = hint
        return is_news

    @property
    def is_behind(self) -> bool:
        """Whether another program has written the file since it was read or written."""
        return self._is_in_step and self._left != _stamp_at(self.path)

    def _append(self, lines: bytes) -> None:
        n_bytes = 0 if self._left is None else self._left[2]
        self._left = _stamp_of(append_bytes(self.path, lines))
        if self._left[2] != n_bytes + len(lines):
            # Another program's lines came in between: this fits no file, so that they
            # are read before the next save.
            self._left = (0, 0, 0, 0)

    def _can_append(self, changed: ReviewMarks) -> bool:
        return (
            self._is_in_step
            and not self.is_behind
            and self._left is not None
            and self._left[2] < self._max_bytes
            and len(changed) <= _MAX_APPENDED
        )

    def _with_those_in_the_file(self, marks: ReviewMarks) -> ReviewMarks:
        content = content_of(self.path)
        if content is None:
            return marks
        lines = lines_of(self.path, content)
        why = "corrupt" if lines.n_unreadable else self._why_keep
        if why:
            copy = keep_copy(self.path, content, why)
            self.kept += () if copy is None else (copy,)
        return lines.marks.merged(marks) if self._is_to_merge else marks

    def _open(self) -> OpenedReview:
        # Stamped before it is read: if it grows meanwhile, it will be read again.
        self._left = _stamp_at(self.path)
        content = content_of(self.path)
        if content is None:
            self._is_in_step = True
            return OpenedReview(self, ReviewMarks.none(), None, None)
        lines = lines_of(self.path, content)
        self._max_bytes = 4 * len(content) + _MAX_LINES_BYTES
        stale = damage = None
        if lines.hint != self._hint:
            stale = StaleReview(lines.hint, self._hint, lines.marks)
            self._why_keep, self._is_to_merge = "stale", False
        if lines.n_unreadable:
            damage = DamagedReview(self.path, lines.n_unreadable)
            self._why_keep = "corrupt"
        self._is_in_step = lines.is_ended and not self._why_keep
        marks = lines.marks if stale is None else ReviewMarks.none()
        return OpenedReview(self, marks, stale, damage)


def open_review(path: str | os.PathLike[str], hint: VolumeHint) -> OpenedReview:
    """Read the review of a volume, if there is one. Nothing is written.

    Parameters
    ----------
    path : path-like
        The file, see `default_review_path`; it need not exist.
    hint : VolumeHint
        Of the volume that is reviewed now.

    Returns
    -------
    OpenedReview
        The marks, and what the user should be told before they count.

    Raises
    ------
    UnreadableReviewError
        When a newer version of this package wrote the file, or the system does not
        give it. It must not be written then.
    """
    return ReviewFile(Path(path), hint)._open()


def lines_of(path: Path, content: bytes) -> ReviewLines:
    """Return the lines of a file, whose name is in what is raised about them."""
    try:
        return read_lines(content)
    except UnreadableReviewError as error:
        raise UnreadableReviewError(f"{path}: {error}") from error


def content_of(path: Path) -> bytes | None:
    """Return what a file holds, None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableReviewError(f"{path} could not be read: {reason}") from error


def _stamp_at(path: Path) -> _Stamp | None:
    try:
        return _stamp_of(path.stat())
    except OSError:
        return None


def _stamp_of(status: os.stat_result) -> _Stamp:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
