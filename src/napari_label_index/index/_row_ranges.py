"""The rows of a run table, shared out: so many at a time, and even parts of these."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index._runs import PART_RUNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from napari_label_index.index._parallel import Crew
    from napari_label_index.index._runs import RunTable

_RANGES_PER_THREAD = 16  # so that none waits long for the last one
_MIN_RUNS_OF_RANGE = 1 << 13


def over_rows(
    runs: RunTable, crew: Crew, work: Callable[[RunTable, slice, tuple[int, int]], None]
) -> None:
    """Call ``work(part, own, rows)`` until all rows of a table were done, in threads.

    What is computed label by label goes through this or `parts_of`, so that runs which
    lie in files are never all in memory.

    Parameters
    ----------
    runs : RunTable
        All rows.
    crew : Crew
        Who does the work.
    work : callable
        Takes a table with some labels of `runs`, which rows of `runs` these are, and
        the first and last of the rows of the part that it is to do.
    """
    for own, part in parts_of(runs):
        ranges = even_row_ranges(part, _RANGES_PER_THREAD * crew.n_threads)
        crew.map(partial(work, part, own), ranges)


def parts_of(runs: RunTable) -> Iterator[tuple[slice, RunTable]]:
    """Give tables of bounded size, and the rows of `runs` that each of them has."""
    for begin, part in runs.parts(PART_RUNS):
        yield slice(begin, begin + part.n_labels), part


def even_row_ranges(runs: RunTable, n_ranges: int) -> list[tuple[int, int]]:
    """Cut the rows of a run table into ranges that hold about as many runs each.

    A small table is one range: to start a thread takes as long as 10,000 runs.
    """
    n_ranges = max(1, min(n_ranges, runs.n_runs // _MIN_RUNS_OF_RANGE))
    bounds = np.searchsorted(
        runs.offsets, np.linspace(0, runs.n_runs, n_ranges + 1)[1:-1]
    )
    edges = [0, *(int(bound) for bound in bounds), runs.n_labels]
    return [(a, b) for a, b in pairwise(edges) if a < b]
