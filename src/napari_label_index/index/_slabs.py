"""The runs of one stretch of the first axis after the other, wherever they lie.

A run table holds runs label by label. Whatever goes through a volume in its own order,
as contacts, overlaps, intensities and pictures do, needs those of a *slab*: a stretch
of its first axis. A table in memory is one slab. Of one that lies in files, a slab has
as many runs as may be in memory at once. Where ids follow the volume, the runs of all
labels whose boxes meet it go by, and those that lie in it are kept; where they do not,
all runs are dealt out to the slabs first (`_dealt_runs.py`).
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

from napari_label_index._available_memory import available_memory
from napari_label_index.index._dealt_runs import dealt
from napari_label_index.index._runs import bounded_stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from napari_label_index.index._placed_runs import PlacedRuns

# Of the memory that may be had: while a slab is put together, the one before it and its
# pieces are there too.
_SHARE = 32
_LEAST_RUNS, _USUAL_RUNS = 1 << 20, 1 << 24  # the latter where nobody knows the memory
_MOST_RUNS = 2  # times as many as expected, and the slab is cut in two
_MOST_READS = 2  # of each row group, before runs are dealt out instead


class _Source(Protocol):
    """Where the runs of a slab come from."""

    def within(
        self, begin: int, stop: int, limit: int | None, check: Callable[[], None]
    ) -> PlacedRuns | None:
        """Return the runs of a slab, in memory; None if they are more than `limit`."""


def slabs_of(
    *tables: PlacedRuns,
    check: Callable[[], None],
    windows: Sequence[tuple[int, int]] | None = None,
    n_before: int = 0,
) -> Iterator[tuple[int, int, list[PlacedRuns]]]:
    """Give the slabs of a volume, each with its runs of one or several tables.

    Parameters
    ----------
    *tables : PlacedRuns
        Of one volume, or of volumes of one shape.
    check : callable
        Called now and then while runs are read; raises to stop.
    windows : sequence of (begin, stop), optional
        Stretches of the first axis, sorted and apart, which are cut into slabs; all of
        it if left out.
    n_before : int
        How many items before a slab are needed with it.

    Yields
    ------
    begin, stop : the slab
    tables : the same tables, whose runs are in memory
    """
    windows = [(0, tables[0].shape[0])] if windows is None else windows
    limit = _runs_at_once(tables)
    around = [(max(begin - n_before, 0), stop) for begin, stop in windows]
    held = [_held(table, around, limit, check) for table in tables]
    stored = [table.n_by_item() for table in held if table.runs.is_in_files]
    if not stored:
        yield from ((begin, stop, held) for begin, stop in windows)
        return
    n_runs = np.sum(stored, axis=0)
    slabs = [
        (begin + part.start, begin + part.stop)
        for begin, stop in windows
        for part in bounded_stretches(n_runs[begin:stop], limit)
    ]
    needed = [(max(first - n_before, 0), last) for first, last in slabs]
    with ExitStack() as stack:
        sources = [_source_of(table, needed, stack, check) for table in held]
        for first, last in slabs:
            yield from _in_memory(sources, first, last, n_before, limit, check)


def windows_with_runs(
    placed: PlacedRuns,
    cuts: list[int],
    check: Callable[[], None],
    items: tuple[int, int] | None = None,
) -> Iterator[tuple[int, int, PlacedRuns]]:
    """Give the windows between cuts of the first axis, each with a slab around it.

    A window goes no further than its slab.
    """
    windows = None if items is None else [items]
    for first, last, (slab,) in slabs_of(placed, check=check, windows=windows):
        for begin, stop in _windows_between(cuts, first, last):
            yield begin, stop, slab


def _windows_between(cuts: list[int], first: int, last: int) -> list[tuple[int, int]]:
    """Return the windows that cuts make of a stretch, (begin, stop) of each."""
    inner = [cut for cut in cuts if first < cut < last]
    return [(a, b) for a, b in pairwise([first, *inner, last]) if a < b]


def _held(
    table: PlacedRuns,
    needed: list[tuple[int, int]],
    limit: int,
    check: Callable[[], None],
) -> PlacedRuns:
    """Return a table with its runs in memory, where few enough of them are needed."""
    if not table.runs.is_in_files:
        return table
    met = table.meeting_any(needed)
    rows, offsets = table.own[met], table.runs.offsets
    if (offsets[rows + 1] - offsets[rows]).sum() > limit:
        return table
    return table.held(met, check)


def _source_of(
    table: PlacedRuns,
    needed: list[tuple[int, int]],
    stack: ExitStack,
    check: Callable[[], None],
) -> _Source:
    """Return where slabs of a table come from; `needed` has the items of each."""
    if not table.runs.is_in_files or not _is_scattered(table, needed, check):
        return table
    found = dealt(table, needed, check)
    return table if found is None else stack.enter_context(closing(found))


def _is_scattered(
    table: PlacedRuns, needed: list[tuple[int, int]], check: Callable[[], None]
) -> bool:
    """Whether the slabs would read row groups again and again."""
    all_met = table.own[table.meeting_any(needed)]
    most = _MOST_READS * table.runs.n_reads(all_met)
    n_reads = 0
    for first, last in needed:
        check()
        n_reads += table.runs.n_reads(table.own[table.meeting(first, last)])
        if n_reads > most:
            return True
    return False


def _in_memory(
    sources: Sequence[_Source],
    begin: int,
    stop: int,
    n_before: int,
    limit: int,
    check: Callable[[], None],
) -> Iterator[tuple[int, int, list[PlacedRuns]]]:
    """Give a slab; in two, where many more runs lie in it than was expected."""
    first = max(begin - n_before, 0)
    most = _MOST_RUNS * limit if stop - begin > 1 else None
    found = [source.within(first, stop, most, check) for source in sources]
    placed = [table for table in found if table is not None]
    if len(placed) == len(sources):
        yield begin, stop, placed
        return
    middle = (begin + stop) // 2
    yield from _in_memory(sources, begin, middle, n_before, limit, check)
    yield from _in_memory(sources, middle, stop, n_before, limit, check)


def _runs_at_once(tables: tuple[PlacedRuns, ...]) -> int:
    """Return how many runs of tables in files a slab should have."""
    memory = available_memory()
    if memory is None:
        return _USUAL_RUNS
    n_bytes = max(
        sum(kind.itemsize for kind in table.runs.no_runs()) for table in tables
    )
    return max(_LEAST_RUNS, memory // _SHARE // n_bytes)
