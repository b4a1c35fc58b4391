"""`open_index`: an index that was saved in a file, or built into a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import UnknownLabelError
from napari_label_index.io.index_dataset._layout import is_building, is_dataset
from napari_label_index.io.index_dataset._open_dataset import (
    open_dataset,
    read_manifest,
)
from napari_label_index.io.index_file._index_file import (
    open_file_ranges,
    open_index_file,
    read_file_meta,
)
from napari_label_index.io.index_file._label_ranges import LabelRanges

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    from napari_label_index._typing import BoolArray, Cancel, LabelArray, OnProgress
    from napari_label_index.index import LabelIndex
    from napari_label_index.io.index_dataset._manifest import DatasetManifest
    from napari_label_index.io.index_file._index_meta import IndexMeta

__all__ = ["is_index_path", "open_index", "open_label_ranges", "read_meta"]


def is_index_path(path: Path) -> bool:
    """Return whether a path is that of an index, and not of a volume."""
    return path.suffix.lower() == ".parquet" or is_dataset(path)


def open_index(
    path: str | os.PathLike[str],
    labels: Iterable[int] | LabelArray | None = None,
    *,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> LabelIndex:
    """Open an index that was saved or built, all of it or a few labels.

    Parameters
    ----------
    path : path-like
        A file of `LabelIndex.save`, which is read, or a folder of
        `build_index_dataset`, whose runs stay there and are read as they are needed.
    labels : iterable of int, optional
        Only these are read, without the rest, and are all that the index has: columns
        that tell of neighbours know of no others, and it cannot be saved.
    on_progress, cancel : optional callbacks
        As in `build_index`; progress is in runs.

    Raises
    ------
    CorruptIndexError
        When it is missing, damaged, foreign, not finished, or of a newer version.
    OverBudgetError
        When it would take more memory than is available.
    UnknownLabelError
        When it does not have one of `labels`.
    Cancelled
        When `cancel` said so.
    """
    if labels is not None:
        return open_label_ranges(path, [(int(label), int(label)) for label in labels])
    if _is_folder(path):
        return open_dataset(path)
    return open_index_file(path, on_progress, cancel)


def open_label_ranges(
    path: str | os.PathLike[str], ranges: Sequence[tuple[int, int]]
) -> LabelIndex:
    """Open an index for the labels from `first` to `last` of each pair.

    Raises
    ------
    UnknownLabelError
        When there is no label from one's `first` to its `last`.
    """
    if not _is_folder(path):
        return open_file_ranges(path, ranges)
    index = open_dataset(path)
    for first, last in ranges:
        if first == last:
            index.row_of(first)
        elif not _held(index, [(first, last)]).any():
            raise UnknownLabelError(f"no label from {first} to {last} has any voxel")
    is_wanted = _held(index, ranges)
    runs = index.runs.take(np.flatnonzero(is_wanted))
    return replace(index, runs=runs, is_partial=not is_wanted.all())


def _held(index: LabelIndex, ranges: Sequence[tuple[int, int]]) -> BoolArray:
    return LabelRanges.of(ranges, index.labels.dtype).holds(index.labels)


def read_meta(path: str | os.PathLike[str]) -> IndexMeta | DatasetManifest:
    """Return what an index says about its volume, without reading its runs."""
    return read_manifest(path) if _is_folder(path) else read_file_meta(path)


def _is_folder(path: str | os.PathLike[str]) -> bool:
    """Return whether an index is a folder, or is going to be one."""
    return Path(path).is_dir() or is_building(Path(path))
