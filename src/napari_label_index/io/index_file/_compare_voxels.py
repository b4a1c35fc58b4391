"""Stored runs beside the voxels of a volume, of which neither has to fit in memory.

Every run is looked up where it should lie; if all of them are there, and no more
voxels have a label, then the two are the same.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._block_reader import BlockReader, block_cuts
from napari_label_index.index._lookup import can_hold
from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.index._placed_runs import PlacedRuns
from napari_label_index.index._slabs import slabs_of
from napari_label_index.index._validate import check_label_image
from napari_label_index.kernels import match_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from napari_label_index._typing import Cancel, OnProgress
    from napari_label_index.index import LabelImage, LabelIndex
    from napari_label_index.index._validate import LabelVolume

__all__ = ["Difference", "find_difference", "windows_of"]

_HELD_BYTES = 1 << 29  # of voxels, at one time
_STEP_VOXELS = 1 << 24  # are compared between two looks at progress and cancel

Window = tuple[int, int]  # of the first axis
_Compared = tuple[int | None, bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a volume is not what an index says."""

    window: int
    label: int | None  # None: voxels have a label that should have none


def windows_of(image: LabelImage) -> list[Window]:
    """Cut a volume into windows that can be held: one, if it is in memory as it is."""
    volume = check_label_image(image.data)
    if not volume.n_voxels:
        return []
    if volume.is_plain:
        return [(0, volume.shape[0])]
    # A block, and its ids where they are stored in another way.
    itemsize = volume.stored_dtype.itemsize + volume.label_dtype.itemsize
    cuts = block_cuts(volume.data, volume.shape, itemsize, _HELD_BYTES // itemsize)
    return list(pairwise(cuts))


def find_difference(
    index: LabelIndex,
    image: LabelImage,
    windows: Sequence[Window],
    on_progress: OnProgress | None,
    cancel: Cancel | None,
) -> Difference | None:
    """Compare an index with some windows of a volume of its shape and type.

    The windows are sorted and apart.
    """
    volume = check_label_image(image.data)
    n_items = sum(stop - begin for begin, stop in windows)
    crew = Crew(n_usable_cores(), n_items, on_progress, cancel)
    comparer = _Comparer(index, volume, windows, crew)
    placed = PlacedRuns.of(index.runs, index.shape, index.bboxes)
    step = max(1, _STEP_VOXELS // prod(volume.shape[1:]))
    starts = [start for start, _ in windows]
    for first, last, (slab,) in slabs_of(placed, check=crew.report, windows=windows):
        number = bisect_right(starts, first) - 1
        for begin in range(first, last, step):
            stop = min(begin + step, last)
            label, is_same = comparer.compare(slab, begin, stop)
            if not is_same:
                return Difference(number, label)
            crew.advance(stop - begin)
    crew.report()
    return None


class _Comparer:
    """Compares the runs of slabs with the voxels that lie there."""

    def __init__(
        self,
        index: LabelIndex,
        volume: LabelVolume,
        windows: Sequence[Window],
        crew: Crew,
    ) -> None:
        self._index = index
        self._volume = volume
        self._crew = crew
        self._item = prod(volume.shape[1:])
        edges = {edge for window in windows for edge in window}
        self._blocks = BlockReader(self._read, sorted(edges))

    def compare(self, slab: PlacedRuns, begin: int, stop: int) -> _Compared:
        """Compare some items: the label that differs, if it is one; whether none is."""
        voxels = self._blocks.window(begin, stop).reshape(-1)
        wrong, n_matched = self._match(slab, begin, stop, voxels)
        return wrong, wrong is None and self._n_labelled(voxels) == n_matched

    def _read(self, begin: int, stop: int) -> npt.NDArray[Any]:
        inner = self._volume.shape[1:-1]
        key = (slice(begin, stop), *(slice(0, size) for size in inner))
        return self._volume.rows(key).reshape(stop - begin, -1)

    def _n_labelled(self, voxels: npt.NDArray[Any]) -> int:
        background, dtype = self._index.background, self._volume.label_dtype
        if not can_hold(dtype, background):
            return int(voxels.size)
        return int(np.count_nonzero(voxels.view(dtype) != dtype.type(background)))

    def _match(
        self, slab: PlacedRuns, begin: int, stop: int, voxels: npt.NDArray[Any]
    ) -> tuple[int | None, int]:
        runs, rows = slab.runs, slab.own[slab.meeting(begin, stop)]
        labels = runs.labels.view(self._volume.row_dtype)
        first, end = (np.uint64(item * self._item) for item in (begin, stop))

        def match(part: slice) -> tuple[int, int]:
            wrong, n_voxels = match_runs(
                rows[part], labels, runs.offsets, runs.starts, runs.lengths,
                first, end, voxels,
            )  # fmt: skip
            return (-1 if wrong < 0 else part.start + wrong), n_voxels

        edges = np.linspace(0, rows.size, 4 * self._crew.n_threads + 1).astype(int)
        parts = [slice(*pair) for pair in pairwise(edges.tolist())]
        found = self._crew.map(match, parts)
        wrong = next((place for place, _ in found if place >= 0), None)
        label = None if wrong is None else int(runs.labels[rows[wrong]])
        return label, sum(n_voxels for _, n_voxels in found)
