"""Reviews in files, for the tests that damage, kill and compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.io import STATUSES, ReviewMarks, VolumeHint, open_review
from napari_label_index.io.review._review_marks import exact_ids

if TYPE_CHECKING:
    from pathlib import Path

HINT = VolumeHint((10, 20, 30), "uint64", 5)


def marks_of(content, start=1000) -> ReviewMarks:
    """Marks with these (status, note) by label, one millisecond after another."""
    labels = exact_ids(sorted(content))
    told = [content[label] for label in labels.tolist()]
    return ReviewMarks(
        labels,
        np.array([STATUSES.index(status) for status, _ in told], np.uint8),
        np.arange(start, start + len(told)),
        np.array([note for _, note in told], object),
    )


def content_of(marks: ReviewMarks) -> dict[int, tuple[str, str]]:
    """Status and note by label, of those that have any."""
    columns = marks.labels, marks.codes, marks.notes
    return {
        label: (str(STATUSES[code]), note)
        for label, code, note in zip(*(c.tolist() for c in columns), strict=True)
        if code or note
    }


OLD = {1: ("accepted", ""), 2**64 - 1: ("rejected", "two parts"), 7: ("unsure", "é")}
CHANGE = {1: ("rejected", "=1+1"), 9: ("accepted", "")}
NEW = OLD | CHANGE


def save_old(path: Path) -> None:
    """A file as a session leaves it: written whole, then appended to."""
    file, marks = open_review(path, HINT).file, ReviewMarks.none()
    for label, told in OLD.items():
        change = marks_of({label: told})
        marks = file.save(change, marks.merged(change))


def save_change(path: Path) -> None:
    opened = open_review(path, HINT)
    change = marks_of(CHANGE, start=5000)
    opened.file.save(change, opened.marks.merged(change))


def reread(path: Path) -> dict[int, tuple[str, str]]:
    opened = open_review(path, HINT)
    assert opened.damage is None
    assert opened.stale is None
    return content_of(opened.marks)


class Clock:
    """Goes on by a second at each look."""

    now = 1_700_000_000.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now
