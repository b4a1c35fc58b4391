"""Runs that stay in their files, and are read as they are needed."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index import RunTable
from napari_label_index.index._late_runs import LateRuns
from napari_label_index.index._runs import PART_RUNS, length_dtype, start_dtype
from napari_label_index.io._byte_source import n_readers
from napari_label_index.io._scratch import scratch_for
from napari_label_index.io.index_dataset._gather import gather
from napari_label_index.io.index_file._read_runs import check_run_budget

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index._measures import Measures
    from napari_label_index.index._neighbours import Contacts
    from napari_label_index.io._address import Location
    from napari_label_index.io._scratch import ScratchFile
    from napari_label_index.io.index_dataset._run_files import RunFiles

__all__ = ["StoredRuns", "folder_of"]

_KEPT_GROUPS = 32  # decoded, 10 bytes a run: 80 MB


def folder_of(runs: RunTable) -> Location | None:
    """Return the dataset whose runs these are, all of them as they are there."""
    return runs.folder if isinstance(runs, StoredRuns) else None


class StoredRuns(LateRuns):
    """A run table whose starts and lengths lie in the partitions of a dataset.

    Runs of a label, or of some, are read with the row groups that hold them. Whoever
    asks for `starts` or `lengths` gets those of all labels, if memory suffices.

    Parameters
    ----------
    labels : (n_labels,) sorted
    offsets : (n_labels + 1,) int64
    files : RunFiles
        Where the runs are.
    measures : Measures
    contacts : Contacts
        What is known of each label without its runs.
    """

    __slots__ = ("_cache", "_contacts", "_files", "_lock", "_measures", "_whole")

    _files: RunFiles
    _measures: Measures
    _contacts: Contacts
    _cache: OrderedDict[int, tuple[IntVector, IntVector]]
    _whole: RunTable | None
    _lock: Lock

    def __init__(
        self,
        labels: LabelArray,
        offsets: IntVector,
        files: RunFiles,
        measures: Measures,
        contacts: Contacts,
    ) -> None:
        for array in (labels, offsets):
            array.flags.writeable = False
        for name, value in {
            "labels": labels, "offsets": offsets,
            "_files": files, "_measures": measures, "_contacts": contacts,
            "_cache": OrderedDict(), "_whole": None, "_lock": Lock(),
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)

    @property
    def folder(self) -> Location:
        """The dataset."""
        return self._files.root

    @property
    def is_in_files(self) -> bool:
        """Whether all runs in one piece may be more than memory holds."""
        return self._whole is None

    def known_measures(self) -> Measures:
        """Return what the dataset says of each label."""
        return self._measures

    def known_contacts(self) -> Contacts:
        """Return the pairs of labels that the dataset has."""
        return self._contacts

    def no_runs(self) -> tuple[IntVector, IntVector]:
        """Return starts and lengths of a label that has none."""
        shape = self._files.manifest.shape
        n_voxels = self._files.n_voxels
        return np.empty(0, start_dtype(n_voxels)), np.empty(0, length_dtype(shape[-1]))

    def of_row(self, row: int) -> tuple[IntVector, IntVector]:
        """Return starts and lengths of the runs of one label."""
        return self._between(int(self.offsets[row]), int(self.offsets[row + 1]))

    def n_reads(self, rows: IntVector) -> int:
        """Return how many stretches of files hold the runs of some rows."""
        if self._whole is not None or not rows.size:
            return 0
        edges = self._files.group_edges
        is_met = np.zeros(edges.size, np.int64)  # +1 where groups begin to be met
        bounds = self.offsets[rows], self.offsets[rows + 1] - 1
        first, last = (np.searchsorted(edges, b, "right") - 1 for b in bounds)
        np.add.at(is_met, first, 1)
        np.add.at(is_met, last + 1, -1)
        return int(np.count_nonzero(is_met.cumsum()))

    def scratch(self, n_bytes: int) -> ScratchFile | None:
        """Return a temporary file for so many bytes; None where there is no room."""
        return scratch_for(n_bytes)

    def take(self, rows: IntVector) -> RunTable:
        """Return a table of the labels of some rows, in the order given."""
        first, stop = self.offsets[rows], self.offsets[rows + 1]
        offsets = np.zeros(rows.size + 1, np.int64)
        np.cumsum(stop - first, out=offsets[1:])
        return RunTable(self.labels[rows], offsets, *self._gathered(first, stop))

    def narrowed(self, rows: IntVector) -> tuple[RunTable, IntVector]:
        """Return a table that has the labels of some rows, and their rows there."""
        if self._whole is not None:
            return self._whole, rows
        return self.take(rows), np.arange(rows.size)

    def whole(self) -> RunTable:
        """Read all runs, once; any thread may ask.

        Raises
        ------
        OverBudgetError
            When they take more memory than there is.
        """
        with self._lock:
            whole = self._whole
        if whole is None:
            manifest = self._files.manifest
            check_run_budget(self._files.root, manifest, self.n_runs, self.n_labels)
            starts, lengths = self._files.read_all(self.labels, self.offsets)
            whole = RunTable(self.labels, self.offsets, starts, lengths)
            object.__setattr__(self, "_whole", whole)
        return whole

    def _gathered(
        self, first: IntVector, stop: IntVector
    ) -> tuple[IntVector, IntVector]:
        """Return the runs ``first[i]:stop[i]`` of all, behind each other."""
        n_runs = int((stop - first).sum())
        if n_runs > PART_RUNS:
            check_run_budget(self.folder, self._files.manifest, n_runs, first.size)
        starts, lengths = (np.empty(n_runs, kind.dtype) for kind in self.no_runs())
        edges, n_threads = self._files.group_edges, n_readers(self.folder)
        gather(first, stop, edges, self._group, (starts, lengths), n_threads)
        return starts, lengths

    def _between(self, first: int, stop: int) -> tuple[IntVector, IntVector]:
        """Return the runs from number `first` to `stop` of all."""
        whole = self._whole
        if whole is not None:
            return whole.starts[first:stop], whole.lengths[first:stop]
        starts, lengths = (
            np.empty(stop - first, kind.dtype) for kind in self.no_runs()
        )
        for number, begin, end in self._files.groups_of(first, stop):
            group = self._group(number)
            to = slice(max(begin, first) - first, min(end, stop) - first)
            own = slice(max(begin, first) - begin, min(end, stop) - begin)
            starts[to], lengths[to] = group[0][own], group[1][own]
        return starts, lengths

    def _group(self, number: int) -> tuple[IntVector, IntVector]:
        with self._lock:
            if number in self._cache:
                self._cache.move_to_end(number)
                return self._cache[number]
        group = self._files.read_group(number, self.labels, self.offsets)
        with self._lock:
            self._cache[number] = group
            while len(self._cache) > _KEPT_GROUPS:
                self._cache.popitem(last=False)
        return group
