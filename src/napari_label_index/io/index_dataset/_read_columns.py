"""The columns of one kind of files, of all partitions or of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._parallel import Crew
from napari_label_index.io._byte_source import n_readers
from napari_label_index.io.index_dataset._damage import reading_dataset
from napari_label_index.io.index_dataset._label_files import read_rows, row_schemas
from napari_label_index.io.index_dataset._layout import FOLDERS, part_path
from napari_label_index.io.index_file._run_columns import numpy_dtype

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index.io._address import Location
    from napari_label_index.io.index_dataset._manifest import DatasetManifest

__all__ = ["read_columns", "read_part_labels", "read_part_rows"]


def read_columns(
    root: Location, manifest: DatasetManifest, folder: str
) -> list[npt.NDArray[Any]]:
    """Return the columns of all partitions together, a row for each label.

    Raises
    ------
    CorruptIndexError
        When a file is missing, damaged, or of another index.
    """
    numbers = range(len(manifest.partitions))
    parts = Crew(n_readers(root), len(numbers)).map(
        lambda number: read_part_labels(root, manifest, folder, number), numbers
    )
    if not parts:
        schema = row_schemas(manifest.shape, manifest.label_dtype)[folder]
        return [np.empty(0, numpy_dtype(kind)) for kind in schema.types]
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def read_part_labels(
    root: Location, manifest: DatasetManifest, folder: str, number: int
) -> list[npt.NDArray[Any]]:
    """Return the columns of one partition, a row for each of its labels."""
    columns = read_part_rows(root, manifest, folder, number)
    with reading_dataset(part_path(root, folder, number)):
        if columns[0].size != manifest.partitions[number].n_labels:
            raise ValueError("it has another number of labels than its partition")
    return columns


def read_part_rows(
    root: Location,
    manifest: DatasetManifest,
    folder: str,
    number: int,
    first: int = 0,
    stop: int | None = None,
) -> list[npt.NDArray[Any]]:
    """Return the columns of one partition, or some rows of them."""
    path = part_path(root, folder, number)
    with reading_dataset(path):
        schema = row_schemas(manifest.shape, manifest.label_dtype)[folder]
        seal = manifest.partitions[number].seals[FOLDERS.index(folder)]
        return read_rows(path, schema, seal, first, stop)
