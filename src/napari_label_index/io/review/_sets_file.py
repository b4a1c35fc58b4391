"""Named sets of labels, kept in a file beside the review of a volume.

One line for each set. Of two sets of one name the later counts, and a set that was
deleted stays as a line without labels: so two programs that keep one file lose nothing
but the older of two changes of the same set.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from napari_label_index.errors import UnreadableReviewError
from napari_label_index.index._sorted_sets import distinct
from napari_label_index.io._files import atomic_write
from napari_label_index.io.review._json_lines import (
    check_whole,
    json_line,
    keep_copy,
    tried,
)
from napari_label_index.io.review._review_file import REVIEW_SUFFIX, content_of
from napari_label_index.io.review._review_lines import first_line, hint_of
from napari_label_index.io.review._review_marks import MAX_TIME, exact_ids

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.review._review_lines import VolumeHint

__all__ = [
    "SETS_SUFFIX",
    "LabelSet",
    "SetsRead",
    "merged_sets",
    "read_sets",
    "save_sets",
    "sets_path",
]

SETS_SUFFIX = ".labelsets.json"
"""What is added to the name of a volume: ``cells.tif.labelsets.json``."""

FORMAT = "napari-label-index sets"


@dataclass(frozen=True, slots=True, eq=False)
class LabelSet:
    """Labels under a name."""

    name: str
    labels: LabelArray | None  # (n,) sorted, unique; None: deleted
    time: int  # ms since 1970 of the last change


@dataclass(frozen=True, slots=True, eq=False)
class SetsRead:
    """What a file says."""

    hint: VolumeHint | None  # which volume they were made for
    sets: dict[str, LabelSet]  # by name, deleted ones too
    n_unreadable: int  # lines that are cut or damaged


def sets_path(review: Path) -> Path:
    """Return where the sets of a volume are kept: beside its review."""
    return review.with_name(review.name.removesuffix(REVIEW_SUFFIX) + SETS_SUFFIX)


def read_sets(path: Path) -> SetsRead:
    """Read the sets of a volume; none where there is no file.

    Raises
    ------
    UnreadableReviewError
        When a newer version of this package wrote it, or the system does not give it.
    """
    content = content_of(path)
    return SetsRead(None, {}, 0) if content is None else _read(path, content)


def save_sets(path: Path, hint: VolumeHint, ours: Iterable[LabelSet]) -> SetsRead:
    """Write sets, with those that are in the file; return what is in it then.

    A file with lines that cannot be read is first copied beside itself.

    Raises
    ------
    WriteFailedError
        When the file could not be written; what was there before is untouched.
    UnreadableReviewError
        As for `read_sets`.
    """
    content = content_of(path)
    theirs: dict[str, LabelSet] = {}
    if content is not None:
        found = _read(path, content)
        theirs = found.sets
        if found.n_unreadable:
            keep_copy(path, content, "corrupt")
    sets = merged_sets(theirs.values(), ours)
    with atomic_write(path) as output:
        output.write(first_line(hint, FORMAT))
        for each in sets.values():
            output.write(_set_line(each))
    return SetsRead(hint, sets, 0)


def merged_sets(*groups: Iterable[LabelSet]) -> dict[str, LabelSet]:
    """Return the latest set of each name; of two at one time, the last."""
    sets: dict[str, LabelSet] = {}
    for group in groups:
        for each in group:
            if each.name not in sets or each.time >= sets[each.name].time:
                sets[each.name] = each
    return sets


def _read(path: Path, content: bytes) -> SetsRead:
    first, *rest = content.split(b"\n")
    try:
        hint = tried(partial(hint_of, FORMAT), first)
    except UnreadableReviewError as error:
        raise UnreadableReviewError(f"{path}: {error}") from error
    lines = [line for line in rest if line]
    found = [tried(_set_of, line) for line in lines]
    sets = merged_sets(each for each in found if each is not None)
    n_unreadable = found.count(None) + (hint is None)
    return SetsRead(hint, sets, n_unreadable)


def _set_line(each: LabelSet) -> bytes:
    ids = None if each.labels is None else each.labels.tolist()
    return json_line({"name": each.name, "time": each.time, "labels": ids})


def _set_of(record: dict[str, Any]) -> LabelSet:
    name, time, ids = record["name"], record["time"], record["labels"]
    if type(name) is not str or not name:
        raise TypeError("a set has no name")
    name.encode()  # no half characters: they could not be saved
    check_whole([time], 0, MAX_TIME)
    if ids is None:
        return LabelSet(name, None, time)
    if type(ids) is not list:
        raise TypeError("its labels are none")
    check_whole(ids, -(2**63), 2**64 - 1)
    return LabelSet(name, distinct(exact_ids(ids)), time)
