"""The run files of a dataset: which row group has which runs, read and checked."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import prod
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index import RunTable
from napari_label_index.index._parallel import Crew
from napari_label_index.index._runs import length_dtype, start_dtype
from napari_label_index.io._address import Address
from napari_label_index.io._byte_source import n_readers, opened_bytes
from napari_label_index.io.index_dataset._damage import reading_dataset
from napari_label_index.io.index_dataset._kept_files import KeptFiles
from napari_label_index.io.index_dataset._layout import part_path
from napari_label_index.io.index_file._group import GROUP_RUNS, check_groups
from napari_label_index.io.index_file._index_meta import IndexMeta, meta_from_json
from napari_label_index.io.index_file._run_checks import check_runs
from napari_label_index.io.index_file._run_columns import RunColumns
from napari_label_index.io.index_file._sealed_parquet import SealedFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.io._address import Location
    from napari_label_index.io.index_dataset._manifest import DatasetManifest

__all__ = ["RunFiles"]


@dataclass(eq=False)
class RunFiles:
    """Reads row groups of the partitions; nothing is kept open between two reads.

    Behind an address the footers of some files are kept, so that a row group of one of
    these takes one request.

    Groups are numbered through all partitions. Each but the last of a partition has
    `GROUP_RUNS` runs, so where a run lies is known without a look at any file.
    """

    root: Location
    manifest: DatasetManifest
    _metas: dict[int, IndexMeta] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _kept: KeptFiles = field(default_factory=KeptFiles)

    @property
    def n_voxels(self) -> int:
        """Voxels in the volume."""
        return prod(self.manifest.shape)

    @cached_property
    def _group_ends(self) -> IntVector:
        """(n_partitions,) number of the group after the last of each partition."""
        counts = [-(-part.n_runs // GROUP_RUNS) for part in self.manifest.partitions]
        return np.cumsum(counts, dtype=np.int64)

    @cached_property
    def group_edges(self) -> IntVector:
        """(n_groups + 1,) number of the first run of each group, and of all runs."""
        ends = np.cumsum([0, *(part.n_runs for part in self.manifest.partitions)])
        begins = [
            np.arange(begin, end, GROUP_RUNS, dtype=np.int64)
            for begin, end in pairwise(ends.tolist())
        ]
        return np.concatenate([*begins, np.array([self.manifest.n_runs], np.int64)])

    def groups_of(self, first: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """Give (number of a group, its first run, its end) for a range of runs."""
        edges = self.group_edges
        number = int(np.searchsorted(edges, first, "right")) - 1
        while first < stop:
            begin, end = edges[number : number + 2].tolist()
            yield number, begin, end
            number, first = number + 1, end

    def read_group(
        self, number: int, labels: LabelArray, offsets: IntVector
    ) -> tuple[IntVector, IntVector]:
        """Return starts and lengths of one row group, whose labels must be those."""
        part = int(np.searchsorted(self._group_ends, number, "right"))
        own = number - (int(self._group_ends[part - 1]) if part else 0)
        path = part_path(self.root, "runs", part)
        with reading_dataset(path), self._opened(part, path) as sealed:
            meta = self._checked_meta(part, sealed)
            columns = RunColumns(meta.shape, meta.axes, meta.label_dtype)
            found = columns.runs_of(sealed.read_group(own, meta.groups[own].block))
            runs = self._expected(number, labels, offsets)
            if not (
                np.array_equal(found.labels, runs[0])
                and np.array_equal(found.counts, np.diff(runs[1]))
            ):
                raise ValueError("its labels are not those of the dataset")
            table = RunTable(*runs, found.starts, found.lengths)
            # In one thread: groups are read in several already.
            check_runs(table, meta.shape, meta.dtype, meta.background, n_threads=1)
        return found.starts, found.lengths

    @contextlib.contextmanager
    def _opened(self, part: int, path: Location) -> Iterator[SealedFile]:
        n_bytes = self.manifest.partitions[part].seals[0].n_bytes
        if isinstance(path, Address):
            yield self._kept.opened(part, path, n_bytes)
            return
        with opened_bytes(path) as source:
            yield SealedFile(source)

    def read_all(
        self, labels: LabelArray, offsets: IntVector
    ) -> tuple[IntVector, IntVector]:
        """Return starts and lengths of all runs; budget is the caller's business."""
        n_runs = int(offsets[-1])
        starts = np.empty(n_runs, start_dtype(self.n_voxels))
        lengths = np.empty(n_runs, length_dtype(self.manifest.shape[-1]))

        def read(group: tuple[int, int, int]) -> None:
            number, begin, end = group
            starts[begin:end], lengths[begin:end] = self.read_group(
                number, labels, offsets
            )

        Crew(n_readers(self.root), n_runs).map(read, self.groups_of(0, n_runs))
        return starts, lengths

    def _expected(
        self, number: int, labels: LabelArray, offsets: IntVector
    ) -> tuple[LabelArray, IntVector]:
        """Return labels and offsets of a row group, as the dataset knows them."""
        begin, end = self.group_edges[number : number + 2]
        row, last = np.searchsorted(offsets, [begin, end - 1], "right") - 1
        edges = offsets[row : last + 2].clip(begin, end) - begin
        return labels[row : last + 1].copy(), edges

    def _checked_meta(self, part: int, sealed: SealedFile) -> IndexMeta:
        """Return what a run file says, compared with the manifest."""
        if sealed.seal != self.manifest.partitions[part].seals[0]:
            raise ValueError("it is of another index")
        with self._lock, contextlib.suppress(KeyError):
            return self._metas[part]
        meta = meta_from_json(sealed.page)
        check_groups(meta.groups, sealed.end_of_blocks)
        sizes = [group.n_runs for group in meta.groups]
        columns = RunColumns(meta.shape, meta.axes, meta.label_dtype)
        sealed.check_layout(columns.schema.types, sizes)
        if any(size != GROUP_RUNS for size in sizes[:-1]):
            raise ValueError("its row groups do not have one size")
        if meta.volume_fields() != self.manifest.volume_fields():
            raise ValueError("what it says of the volume is not what the manifest says")
        with self._lock:
            self._metas[part] = meta
        return meta
