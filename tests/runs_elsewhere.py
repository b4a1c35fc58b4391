"""A run table that gives some labels at a time, and never all runs in one piece."""

from __future__ import annotations

from dataclasses import replace

from napari_label_index.index import _late_runs, _row_ranges, _runs, _slabs
from napari_label_index.index._late_runs import LateRuns

PART_RUNS, SLAB_RUNS = 7, 12  # so that a small volume has many parts and slabs


def shrink(patch):
    """Make parts and slabs of a few runs."""
    for module in (_runs, _row_ranges, _late_runs, _slabs):
        patch.setattr(module, "PART_RUNS", PART_RUNS)
    patch.setattr(_slabs, "_runs_at_once", lambda _tables: SLAB_RUNS)


class RunsElsewhere(LateRuns):
    """The runs of a table, as if they lay in files and memory were small."""

    __slots__ = ("_there", "contacts", "most")

    is_in_files = True

    def __init__(self, runs, contacts=None):
        for name, value in {
            "labels": runs.labels, "offsets": runs.offsets,
            "_there": runs, "contacts": contacts, "most": [0],
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

    def take(self, rows):
        taken = self._there.take(rows)
        self.most[0] = max(self.most[0], taken.n_runs)
        return taken


def elsewhere(index, contacts=None):
    """Return the same index, with its runs elsewhere and what is measured at hand."""
    there = replace(index, runs=RunsElsewhere(index.runs, contacts))
    there.__dict__["_measures"] = index._measures
    return there
