"""Stored runs beside the voxels of a volume, of which neither has to fit in memory.

Every run is looked up where it should lie; if all of them are there, and no more
voxels have a label, then the two are the same. Runs come in the order of their labels
and voxels in that of the volume. So windows of the volume are held, as many as memory
may, while all runs of the labels in them go by.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._lookup import can_hold
from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.index._slabs import as_planes
from napari_label_index.index._validate import check_label_image
from napari_label_index.kernels import match_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from napari_label_index._typing import Cancel, IntVector, OnProgress
    from napari_label_index.index import LabelImage, LabelIndex, RunTable
    from napari_label_index.index._validate import LabelVolume

__all__ = ["Difference", "find_difference", "windows_of"]

_HELD_BYTES = 1 << 29  # of voxels, at one time
_STEPS = 1000  # of progress, for each item of the first axis

Window = tuple[int, int]  # of the first axis


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a volume is not what an index says."""

    window: int
    label: int | None  # None: voxels have a label that should have none


def windows_of(image: LabelImage) -> list[Window]:
    """Cut a volume into windows that can be held: one, if it is in memory as it is."""
    volume = check_label_image(image.data)
    n_items = volume.shape[0] if volume.n_voxels else 0
    n_bytes = volume.n_voxels * volume.label_dtype.itemsize
    thickness = max(1, n_items * _HELD_BYTES // max(n_bytes, 1))
    if volume.is_plain:
        thickness = max(n_items, 1)
    starts = range(0, n_items, thickness)
    return [(start, min(start + thickness, n_items)) for start in starts]


def find_difference(
    index: LabelIndex,
    image: LabelImage,
    windows: Iterable[Window],
    on_progress: OnProgress | None,
    cancel: Cancel | None,
) -> Difference | None:
    """Compare an index with some windows of a volume of its shape and type."""
    windows = list(windows)
    volume = check_label_image(image.data)
    total = _cost(windows)
    held = _Held(index, volume, Crew(n_usable_cores(), total, on_progress, cancel))
    for numbers in _batches(windows, volume):
        found = held.compare({number: windows[number] for number in numbers})
        if found is not None:
            return found
    if on_progress is not None:
        on_progress(total, total)
    return None


def _cost(windows: Iterable[Window]) -> int:
    return _STEPS * sum(stop - start for start, stop in windows)


def _batches(windows: list[Window], volume: LabelVolume) -> Iterator[range]:
    """Give windows that are held together."""
    item_bytes = prod(volume.shape[1:]) * volume.label_dtype.itemsize
    begin = n_bytes = 0
    for number, (start, stop) in enumerate(windows):
        size = (stop - start) * item_bytes
        if number > begin and n_bytes + size > _HELD_BYTES:
            yield range(begin, number)
            begin, n_bytes = number, 0
        n_bytes += size
    if begin < len(windows):
        yield range(begin, len(windows))


class _Held:
    """Compares the runs of an index with windows of a volume that are in memory."""

    def __init__(self, index: LabelIndex, volume: LabelVolume, crew: Crew) -> None:
        self._index = index
        self._volume = volume
        self._crew = crew
        self._item = prod(volume.shape[1:])
        _, self._bboxes = as_planes(index.shape, index.bboxes)

    def compare(self, windows: dict[int, Window]) -> Difference | None:
        voxels = {number: self._read(window) for number, window in windows.items()}
        n_unseen = {number: self._n_labelled(each) for number, each in voxels.items()}
        runs = self._index.runs
        rows = self._rows_in(windows.values())
        n_runs = int(np.diff(runs.offsets)[rows].sum()) or 1
        for _, part, chosen in runs.some(rows):
            for number, window in windows.items():
                wrong, n_matched = self._match(part, chosen, window, voxels[number])
                if wrong is not None:
                    return Difference(number, wrong)
                n_unseen[number] -= n_matched
            self._crew.advance(_cost(windows.values()) * part.n_runs // n_runs)
        for number, n_voxels in n_unseen.items():
            if n_voxels:
                return Difference(number, None)
        return None

    def _read(self, window: Window) -> npt.NDArray[Any]:
        inner = self._volume.shape[1:-1]
        key = (slice(*window), *(slice(0, size) for size in inner))
        return self._volume.rows(key).reshape(-1)

    def _n_labelled(self, voxels: npt.NDArray[Any]) -> int:
        background, dtype = self._index.background, self._volume.label_dtype
        if not can_hold(dtype, background):
            return int(voxels.size)
        return int(np.count_nonzero(voxels.view(dtype) != dtype.type(background)))

    def _rows_in(self, windows: Iterable[Window]) -> IntVector:
        """Return the rows of the labels that one of the windows may meet."""
        n_items = self._volume.shape[0]
        n_before = np.zeros(n_items + 1, np.int64)  # items of the windows
        for start, stop in windows:
            n_before[start + 1 : stop + 1] = 1
        np.cumsum(n_before, out=n_before)
        starts, stops = self._bboxes[:, 0], self._bboxes[:, len(self._volume.shape)]
        return np.flatnonzero(n_before[stops] > n_before[starts])

    def _match(
        self, runs: RunTable, rows: IntVector, window: Window, voxels: npt.NDArray[Any]
    ) -> tuple[int | None, int]:
        labels = runs.labels.view(self._volume.row_dtype)
        begin, end = (np.uint64(item * self._item) for item in window)

        def match(part: slice) -> tuple[int, int]:
            wrong, n_voxels = match_runs(
                rows[part], labels, runs.offsets, runs.starts, runs.lengths,
                begin, end, voxels,
            )  # fmt: skip
            return (-1 if wrong < 0 else part.start + wrong), n_voxels

        edges = np.linspace(0, rows.size, 4 * self._crew.n_threads + 1).astype(int)
        parts = [slice(*pair) for pair in pairwise(edges.tolist())]
        found = self._crew.map(match, parts)
        wrong = next((place for place, _ in found if place >= 0), None)
        label = None if wrong is None else int(runs.labels[rows[wrong]])
        return label, sum(n_voxels for _, n_voxels in found)
