"""The runs of many labels out of row groups, of which each is read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._parallel import Crew
from napari_label_index.index._runs import numbers_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from napari_label_index._typing import IntVector

    Stretch = tuple[IntVector, IntVector]  # starts and lengths

__all__ = ["gather"]


def gather(
    first: IntVector,
    stop: IntVector,
    edges: IntVector,
    read: Callable[[int], Stretch],
    into: Stretch,
    n_threads: int,
) -> None:
    """Put runs ``first[i]:stop[i]`` of a dataset behind each other, in threads.

    Parameters
    ----------
    first, stop : (n,) int64
        Stretches that do not overlap, in any order; none is empty.
    edges : (n_groups + 1,) int64
        Group k has the runs ``edges[k]:edges[k + 1]``.
    read : callable
        Returns starts and lengths of a group.
    into : arrays
        Starts and lengths, filled.
    n_threads : int
        Threads that read.
    """
    first, stop, place = _joined(first, stop)

    def copy(task: tuple[int, slice]) -> None:
        number, met = task
        begin, end = edges[number], edges[number + 1]
        low, high = first[met].clip(min=begin), stop[met].clip(max=end)
        source = _numbers(low - begin, high - begin)
        to = place[met] + low - first[met]
        target = _numbers(to, to + high - low)
        for column, group in zip(into, read(number), strict=True):
            column[target] = group[source]

    tasks = list(_met_groups(first, stop, edges))
    Crew(min(n_threads, len(tasks)), 0).map(copy, tasks)


def _joined(
    first: IntVector, stop: IntVector
) -> tuple[IntVector, IntVector, IntVector]:
    """Sort stretches, join those that go on here and there; say where each goes."""
    place = np.cumsum(stop - first) - (stop - first)
    order = np.argsort(first, kind="stable")
    first, stop, place = first[order], stop[order], place[order]
    is_new = np.ones(first.size, bool)
    is_new[1:] = first[1:] != stop[:-1]
    is_new[1:] |= np.diff(place) != np.diff(first)
    begins = np.flatnonzero(is_new)
    ends = np.append(begins[1:], first.size)[: begins.size] - 1
    return first[begins], stop[ends], place[begins]


def _numbers(first: IntVector, stop: IntVector) -> slice | IntVector:
    """Return the numbers in some stretches, behind each other."""
    if first.size == 1:
        return slice(int(first[0]), int(stop[0]))
    return numbers_in(first, stop)


def _met_groups(
    first: IntVector, stop: IntVector, edges: IntVector
) -> Iterator[tuple[int, slice]]:
    """Give the groups that have runs of sorted stretches, and which stretches."""
    begins = np.searchsorted(stop, edges[:-1], "right")
    ends = np.searchsorted(first, edges[1:], "left")
    for number in np.flatnonzero(begins < ends).tolist():
        yield number, slice(int(begins[number]), int(ends[number]))
