"""Two label images of one volume: which labels are the same objects."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index._pairs import PairTable, add_up_pairs, order_of_pairs
from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.index._placed_runs import PlacedRuns
from napari_label_index.index._rows import runs_by_row, windows_of
from napari_label_index.index._slabs import slabs_of
from napari_label_index.kernels import count_overlaps

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import (
        BoolArray,
        Cancel,
        FloatArray,
        IntVector,
        LabelArray,
        OnProgress,
    )
    from napari_label_index.index._label_index import LabelIndex
    from napari_label_index.index._runs import RunTable

    _Found = tuple[IntVector, IntVector]  # pairs, and what was counted for each

_MOST = 0.5  # a label is the same object, or lies in one, by more than this


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """How the labels of one image lie on those of another, the reference.

    A label *matches* a label of the reference where they share more than half of
    their union (intersection over union above 0.5, which at most one pair of each
    label can reach). It lies *in* one where more than half of its voxels do.

    Attributes
    ----------
    first : (n_pairs,)
        Row of the image's label, sorted.
    second : (n_pairs,)
        Row of the reference's label, sorted within `first`.
    voxels : (n_pairs,)
        Voxels that the two share.
    counts, reference_counts : (n_labels,), (n_reference_labels,)
        Voxels of the labels of either.
    labels, reference_labels : (n_labels,), (n_reference_labels,)
        Their ids.
    """

    first: IntVector
    second: IntVector
    voxels: IntVector
    counts: IntVector
    reference_counts: IntVector
    labels: LabelArray
    reference_labels: LabelArray

    @property
    def iou(self) -> FloatArray:
        """(n_pairs,) intersection over union of each pair."""
        union = self.counts[self.first] + self.reference_counts[self.second]
        ratio: FloatArray = self.voxels / (union - self.voxels)
        return ratio

    def transposed(self) -> Comparison:
        """Return the same comparison seen from the reference."""
        order = order_of_pairs(self.second, self.first)
        return Comparison(
            self.second[order], self.first[order], self.voxels[order],
            self.reference_counts, self.counts, self.reference_labels, self.labels,
        )  # fmt: skip

    def table(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return one row per label of the image.

        ``status`` is ``match``, ``split`` (one of several labels that lie in one label
        of the reference), ``merge`` (several labels of the reference lie in it),
        ``missing`` (the reference has nothing there) or ``unclear``. ``partner`` is
        the label of the reference that shares most voxels, 0 where none does, with
        ``shared`` voxels and the ``iou``.
        """
        n_labels = self.labels.size
        best = self._best_pairs()
        rows = self.first[best]
        partner = np.zeros(n_labels, self.reference_labels.dtype)
        shared, iou = np.zeros(n_labels, np.int64), np.zeros(n_labels)
        partner[rows] = self.reference_labels[self.second[best]]
        shared[rows] = self.voxels[best]
        iou[rows] = self.iou[best]
        return {
            "label": self.labels,
            "status": self._statuses(),
            "partner": partner,
            "shared": shared,
            "iou": iou,
        }

    def _best_pairs(self) -> IntVector:
        """Return, for each label that has pairs, the one that shares most voxels."""
        order = np.lexsort((-self.voxels, self.first))
        _, begins = np.unique(self.first[order], return_index=True)
        best: IntVector = order[begins]
        return best

    def _statuses(self) -> npt.NDArray[np.str_]:
        statuses = np.full(self.labels.size, "unclear", "U7")
        lies_in = self.voxels > _MOST * self.counts[self.first]
        holds = self.voxels > _MOST * self.reference_counts[self.second]
        statuses[_several(self.first, holds, self.labels.size)] = "merge"
        shares = _several(self.second, lies_in, self.reference_labels.size)
        statuses[self.first[lies_in & shares[self.second]]] = "split"
        statuses[self.first[self.iou > _MOST]] = "match"
        is_met = np.zeros(self.labels.size, bool)
        is_met[self.first] = True
        statuses[~is_met] = "missing"
        return statuses


def _several(rows: IntVector, chosen: BoolArray, n_rows: int) -> BoolArray:
    """Return which rows occur more than once among the chosen pairs."""
    several: BoolArray = np.bincount(rows[chosen], minlength=n_rows) > 1
    return several


def compare(
    index: LabelIndex,
    reference: LabelIndex,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Comparison:
    """Compare the labels of two volumes of one shape, from their runs alone."""
    for each in (index, reference):
        each.need_labels("comparisons")
    if index.shape != reference.shape:
        raise UnsupportedLabelsError(
            "two label images must have one shape to be compared, "
            f"got {index.shape} and {reference.shape}"
        )
    first, second, voxels = find_overlaps(
        index.runs, index.bboxes, reference.runs, reference.bboxes, index.shape,
        on_progress, cancel,
    )  # fmt: skip
    return Comparison(
        first, second, voxels, index.voxel_counts, reference.voxel_counts,
        index.labels, reference.labels,
    )  # fmt: skip


def find_overlaps(
    runs: RunTable,
    bboxes: IntVector,
    other_runs: RunTable,
    other_bboxes: IntVector,
    shape: tuple[int, ...],
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> tuple[IntVector, IntVector, IntVector]:
    """Find which labels of two volumes of one shape lie on each other.

    Returns
    -------
    first, second : (n_pairs,) rows of the two tables, sorted by `first`
    voxels : (n_pairs,) int64 shared
    """
    both = (
        PlacedRuns.of(runs, shape, bboxes),
        PlacedRuns.of(other_runs, shape, other_bboxes),
    )
    crew = Crew(n_usable_cores(), both[0].shape[0], on_progress, cancel)

    def work(task: tuple[list[PlacedRuns], tuple[int, int]]) -> _Found:
        tables, window = task
        found = _window_overlaps(tables, *window)
        crew.advance(window[1] - window[0])
        return found

    found: list[_Found] = []
    for begin, stop, tables in slabs_of(*both, check=crew.report):
        windows = windows_of(tables[0], begin, stop)
        found += crew.map(work, [(tables, window) for window in windows])
    first, second, voxels = add_up_pairs(found, 1)
    return first, second, voxels[:, 0]


def _window_overlaps(tables: list[PlacedRuns], begin: int, stop: int) -> _Found:
    """Return the pairs that share voxels in a window, and how many."""
    _, *own = runs_by_row(tables[0], begin, stop)
    _, *others = runs_by_row(tables[1], begin, stop)
    table = PairTable(1)
    row, last_row = 0, (stop - begin) * prod(tables[0].shape[1:-1])
    while True:
        row, table.n_pairs = count_overlaps(
            *own, tuple(others), row, table.pairs, table.counts, table.n_pairs
        )
        if row == last_row:
            return table.filled()
        table.grow()
