"""Review marks as lines of JSON, each under a checksum of its own (`json_line`).

The first line says which volume the marks were made for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from napari_label_index.errors import UnreadableReviewError
from napari_label_index.io.review._json_lines import check_whole, json_line, tried
from napari_label_index.io.review._review_marks import (
    MAX_TIME,
    STATUSES,
    ReviewMarks,
    exact_ids,
)

if TYPE_CHECKING:
    from napari_label_index.index import LabelIndex

__all__ = [
    "ReviewLines",
    "VolumeHint",
    "first_line",
    "hint_of",
    "mark_lines",
    "read_lines",
]

_Rows: TypeAlias = tuple[list[Any], ...]  # labels, codes, times, notes

FORMAT = "napari-label-index review"
FORMAT_VERSION = 1

# A damaged line costs its labels' marks; shorter lines would make a bigger file.
_LABELS_PER_LINE = 256

_CODES = {str(status): code for code, status in enumerate(STATUSES)}


@dataclass(frozen=True, slots=True)
class VolumeHint:
    """Enough of a volume to notice that marks were made for another one."""

    shape: tuple[int, ...]
    dtype: str  # "int32": the byte order makes no difference
    n_labels: int

    @classmethod
    def of(cls, index: LabelIndex) -> VolumeHint:
        """Return the hint of an indexed volume."""
        shape = tuple(int(size) for size in index.shape)
        return cls(shape, np.dtype(index.dtype).name, index.n_ids)

    def __str__(self) -> str:
        shape = "×".join(map(str, self.shape))
        return f"{self.n_labels:,} labels in {shape} voxels of {self.dtype}"


@dataclass(frozen=True, slots=True)
class ReviewLines:
    """What the lines of a file say."""

    hint: VolumeHint | None  # None where the first line is unreadable
    marks: ReviewMarks
    n_unreadable: int  # lines that are cut or damaged
    is_ended: bool  # whether the last line ends, so that another may follow


def first_line(hint: VolumeHint, kind: str = FORMAT) -> bytes:
    """Return the first line of a file; `kind` says what the others are."""
    return json_line(
        {
            "format": kind,
            "version": FORMAT_VERSION,
            "shape": list(hint.shape),
            "dtype": hint.dtype,
            "n_labels": hint.n_labels,
        }
    )


def mark_lines(marks: ReviewMarks, n_per_line: int = _LABELS_PER_LINE) -> bytes:
    """Return the lines of some entries."""
    return b"".join(
        json_line(_record(marks.rows(slice(first, first + n_per_line))))
        for first in range(0, len(marks), n_per_line)
    )


def read_lines(content: bytes) -> ReviewLines:
    """Read the lines of a file; what cannot be read is counted and left out.

    Raises
    ------
    UnreadableReviewError
        When a newer version of this package wrote it.
    """
    *lines, rest = content.split(b"\n")
    if rest or not lines:
        lines.append(rest)
    hint = tried(partial(hint_of, FORMAT), lines[0])
    rows: _Rows = ([], [], [], [])
    n_unreadable = 0
    for line in lines if hint is None else lines[1:]:
        columns = tried(_columns_of, line)
        if columns is None:
            n_unreadable += 1
            continue
        for column, more in zip(rows, columns, strict=True):
            column.extend(more)
    marks = ReviewMarks.latest(
        exact_ids(rows[0]),
        np.array(rows[1], np.uint8),
        np.array(rows[2], np.int64),
        np.array(rows[3], object),
    )
    n_unreadable = max(n_unreadable, int(hint is None))
    return ReviewLines(hint, marks, n_unreadable, is_ended=not rest)


def hint_of(kind: str, record: dict[str, Any]) -> VolumeHint:
    """Return which volume a file of this kind is for, from its first line."""
    if record["format"] != kind:
        raise ValueError("another program wrote it")
    version = record["version"]
    if type(version) is int and version > FORMAT_VERSION:
        raise UnreadableReviewError(
            f"it has format version {version}, and this release reads up to "
            f"{FORMAT_VERSION}; install a newer release"
        )
    if version != FORMAT_VERSION:
        raise ValueError(f"its version is {version!r}")
    shape, dtype, n_labels = record["shape"], record["dtype"], record["n_labels"]
    if type(shape) is not list or type(dtype) is not str:
        raise TypeError("its hint of the volume is none")
    check_whole([*shape, n_labels], 0, MAX_TIME)
    return VolumeHint(tuple(shape), dtype, n_labels)


def _record(marks: ReviewMarks) -> dict[str, Any]:
    """Return entries as one record: of a column of equals, only one is written."""
    notes = {
        str(label): note
        for label, note in zip(marks.labels.tolist(), marks.notes, strict=True)
        if note
    }
    return {
        "status": _shortened([STATUSES[code] for code in marks.codes.tolist()]),
        "labels": marks.labels.tolist(),
        "time": _shortened(marks.times.tolist()),
    } | ({"notes": notes} if notes else {})


def _shortened(column: list[Any]) -> Any:
    return column[0] if column.count(column[0]) == len(column) else column


def _columns_of(record: dict[str, Any]) -> _Rows:
    labels, notes = record["labels"], record.get("notes", {})
    if type(labels) is not list or type(notes) is not dict:
        raise TypeError("its labels or notes are none")
    check_whole(labels, -(2**63), 2**64 - 1)
    statuses = _full(record["status"], len(labels))
    times = _full(record["time"], len(labels))
    check_whole(times, 0, MAX_TIME)
    if any(type(note) is not str for note in notes.values()):
        raise TypeError("a note is no text")
    "".join(notes.values()).encode()  # no half characters: they could not be saved
    if not notes.keys() <= set(map(str, labels)):
        raise ValueError("a note belongs to none of its labels")
    texts = [notes.get(str(label), "") for label in labels] if notes else ""
    codes = [_CODES[status] for status in statuses]
    return labels, codes, times, _full(texts, len(labels))


def _full(column: Any, n: int) -> list[Any]:
    if type(column) is not list:
        return [column] * n
    if len(column) != n:
        raise ValueError("its columns differ in length")
    return column
