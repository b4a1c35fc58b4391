"""`open_index`: an index that was saved in a file, or built into a folder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import UnknownLabelError
from napari_label_index.io._address import Address, located
from napari_label_index.io.index_dataset._layout import (
    DATASET_SUFFIX,
    is_building,
    is_dataset,
)
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
    from napari_label_index.io._address import Location
    from napari_label_index.io.index_dataset._manifest import DatasetManifest
    from napari_label_index.io.index_file._index_meta import IndexMeta

__all__ = [
    "is_index_folder",
    "is_index_path",
    "open_index",
    "open_label_ranges",
    "read_meta",
]


def is_index_path(path: str | os.PathLike[str] | Address) -> bool:
    """Return whether a path or an address is that of an index, and not of a volume.

    An address without one of our endings is asked.
    """
    place = located(path)
    if _is_file(place):
        return True
    is_named = isinstance(place, Address) and place.suffix == DATASET_SUFFIX
    return is_named or is_dataset(place)


def is_index_folder(path: str | os.PathLike[str] | Address) -> bool:
    """Return whether an index is a folder, or is going to be one."""
    place = located(path)
    if isinstance(place, Address):
        return not _is_file(place)
    return place.is_dir() or is_building(place)


def open_index(
    path: str | os.PathLike[str] | Address,
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
        Also the address of either, such as ``s3://bucket/cells.labelindex``, through
        the fsspec package for it.
    labels : iterable of int, optional
        Only these are read, without the rest, and are all that the index has: columns
        that tell of neighbours know of no others, and it cannot be saved.
    on_progress, cancel : optional callbacks
        As in `build_index`; progress is in runs.

    Raises
    ------
    CorruptIndexError
        When it is missing, damaged, foreign, not finished, or of a newer version.
    UnreadableIndexError
        When an address does not give it: network, rights, or a package that is missing.
    OverBudgetError
        When it would take more memory than is available.
    UnknownLabelError
        When it does not have one of `labels`.
    Cancelled
        When `cancel` said so.
    """
    if labels is not None:
        return open_label_ranges(path, [(int(label), int(label)) for label in labels])
    place = located(path)
    if is_index_folder(place):
        return open_dataset(place)
    return open_index_file(place, on_progress, cancel)


def open_label_ranges(
    path: str | os.PathLike[str] | Address, ranges: Sequence[tuple[int, int]]
) -> LabelIndex:
    """Open an index for the labels from `first` to `last` of each pair.

    Raises
    ------
    UnknownLabelError
        When there is no label from one's `first` to its `last`.
    """
    place = located(path)
    if not is_index_folder(place):
        return open_file_ranges(place, ranges)
    index = open_dataset(place)
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


def read_meta(path: str | os.PathLike[str] | Address) -> IndexMeta | DatasetManifest:
    """Return what an index says about its volume, without reading its runs."""
    place = located(path)
    return read_manifest(place) if is_index_folder(place) else read_file_meta(place)


def _is_file(place: Location) -> bool:
    return place.suffix.lower() == ".parquet"
