"""`export_table`: one row per label, with scikit-image's column names, as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from napari_label_index.io._coords_file import chosen_rows
from napari_label_index.io._csv import CsvWriter
from napari_label_index.io._files import atomic_write
from napari_label_index.io._outputs import check_suffix

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from napari_label_index.index import LabelIndex

__all__ = ["export_table", "write_table"]


def export_table(
    index: LabelIndex,
    path: str | os.PathLike[str],
    labels: Iterable[int] | None = None,
) -> Path:
    """Write voxel count, box and centroid of each label as CSV.

    Columns are called as scikit-image's ``regionprops_table`` calls them: ``label``,
    ``num_pixels``, ``bbox-0`` ..., ``centroid-0`` ...

    Parameters
    ----------
    index : LabelIndex
        The index to export from.
    path : path-like
        A name that ends in ``.csv``.
    labels : iterable of int, optional
        Labels in the order to write them; all by default.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    UnsupportedFormatError
        When `path` has another ending.
    UnknownLabelError
        When the index has no such label.
    WriteFailedError
        When the file could not be written.
    """
    path = Path(path)
    check_suffix(path, (".csv",))
    rows = None if labels is None else list(labels)
    with atomic_write(path) as output:
        write_table(index, output, rows)
    return path


def write_table(
    index: LabelIndex, output: BinaryIO, labels: Iterable[int] | None = None
) -> None:
    """Write the table as CSV into an open binary file."""
    rows = chosen_rows(index, labels)
    table = {name: column[rows] for name, column in index.table().items()}
    writer = CsvWriter(output, list(table), [column.dtype for column in table.values()])
    writer.write(list(table.values()))
    writer.close()
