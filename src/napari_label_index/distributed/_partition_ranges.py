"""How the labels of all blocks are shared out: ranges that hold about as many runs.

Only labels and numbers of runs are looked at, some millions at a time, so that memory
does not follow the number of labels. The ranges depend on the volume alone, and not on
how it was cut into blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._runs import firsts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index import RunTable

__all__ = ["LabelRange", "label_ranges"]

_PART_RUNS = 1 << 22  # 5 to 8 MB in a file, 0.2 s to write
_MOST_PARTS = 1 << 12
_SAMPLED = 1 << 10  # every so many labels of a block
_WINDOW_SAMPLES = 1 << 12  # about 4 million labels of blocks at a time


@dataclass(frozen=True, slots=True)
class LabelRange:
    """A range of labels, both ends included."""

    first: int
    last: int
    n_runs: int


def label_ranges(blocks: Sequence[RunTable]) -> list[LabelRange]:
    """Return the ranges that become partitions, in order.

    A label goes to the range in which its first run lies; so one with very many runs
    makes its range long, and is never divided.
    """
    total = sum(block.n_runs for block in blocks)
    size = max(_PART_RUNS, 1 << (-(-total // _MOST_PARTS) - 1).bit_length())
    ranges: list[LabelRange] = []
    n_before, number = 0, -1
    for labels, counts in _windows(blocks):
        ends = n_before + np.cumsum(counts)
        numbers = (ends - counts) // size
        begins = np.flatnonzero(np.diff(numbers, prepend=-1))
        stops = [*begins[1:].tolist(), labels.size]
        for begin, stop in zip(begins.tolist(), stops, strict=True):
            n_runs = int(counts[begin:stop].sum())
            first, last = int(labels[begin]), int(labels[stop - 1])
            if int(numbers[begin]) == number:
                before = ranges.pop()
                first, n_runs = before.first, before.n_runs + n_runs
            ranges.append(LabelRange(first, last, n_runs))
            number = int(numbers[begin])
        n_before = int(ends[-1])
    return ranges


def _windows(blocks: Sequence[RunTable]) -> Iterator[tuple[LabelArray, IntVector]]:
    """Give labels, sorted, with their runs in all blocks; a part of them at a time."""
    edges: list[tuple[int, int]] = [(0, 0)] * len(blocks)
    for cut in [*_cuts(blocks), None]:
        labels, counts = [], []
        for number, block in enumerate(blocks):
            begin = edges[number][1]
            stop = block.n_labels if cut is None else _place(block.labels, cut)
            edges[number] = (begin, stop)
            if begin < stop:
                labels.append(block.labels[begin:stop].copy())
                counts.append(np.diff(block.offsets[begin : stop + 1]))
        if labels:
            yield _added_up(np.concatenate(labels), np.concatenate(counts))


def _cuts(blocks: Sequence[RunTable]) -> list[Any]:
    """Return labels at which to cut, about as many labels of blocks apart."""
    samples = [block.labels[::_SAMPLED].copy() for block in blocks]
    together = np.sort(np.concatenate(samples)) if samples else np.empty(0)
    return list(np.unique(together[_WINDOW_SAMPLES::_WINDOW_SAMPLES]))


def _place(labels: LabelArray, cut: Any) -> int:
    return int(np.searchsorted(labels, cut))


def _added_up(labels: LabelArray, counts: IntVector) -> tuple[LabelArray, IntVector]:
    order = np.argsort(labels, kind="stable")
    labels, counts = labels[order], counts[order]
    firsts = firsts_of(labels)
    return labels[firsts], np.add.reduceat(counts, firsts)
