"""Rows of a file, label by label, beside the rows that the index would write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnknownLabelError
from napari_label_index.index._runs import numbers_in
from napari_label_index.io.exports._run_blocks import run_counts
from napari_label_index.io.exports._verify_report import Differs
from napari_label_index.kernels import fill_coords_block

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index import LabelIndex
    from napari_label_index.io.exports._coord_layout import CoordLayout

    Values = npt.NDArray[Any]

__all__ = ["CoordRows", "RowChecker", "RunRows"]


@dataclass(slots=True, eq=False)
class CoordRows:
    """The rows of an export of coordinates: one per voxel."""

    index: LabelIndex
    layout: CoordLayout
    _cursor: IntVector = field(default_factory=lambda: np.zeros(3, np.int64))

    def counts(self, rows: IntVector) -> IntVector:
        """Return how many lines each label has."""
        return self.index.voxel_counts[rows]

    def take(self, rows: IntVector, n: int, n_before: int) -> Values:
        """Return the next `n` lines, (n, ndim), which begin in the first of `rows`.

        `n_before` lines of that one were taken before.
        """
        ends = np.cumsum(self.counts(rows))
        n_met = int(np.searchsorted(ends, n + n_before)) + 1
        runs, rows = self.index.runs.narrowed(rows[:n_met])
        if not n_before:
            self._cursor[1:] = 0
        self._cursor[0] = 0
        voxels = np.empty((n, self.index.ndim), np.int64)
        fill_coords_block(
            rows, runs.offsets, runs.starts, runs.lengths, self.index.shape,
            self._cursor, np.empty(n, np.int64), voxels,
        )  # fmt: skip
        return self.layout(voxels)


@dataclass(slots=True, eq=False)
class RunRows:
    """The rows of an export of runs: where each begins, and its length."""

    index: LabelIndex
    layout: CoordLayout

    def counts(self, rows: IntVector) -> IntVector:
        """Return how many lines each label has."""
        return run_counts(self.index, rows)

    def take(self, rows: IntVector, n: int, n_before: int) -> Values:
        """Return the next `n` lines, (n, ndim + 1); see `CoordRows`."""
        counts = self.counts(rows)
        counts[0] -= n_before
        ends = np.minimum(np.cumsum(counts), n)
        sizes = np.diff(ends, prepend=0)
        table, met = self.index.runs.narrowed(rows[sizes > 0])
        sizes = sizes[sizes > 0]
        firsts = table.offsets[met]
        firsts[:1] += n_before
        runs = numbers_in(firsts, firsts + sizes)
        starts = table.starts[runs].astype(np.int64)
        voxels = np.stack(np.unravel_index(starts, self.index.shape), axis=1)
        return np.column_stack([self.layout(voxels), table.lengths[runs]])


class RowChecker:
    """Compares blocks of rows with what is expected, and says the first that differs.

    Parameters
    ----------
    index : LabelIndex
        The truth.
    expected : CoordRows or RunRows
        The rows that it would write.
    """

    def __init__(self, index: LabelIndex, expected: CoordRows | RunRows) -> None:
        self._index = index
        self._expected = expected
        self._is_seen = np.zeros(len(index), bool)
        self._row = -1  # of the label that goes on in the next block
        self._n_taken = 0  # its lines so far
        self.n_lines = 0
        self.order: list[IntVector] = []  # rows of the index, as they came

    def check(self, labels: LabelArray, values: Values) -> None:
        """Compare the next lines: labels (n,) and what stands beside them (n, k)."""
        if not labels.size:
            return
        cuts = np.flatnonzero(labels[1:] != labels[:-1]) + 1
        firsts = np.concatenate([[0], cuts])
        rows = self._rows_of(labels, firsts)
        n_before = self._begin(rows, firsts)
        sizes = np.diff(firsts, append=labels.size)
        needs = self._expected.counts(rows)
        needs[0] -= n_before
        is_wrong = sizes != needs
        is_wrong[-1] = sizes[-1] > needs[-1]
        n_same = labels.size
        if is_wrong.any():
            wrong = int(np.argmax(is_wrong))
            n_same = int(firsts[wrong] + min(sizes[wrong], needs[wrong]))
        self._compare(labels, values, rows, n_same, n_before)
        if is_wrong.any():
            total = int(self._expected.counts(rows[wrong : wrong + 1])[0])
            found = int(sizes[wrong]) + (n_before if wrong == 0 else 0)
            raise Differs(
                f"line {self._line(n_same)}: label {labels[firsts[wrong]]} has "
                f"{found:,} lines, the volume gives it {total:,}"
            )
        is_done = sizes[-1] == needs[-1]
        before = n_before if rows.size == 1 else 0
        self._row = -1 if is_done else int(rows[-1])
        self._n_taken = 0 if is_done else before + int(sizes[-1])
        self.n_lines += labels.size

    def end(self) -> None:
        """Say so if the last label is not complete."""
        if self._row >= 0:
            total = int(self._expected.counts(np.array([self._row]))[0])
            raise Differs(
                f"line {self._line(0)}: the file ends after {self._n_taken:,} of "
                f"{total:,} lines of label {self._index.labels[self._row]}"
            )

    def _rows_of(self, labels: LabelArray, firsts: IntVector) -> IntVector:
        try:
            return self._index.rows_of(labels[firsts])
        except UnknownLabelError:
            for first in firsts.tolist():
                if int(labels[first]) not in self._index:
                    raise Differs(
                        f"line {self._line(first)}: the volume has no label "
                        f"{labels[first]}"
                    ) from None
            raise

    def _begin(self, rows: IntVector, firsts: IntVector) -> int:
        """Note which labels begin here; return the lines that the first had before."""
        goes_on = self._row >= 0
        if goes_on and rows[0] != self._row:
            self.end()
        fresh = rows[1:] if goes_on else rows
        _, first = np.unique(fresh, return_index=True)
        is_again = self._is_seen[fresh]
        is_again[np.setdiff1d(np.arange(fresh.size), first)] = True
        if is_again.any():
            place = int(np.argmax(is_again)) + int(goes_on)
            raise Differs(
                f"line {self._line(firsts[place])}: label "
                f"{self._index.labels[rows[place]]} comes a second time"
            )
        self._is_seen[fresh] = True
        self.order.append(fresh)
        return self._n_taken if goes_on else 0

    def _compare(
        self, labels: LabelArray, values: Values, rows: IntVector, n: int, before: int
    ) -> None:
        expected = self._expected.take(rows, n, before)
        is_other = (values[:n] != expected).any(axis=1)
        if is_other.any():
            at = int(np.argmax(is_other))
            raise Differs(
                f"line {self._line(at)}: label {labels[at]} has "
                f"{tuple(values[at].tolist())}, the volume "
                f"{tuple(expected[at].tolist())}"
            )

    def _line(self, place: int) -> str:
        """Return the number of a line, the first below the header being 1."""
        return f"{self.n_lines + int(place) + 1:,}"
