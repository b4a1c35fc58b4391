"""`ReviewMarks`: what somebody thinks of each label, as parallel arrays.

Two sets of marks merge by one rule: of each label, the entry with the latest time
counts. So it never matters in which order entries were written, or how often, and two
people who mark at the same time lose nothing but the older mark of the same label.
A mark that was taken back stays as an entry, or merging would bring the mark back.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from napari_label_index._typing import BoolArray, IntVector, LabelArray

__all__ = [
    "MAX_TIME",
    "STATUSES",
    "STATUS_NAMES",
    "ReviewMarks",
    "ReviewStatus",
    "exact_ids",
    "repeated",
    "status_names",
]

MAX_TIME = 2**53
"""Times are whole milliseconds since 1970; every JSON reader has these exactly."""

_LOWEST, _INT64_END, _END = -(2**63), 2**63, 2**64


class ReviewStatus(StrEnum):
    """What somebody decided about one label."""

    UNREVIEWED = "unreviewed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNSURE = "unsure"


STATUSES: tuple[ReviewStatus, ...] = tuple(ReviewStatus)
"""Status by code: ``STATUSES[marks.codes[i]]``."""

STATUS_NAMES = np.array([str(status) for status in STATUSES])


@dataclass(frozen=True, slots=True, eq=False)
class ReviewMarks:
    """Entries of labels, one each; a label without an entry is unreviewed."""

    labels: LabelArray  # (n,) sorted, unique; int64, uint64, or objects (`exact_ids`)
    codes: npt.NDArray[np.uint8]  # (n,) places in `STATUSES`
    times: npt.NDArray[np.int64]  # (n,) ms since 1970 of the last change
    notes: npt.NDArray[np.object_]  # (n,) str, "" for none

    def __post_init__(self) -> None:
        for column in self._columns():
            column.flags.writeable = False

    @classmethod
    def none(cls) -> ReviewMarks:
        """Return no marks."""
        return cls.blank(np.empty(0, np.int64))

    @classmethod
    def blank(cls, labels: LabelArray) -> ReviewMarks:
        """Return entries that say nothing; labels sorted, as `exact_ids` gives them."""
        n = len(labels)
        return cls(
            labels.copy(), np.zeros(n, np.uint8), np.zeros(n, np.int64), repeated("", n)
        )

    @classmethod
    def latest(
        cls,
        labels: LabelArray,
        codes: npt.NDArray[np.uint8],
        times: npt.NDArray[np.int64],
        notes: npt.NDArray[np.object_],
    ) -> ReviewMarks:
        """Return the latest entry of each label; of two at one time, the second."""
        if len(labels) == 0:
            return cls.none()
        unique, rank = np.unique(labels, return_inverse=True)
        order = np.lexsort((times, rank))
        last = order[np.append(np.diff(rank[order]) != 0, True)]
        return cls(unique, codes[last], times[last], notes[last])

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def is_told(self) -> BoolArray:
        """``(n,)`` whether an entry says anything: a status or a note."""
        told: BoolArray = (self.codes != 0) | (self.notes != "")
        return told

    def note_of(self, label: int) -> str:
        """Return the note of one label, "" if there is none."""
        return str(self.entries_of(exact_ids((label,))).notes[0])

    def shared_note_of(self, labels: LabelArray) -> str:
        """Return the note that all of these labels have, "" if they have none alike."""
        if len(labels) > len(self.labels):
            return ""  # one of them at least was never marked
        notes = self.entries_of(exact_ids(labels)).notes
        return str(notes[0]) if len(notes) and (notes == notes[0]).all() else ""

    def codes_of(self, labels: LabelArray) -> npt.NDArray[np.uint8]:
        """Return the code of each label, in the order given; 0 where unmarked."""
        rows, found = _find(self.labels, exact_ids(labels))
        codes = np.zeros(len(labels), np.uint8)
        codes[found] = self.codes[rows[found]]
        return codes

    def codes_among(self, known: LabelArray) -> npt.NDArray[np.uint8]:
        """Return the code of each of the `known` labels, which must be sorted.

        The same as `codes_of`, but it looks up the marks among the labels: a few
        marks among 10 million labels cost next to nothing.
        """
        codes = np.zeros(len(known), np.uint8)
        if not len(known) or not len(self.labels):
            return codes
        if known.dtype == bool:
            known = known.view(np.uint8)
        # Bounds are compared exactly; within them all are of one type.
        inside = (self.labels >= int(known[0])) & (self.labels <= int(known[-1]))
        wanted = self.labels[inside].astype(known.dtype)
        rows = np.searchsorted(known, wanted)
        found = known[rows] == wanted
        codes[rows[found]] = self.codes[inside][found]
        return codes

    def entries_of(self, labels: LabelArray) -> ReviewMarks:
        """Return entries of exactly these labels (sorted, unique), blank where none."""
        rows, found = _find(self.labels, labels)
        columns = []
        for blank, column in zip(
            ReviewMarks.blank(labels)._columns()[1:], self._columns()[1:], strict=True
        ):
            columns.append(blank.copy())
            columns[-1][found] = column[rows[found]]
        return ReviewMarks(labels.copy(), *columns)

    def rows(self, rows: IntVector | BoolArray | slice) -> ReviewMarks:
        """Return some of the entries; `rows` must keep their order."""
        return ReviewMarks(*(column[rows].copy() for column in self._columns()))

    def differs_from(self, other: ReviewMarks) -> BoolArray:
        """``(n,)`` whether `other` says something else about each label."""
        theirs = other.entries_of(self.labels)
        differs: BoolArray = (self.codes != theirs.codes) | (self.notes != theirs.notes)
        return differs

    def merged(self, other: ReviewMarks) -> ReviewMarks:
        """Return the latest entry of each label; of two at one time, the other's."""
        labels, other_labels = _alike(self.labels, other.labels)
        rows, found = _find(labels, other_labels)
        wins = np.zeros(len(other), bool)
        wins[found] = other.times[found] >= self.times[rows[found]]
        columns = [np.insert(labels, rows[~found], other_labels[~found])]
        for ours, theirs in zip(self._columns()[1:], other._columns()[1:], strict=True):
            column = ours.copy()
            column[rows[wins]] = theirs[wins]
            columns.append(np.insert(column, rows[~found], theirs[~found]))
        return ReviewMarks(*columns)

    def _columns(self) -> tuple[npt.NDArray[Any], ...]:
        return self.labels, self.codes, self.times, self.notes


def repeated(text: str, n: int) -> npt.NDArray[np.object_]:
    """Return a column of notes that are all the same."""
    # Not numpy.full: it takes the NULs off the end of text.
    return np.array([text] * n, object)


def status_names(codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.str_]:
    """Return the names of statuses, one per code."""
    return STATUS_NAMES[codes]


def exact_ids(labels: Iterable[int] | LabelArray) -> LabelArray:
    """Return ids as int64, as uint64 where one needs it, as objects where both do.

    No volume holds both -1 and 2**63, but a damaged or foreign file may, and as
    float64, which NumPy would choose for the two, ids above 2**53 run together.
    """
    if isinstance(labels, np.ndarray) and labels.dtype.kind in "biu":
        is_wide = labels.dtype.kind == "u" and labels.size > 0
        if is_wide and int(labels.max()) >= _INT64_END:
            return labels.astype(np.uint64, copy=False)
        return labels.astype(np.int64, copy=False)
    ids = [operator.index(label) for label in labels]
    if not ids:
        return np.empty(0, np.int64)
    low, high = min(ids), max(ids)
    if low < _LOWEST or high >= _END:
        raise ValueError(f"ids are whole numbers of 64 bits, got {low} to {high}")
    if high < _INT64_END:
        return np.array(ids, np.int64)
    return np.array(ids, np.uint64 if low >= 0 else object)


def _alike(a: LabelArray, b: LabelArray) -> tuple[LabelArray, LabelArray]:
    """Return both in one dtype that holds the ids of both exactly."""
    if a.dtype == b.dtype:
        return a, b
    parts = [part for part in (a, b) if part.dtype == np.int64]
    if object not in (a.dtype, b.dtype) and all((part >= 0).all() for part in parts):
        return a.astype(np.uint64), b.astype(np.uint64)
    return a.astype(object), b.astype(object)


def _find(
    labels: LabelArray, wanted: LabelArray
) -> tuple[npt.NDArray[np.intp], BoolArray]:
    """Where each wanted id stands, or would stand, in `labels`; and whether it does."""
    labels, wanted = _alike(labels, wanted)
    rows = np.searchsorted(labels, wanted)
    found = rows < len(labels)
    found[found] = labels[rows[found]] == wanted[found]
    return rows, found
