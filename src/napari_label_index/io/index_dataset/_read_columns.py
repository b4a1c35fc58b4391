"""The columns of one kind of files, of all partitions or of one.

What is read of all partitions goes into arrays that are there, one row group at a time:
memory that is touched for the first time takes longer than anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._parallel import Crew
from napari_label_index.io._byte_source import n_readers
from napari_label_index.io.index_dataset._damage import reading_dataset
from napari_label_index.io.index_dataset._label_files import (
    each_group,
    read_rows,
    row_schemas,
)
from napari_label_index.io.index_dataset._layout import FOLDERS, part_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt
    import pyarrow as pa

    from napari_label_index._typing import Cancel
    from napari_label_index.io._address import Location
    from napari_label_index.io.index_dataset._manifest import DatasetManifest
    from napari_label_index.io.index_file._sealed_parquet import Seal

    Columns = list[npt.NDArray[Any]]

__all__ = ["read_columns", "read_part_rows"]

_ROWS = 1 << 14  # of all columns, which stay in the cache


def read_columns(
    root: Location,
    manifest: DatasetManifest,
    folder: str,
    into: Sequence[npt.NDArray[Any]],
    check: Callable[[Columns], None] | None = None,
    cancel: Cancel | None = None,
) -> None:
    """Read the columns of all partitions, a row for each label.

    Parameters
    ----------
    root, manifest
        The dataset.
    folder : str
        Which files.
    into : sequence of (n_labels,) array
        Where each column goes.
    check : callable, optional
        Called with the columns of some rows as they are stored; raises `ValueError` if
        they break a rule.
    cancel : callable, optional
        As in `build_index`.

    Raises
    ------
    CorruptIndexError
        When a file is missing, damaged, or of another index.
    Cancelled
        When `cancel` said so.
    """
    numbers = range(len(manifest.partitions))
    crew = Crew(n_readers(root), manifest.n_labels, cancel=cancel)
    sizes = [part.n_labels for part in manifest.partitions]
    firsts = np.cumsum([0, *sizes]).tolist()

    def read(number: int) -> None:
        place = firsts[number]
        path, schema, seal = _file(root, manifest, folder, number)
        with reading_dataset(path):
            for columns in each_group(path, schema, seal):
                crew.advance(len(columns[0]))
                end = place + len(columns[0])
                if end > firsts[number + 1]:
                    break
                if check is not None:
                    check(columns)
                _put(columns, [column[place:end] for column in into])
                place = end
            if place != firsts[number + 1]:
                raise ValueError("it has another number of labels than its partition")

    crew.map(read, numbers)


def read_part_rows(
    root: Location,
    manifest: DatasetManifest,
    folder: str,
    number: int,
    first: int = 0,
    stop: int | None = None,
) -> Columns:
    """Return the columns of one partition, or some rows of them.

    Raises
    ------
    CorruptIndexError
        When the file is missing, damaged, of another index, or has fewer rows.
    """
    path, schema, seal = _file(root, manifest, folder, number)
    with reading_dataset(path):
        columns = read_rows(path, schema, seal, first, stop)
        if stop is not None and len(columns[0]) != stop - first:
            raise ValueError("it has fewer rows than it should")
        return columns


def _file(
    root: Location, manifest: DatasetManifest, folder: str, number: int
) -> tuple[Location, pa.Schema, Seal]:
    """Return where a file is, and what it must be."""
    schema = row_schemas(manifest.shape, manifest.label_dtype)[folder]
    seal = manifest.partitions[number].seals[FOLDERS.index(folder)]
    return part_path(root, folder, number), schema, seal


def _put(columns: Columns, into: Columns) -> None:
    """Copy columns, which may come to lie side by side, some rows at a time."""
    for first in range(0, len(columns[0]), _ROWS):
        rows = slice(first, first + _ROWS)
        for column, target in zip(columns, into, strict=True):
            target[rows] = column[rows]
