"""One export: the same opening checks, the same end, whatever is written."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import numpy as np

from napari_label_index._available_memory import within_memory
from napari_label_index.io._files import atomic_write, fsync
from napari_label_index.io._folders import atomic_folder, check_folder, new_file
from napari_label_index.io._outputs import check_not_source, check_output, ending_of
from napari_label_index.io.exports._manifest import (
    MAX_LABELS,
    FileEntry,
    Manifest,
    holds_only_an_export,
    manifest_path,
    selection_of,
    spreadsheet_notes,
    volume_of,
)
from napari_label_index.io.exports._time_selection import labels_and_times
from napari_label_index.io.exports._watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from napari_label_index._typing import Cancel, IntVector, OnProgress
    from napari_label_index.index import LabelIndex

__all__ = ["Export", "begin", "check_export", "chosen_rows", "finish"]

WriteRows: TypeAlias = "Callable[[BinaryIO, IntVector], int]"
"""Writes the labels in some rows to a file; returns how many lines or parts it has."""

_PART_BYTES = 1 << 22
FEWER = "close other programs, or export fewer labels at a time"


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """What to write, where, in which format, and who watches."""

    what: str
    index: LabelIndex
    rows: IntVector  # (n_chosen,) rows of the index, in the order of the file
    is_all: bool
    path: Path
    ending: str
    per_label: bool
    query: str
    manifest: bool
    watch: Watch
    max_labels: int | None = MAX_LABELS  # that the manifest names; None: all of them
    times: dict[str, str] = field(default_factory=dict)  # of each label; empty: all
    notes: list[str] = field(default_factory=list)

    @property
    def n_voxels(self) -> int:
        """Voxels of all labels that are written."""
        return int(self.index.voxel_counts[self.rows].sum())


@within_memory("this export", FEWER)
def begin(
    what: str,
    index: LabelIndex,
    labels: Iterable[int] | None,
    path: str | os.PathLike[str],
    endings: Sequence[str],
    *,
    per_label: str | None = None,
    query: str = "",
    manifest: bool = True,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
    max_labels: int | None = MAX_LABELS,
) -> Export:
    """Look at what every export is given, before anything is written.

    Parameters
    ----------
    what : str
        Kind of export, for the manifest.
    index, labels, path
        What to write and where; `labels` None stands for all. Of an index by time,
        labels are written: `Export.index` has a row for each, but for a table.
    endings : sequence of str
        Those that the file may have.
    per_label : str, optional
        One of `endings`: `path` is a folder, with such a file for each label.
    query : str
        The query that gave `labels`, for the manifest.
    manifest : bool
        Whether to write one.
    on_progress, cancel : optional callbacks
        As in `export_coords`.
    max_labels : int, optional
        How many labels the manifest names; None for all of them.
    """
    path = Path(path)
    ending = ending_of(path if per_label is None else Path(f"_{per_label}"), endings)
    check_not_source(path, index.source)
    times: dict[str, str] = {}
    if what != "table":
        index, labels, times = labels_and_times(index, labels)
    rows = chosen_rows(index, labels)
    watch = Watch(int(index.voxel_counts[rows].sum()), on_progress, cancel)
    watch.check()
    return Export(
        what, index, rows, labels is None and not index.is_partial, path, ending,
        per_label is not None, query, manifest, watch, max_labels, times,
    )  # fmt: skip


def check_export(
    path: Path, endings: Sequence[str], per_label: str | None = None
) -> None:
    """Refuse a file or folder that could not be written, before the work for it.

    Parameters
    ----------
    path, endings, per_label
        As in `begin`.

    Raises
    ------
    UnsupportedFormatError
        When it has another ending.
    WriteFailedError
        When it could not be written now.
    """
    if per_label is None:
        check_output(path, endings)
        return
    ending_of(Path(f"_{per_label}"), endings)
    check_folder(path, holds_only_an_export)


def chosen_rows(index: LabelIndex, labels: Iterable[int] | None) -> IntVector:
    """Return the row of each label, in the order given, each once; None gives all."""
    if labels is None:
        return np.arange(len(index))
    # A plain list keeps ids above 2**63 exact beside small ones.
    rows = index.rows_of([int(label) for label in labels])
    _, first = np.unique(rows, return_index=True)
    return rows[np.sort(first)]


@within_memory("this export", FEWER)
def finish(export: Export, write: WriteRows, layout: dict[str, Any]) -> Path:
    """Write the file or the folder, then its manifest; whole or not at all.

    Parameters
    ----------
    export : Export
        What `begin` returned.
    write : callable
        ``write(output, rows)`` writes one file and returns the number of its lines.
    layout : dict
        How the file is laid out, for the manifest.
    """
    if export.per_label:
        return _write_folder(export, write, layout)
    path = export.path
    with atomic_write(path) as output:
        n_lines = write(output, export.rows)
        entry = _entry_of(output, export.watch)
        # On the disk before the move, in a way that a cancel does not wait for.
        fd = output.fileno()
        export.watch.wait_for(lambda: fsync(fd))
        export.watch.check()
    if export.manifest:
        page = _manifest(export, layout, n_lines, {path.name: entry})
        with atomic_write(manifest_path(path)) as output:
            output.write(page.to_json())
    return path


def _write_folder(export: Export, write: WriteRows, layout: dict[str, Any]) -> Path:
    def to_disk(folder: Path) -> None:
        export.watch.wait_for(lambda: _sync(folder))
        export.watch.check()

    files: dict[str, FileEntry] = {}
    n_lines = 0
    with atomic_folder(export.path, holds_only_an_export, to_disk) as folder:
        for place, label in enumerate(export.index.labels[export.rows].tolist()):
            name = f"label_{label}{export.ending}"
            with new_file(folder, name) as output:
                n_lines += write(output, export.rows[place : place + 1])
                files[name] = _entry_of(output, export.watch)
        if export.manifest:
            page = _manifest(export, layout, n_lines, files)
            with new_file(folder, manifest_path(folder).name) as output:
                output.write(page.to_json())
    return export.path


def _sync(folder: Path) -> None:
    # An fsync for each of 120,000 files takes minutes; one for the whole disk does not.
    if hasattr(os, "sync"):
        os.sync()
        return
    for entry in os.scandir(folder):
        fd = os.open(entry.path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            fsync(fd)
        finally:
            os.close(fd)


def _entry_of(output: BinaryIO, watch: Watch) -> FileEntry:
    """Read back what was written, for its checksum; some 1 GB/s."""
    output.flush()
    fd = output.fileno()
    os.lseek(fd, 0, os.SEEK_SET)
    digest = hashlib.sha256()
    n_bytes = 0
    while part := os.read(fd, _PART_BYTES):
        digest.update(part)
        n_bytes += len(part)
        watch.check()
    return FileEntry(n_bytes, digest.hexdigest())


def _manifest(
    export: Export, layout: dict[str, Any], n_lines: int, files: dict[str, FileEntry]
) -> Manifest:
    labels = export.index.ids[export.rows]
    selection = selection_of(labels, export.is_all, export.query, export.max_labels)
    is_text = export.ending.startswith(".csv")
    return Manifest(
        what=export.what,
        volume=volume_of(export.index),
        selection=selection | ({"times": export.times} if export.times else {}),
        layout={
            "file_ending": export.ending, "per_label": export.per_label, **layout
        },
        counts={"labels": export.rows.size, "voxels": export.n_voxels, "rows": n_lines},
        files=files,
        notes=[*export.notes, *(spreadsheet_notes(labels) if is_text else [])],
    )  # fmt: skip
