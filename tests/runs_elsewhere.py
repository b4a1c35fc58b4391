"""A run table that gives some labels at a time, and never all runs in one piece."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from napari_label_index.index import (
    _dealt_runs,
    _late_runs,
    _placed_runs,
    _row_ranges,
    _runs,
    _slabs,
)
from napari_label_index.index._late_runs import LateRuns
from napari_label_index.io._scratch import scratch_for

PART_RUNS, SLAB_RUNS = 7, 12  # so that a small volume has many parts and slabs


def shrink(patch):
    """Make parts and slabs of a few runs."""
    for module in (_runs, _row_ranges, _late_runs, _placed_runs, _dealt_runs):
        patch.setattr(module, "PART_RUNS", PART_RUNS)
    patch.setattr(_slabs, "_runs_at_once", lambda _tables: SLAB_RUNS)


class RunsElsewhere(LateRuns):
    """The runs of a table, as if they lay in files and memory were small.

    `n_taken` counts how often each label was taken. Where there is no disk, no runs
    are dealt out to one; `scratches` has the temporary files that were.
    """

    __slots__ = ("_there", "contacts", "has_disk", "most", "n_taken", "scratches")

    is_in_files = True

    def __init__(self, runs, contacts=None, has_disk=True):
        for name, value in {
            "labels": runs.labels, "offsets": runs.offsets,
            "_there": runs, "contacts": contacts, "most": [0],
            "n_taken": np.zeros(runs.n_labels, np.int64), "has_disk": has_disk,
            "scratches": [],
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)

    def whole(self):
        raise AssertionError("all runs are put into memory")

    def known_contacts(self):
        return self.contacts

    def no_runs(self):
        return self._there.no_runs()

    def of_row(self, row):
        return self._there.of_row(row)

    def narrowed(self, rows):
        return self.take(rows), range(rows.size)

    def n_reads(self, rows):
        groups = self.offsets[rows] // PART_RUNS
        return int(np.unique(groups).size)

    def scratch(self, n_bytes):
        scratch = scratch_for(n_bytes) if self.has_disk else None
        self.scratches.extend([scratch] if scratch is not None else [])
        return scratch

    def take(self, rows):
        self.n_taken[rows] += 1
        taken = self._there.take(rows)
        self.most[0] = max(self.most[0], taken.n_runs)
        return taken


def elsewhere(index, contacts=None, has_disk=True):
    """Return the same index, with its runs elsewhere and what is measured at hand."""
    there = replace(index, runs=RunsElsewhere(index.runs, contacts, has_disk))
    there.__dict__["_measures"] = index._measures
    return there
