"""A comparison as rows to walk through: every label of both volumes is in one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._sorted_sets import distinct

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import BoolArray, FloatArray, IntVector, LabelArray
    from napari_label_index.index._compare import Comparison


class Verdict(StrEnum):
    """How a label lies on the other volume, seen from the first one."""

    MATCH = "match"
    SPLIT = "split"
    MERGE = "merge"
    UNCLEAR = "unclear"
    MISSING_THERE = "missing there"
    MISSING_HERE = "missing here"


OTHER_ID = "other id"
"""What a match is called besides whose partner has another id."""


VERDICTS = tuple(Verdict)


@dataclass(frozen=True, eq=False)
class ComparedRows:
    """Rows of a comparison: the labels of the first volume, then others.

    The others are labels of the second volume that no row of the first one leads to:
    there is nothing there in the first volume, or only a part of something else.
    """

    comparison: Comparison
    backward: Comparison
    only_second: IntVector  # (n_others,) rows of the second volume
    codes: npt.NDArray[np.uint8]  # (n,) into `VERDICTS`
    shared: IntVector  # (n,) voxels shared with the partner that shares most
    iou: FloatArray  # (n,) with that partner

    @classmethod
    def of(cls, comparison: Comparison) -> ComparedRows:
        """Return the rows of a comparison."""
        backward = comparison.transposed()
        ours, theirs = comparison.table(), backward.table()
        only = np.flatnonzero(_is_left_out(ours, theirs))
        codes = np.append(
            _codes(ours["status"], Verdict.MISSING_THERE),
            _codes(theirs["status"][only], Verdict.MISSING_HERE),
        )
        shared = np.append(ours["shared"], theirs["shared"][only])
        iou = np.append(ours["iou"], theirs["iou"][only])
        return cls(comparison, backward, only, codes, shared, iou)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def n_first(self) -> int:
        """Rows that stand for a label of the first volume."""
        return len(self.comparison.labels)

    def counts(self) -> dict[Verdict, int]:
        """Return how many rows there are of each verdict."""
        found = np.bincount(self.codes, minlength=len(VERDICTS)).tolist()
        return dict(zip(VERDICTS, found, strict=True))

    @cached_property
    def with_other_id(self) -> IntVector:
        """Rows of matches whose partner has another id: two, where ids are swapped."""
        is_match = self.codes == VERDICTS.index(Verdict.MATCH)
        has_other = self.table["label"] != self.table["partner"]
        rows: IntVector = np.flatnonzero(is_match & has_other)
        return rows

    def first_labels(self, rows: IntVector) -> LabelArray:
        """Return the labels of the first volume that rows speak of, sorted."""
        own = rows[rows < self.n_first]
        others = self.only_second[rows[rows >= self.n_first] - self.n_first]
        met = np.append(own, _met(self.backward, others))
        found: LabelArray = self.comparison.labels[distinct(met.astype(np.intp))]
        return found

    def second_labels(self, rows: IntVector) -> LabelArray:
        """Return the labels of the second volume that rows speak of, sorted."""
        own = rows[rows < self.n_first]
        others = self.only_second[rows[rows >= self.n_first] - self.n_first]
        met = np.append(_met(self.comparison, own), others)
        labels = self.comparison.reference_labels
        found: LabelArray = labels[distinct(met.astype(np.intp))]
        return found

    def label(self, row: int) -> int | None:
        """Return the label of the first volume that a row stands for."""
        return int(self.comparison.labels[row]) if row < self.n_first else None

    def partners(self, row: int) -> list[int]:
        """Return labels of the second volume, the one that shares most first."""
        labels = self.comparison.reference_labels
        if row >= self.n_first:
            return [int(labels[self.only_second[row - self.n_first]])]
        pairs = slice(*np.searchsorted(self.comparison.first, (row, row + 1)))
        order = np.argsort(-self.comparison.voxels[pairs], kind="stable")
        found: list[int] = labels[self.comparison.second[pairs][order]].tolist()
        return found

    @cached_property
    def table(self) -> dict[str, npt.NDArray[Any]]:
        """Columns to write to a file; a label that is not there is 0."""
        labels, seconds = self.comparison.labels, self.comparison.reference_labels
        n_others = len(self.only_second)
        partner = self.comparison.table()["partner"]
        return {
            "label": np.append(labels, np.zeros(n_others, labels.dtype)),
            "status": np.array([str(verdict) for verdict in VERDICTS])[self.codes],
            "partner": np.append(partner, seconds[self.only_second]),
            "shared": self.shared,
            "iou": self.iou,
        }


def _codes(
    statuses: npt.NDArray[np.generic], missing: Verdict
) -> npt.NDArray[np.uint8]:
    names = ["missing" if each is missing else str(each) for each in VERDICTS]
    codes = np.zeros(len(statuses), np.uint8)
    for code, name in enumerate(names):
        codes[statuses == name] = code
    return codes


def _is_left_out(
    ours: dict[str, npt.NDArray[Any]], theirs: dict[str, npt.NDArray[Any]]
) -> BoolArray:
    """Which labels of the second volume no row of the first one leads to."""
    status = theirs["status"]
    is_partner = np.isin(theirs["label"], ours["partner"][ours["shared"] > 0])
    is_left_out: BoolArray = status == "missing"
    is_left_out |= (status == "unclear") & ~is_partner
    return is_left_out


def _met(comparison: Comparison, rows: IntVector) -> IntVector:
    """Rows of the other volume that share a voxel with these rows."""
    begins, ends = np.searchsorted(comparison.first, (rows, rows + 1))
    lengths = ends - begins
    firsts = np.repeat(begins - np.cumsum(lengths) + lengths, lengths)
    met: IntVector = comparison.second[firsts + np.arange(len(firsts))]
    return met
