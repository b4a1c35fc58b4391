"""What there is to know of the focused label: its parts, neighbours and holes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from napari_label_index.session._job import (
    Faulted,
    Finished,
    Outcome,
    Report,
    Submit,
    Work,
)
from napari_label_index.session._latest_job import LatestJob

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, FloatArray, LabelArray
    from napari_label_index.index import LabelIndex
    from napari_label_index.session._column_store import ColumnStore
    from napari_label_index.session._selection import LabelSelection

# What each section needs beside the parts, which are found for this label alone.
COLUMNS = ("n_holes", "hole_voxels", "n_neighbours")


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Labels that share faces with a label, the longest contact first."""

    labels: LabelArray  # (n,) rows of the index
    names: list[str]  # what they are called, without the time: it is that of the label
    areas: FloatArray  # (n,) in world units


@dataclass(frozen=True, slots=True, eq=False)
class LabelDetail:
    """One label; what is None is not known yet."""

    label: int
    n_voxels: int
    name: str = ""  # what the label is called
    parts: LabelIndex | None = None  # parts as labels 1, 2, ... in C order
    neighbours: Neighbours | None = None
    holes: tuple[int, int] | None = None  # how many, and the voxels in them
    problem: str = ""  # a sentence, where something cannot be known
    is_former: bool = False  # some of it is from before an edit, and found again

    @property
    def part_order(self) -> list[int]:
        """Ids of the parts, the largest first."""
        if self.parts is None:
            return []
        order = np.argsort(-self.parts.voxel_counts, kind="stable")
        found: list[int] = self.parts.labels[order].tolist()
        return found


class DetailFinder:
    """Follows the focused label while it is asked to.

    Parameters
    ----------
    columns, submit
        As for `LabelFilter`.
    selection
        Whose focused label is looked at.
    """

    changed = Signal(object)  # LabelDetail | None

    def __init__(
        self, columns: ColumnStore, submit: Submit, selection: LabelSelection
    ) -> None:
        self._columns = columns
        self._job = LatestJob(submit)
        self._selection = selection
        self._is_active = False
        self._detail: LabelDetail | None = None
        selection.focused_changed.connect(self._on_focused)
        columns.index_changed.connect(self._on_index_changed)
        columns.arrived.connect(self._on_column_arrived)

    @property
    def detail(self) -> LabelDetail | None:
        """What is known so far."""
        return self._detail

    def set_active(self, active: bool) -> None:
        """Follow the focused label, or stop to."""
        self._is_active = active
        self._on_focused()

    def close(self) -> None:
        """Stop what is under way and say no more."""
        self._is_active = False
        self._job.drop()

    def _on_index_changed(self, _index: object) -> None:
        before = self._detail
        if before is not None and before.label == self._selection.focused:
            self._find(replace(before, problem="", is_former=True))
        else:
            self._find(None)

    def _on_focused(self, _value: object = None) -> None:
        self._find(None)

    def _find(self, former: LabelDetail | None) -> None:
        """Find all there is to know; what was known before an edit stays meanwhile."""
        self._job.drop()
        index, label = self._columns.index, self._selection.focused
        if not self._is_active or index is None or label is None or label not in index:
            self._go(None)
            return
        n_voxels = int(index.voxel_counts[index.row_of(label)])
        name = index.name_of(label)
        detail = replace(former or LabelDetail(label, 0, name), n_voxels=n_voxels)
        self._go(self._with_columns(detail, index))
        self._columns.request(_columns_for(index))
        self._job.start(_parts_work(index, label), self._accept)

    def _with_columns(self, detail: LabelDetail, index: LabelIndex) -> LabelDetail:
        """Add what the columns at hand tell."""
        columns, row = self._columns, index.row_of(detail.label)
        counts, voxels = columns.values("n_holes"), columns.values("hole_voxels")
        if counts is not None and voxels is not None:
            detail = replace(detail, holes=(int(counts[row]), int(voxels[row])))
        if columns.is_ready("n_neighbours"):
            detail = replace(detail, neighbours=_neighbours_of(index, detail.label))
            detail = replace(detail, is_former=False)
        problems = filter(None, map(columns.failure, COLUMNS))
        return replace(detail, problem=next(problems, detail.problem))

    def _on_column_arrived(self, name: str) -> None:
        index = self._columns.index
        if self._detail is not None and index is not None and name in COLUMNS:
            self._go(self._with_columns(self._detail, index))

    def _accept(self, outcome: Outcome) -> None:
        if self._detail is None:
            return
        match outcome:
            case Finished(_Found(parts, None)):
                self._go(replace(self._detail, parts=parts))
            case Finished(_Found(parts, neighbours)):
                found = replace(self._detail, parts=parts, neighbours=neighbours)
                self._go(replace(found, is_former=False))
            case Faulted(message):
                self._go(replace(self._detail, problem=message))

    def _go(self, detail: LabelDetail | None) -> None:
        if detail is not None or self._detail is not None:
            self._detail = detail
            self.changed.emit(detail)


def _neighbours_of(index: LabelIndex, label: int) -> Neighbours:
    labels, faces = index.neighbours(label)
    voxel = np.array(index.spacing)
    areas = faces @ (voxel.prod() / voxel)
    order = np.argsort(-areas, kind="stable")
    names = list(map(str, index.ids_of(labels[order]).tolist()))
    return Neighbours(labels[order], names, areas[order])


def _columns_for(index: LabelIndex) -> tuple[str, ...]:
    """Return the columns to ask for; the contacts of a whole dataset take too long."""
    if not index.runs.is_in_files:
        return COLUMNS
    return tuple(name for name in COLUMNS if name != "n_neighbours")


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What was found for a label alone."""

    parts: LabelIndex
    neighbours: Neighbours | None  # None: they come with the contacts of all labels


def _parts_work(index: LabelIndex, label: int) -> Work:
    def work(_report: Report, _cancel: Cancel) -> _Found:
        is_alone = index.runs.is_in_files
        neighbours = _neighbours_of(index, label) if is_alone else None
        return _Found(index.parts(label), neighbours)

    return work
