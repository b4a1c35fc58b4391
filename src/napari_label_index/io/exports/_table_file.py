"""`export_table`: one row per label, with scikit-image's column names, as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from napari_label_index.io._files import atomic_write
from napari_label_index.io._outputs import check_suffix
from napari_label_index.io.exports._coords_file import chosen_rows
from napari_label_index.io.exports._csv import CsvWriter

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from napari_label_index.index import LabelIndex

__all__ = ["export_columns", "export_table", "write_columns", "write_table"]


def export_table(
    index: LabelIndex,
    path: str | os.PathLike[str],
    labels: Iterable[int] | None = None,
    columns: Iterable[str] | None = None,
) -> Path:
    """Write the table of an index as CSV, one row per label.

    Columns are called as scikit-image's ``regionprops_table`` calls them: ``label``,
    ``num_pixels``, ``bbox-0`` ..., ``centroid-0`` ... Yes and no are 1 and 0.

    Parameters
    ----------
    index : LabelIndex
        The index to export from.
    path : path-like
        A name that ends in ``.csv``.
    labels : iterable of int, optional
        Labels in the order to write them; all by default.
    columns : iterable of str, optional
        Names from ``index.columns``; count, box and centroid by default.

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
    return export_columns(_table_of(index, labels, columns), path)


def write_table(
    index: LabelIndex,
    output: BinaryIO,
    labels: Iterable[int] | None = None,
    columns: Iterable[str] | None = None,
) -> None:
    """Write the table as CSV into an open binary file; see `export_table`."""
    write_columns(_table_of(index, labels, columns), output)


def export_columns(
    table: Mapping[str, npt.NDArray[Any]], path: str | os.PathLike[str]
) -> Path:
    """Write columns of one length as a CSV file, whole or not at all."""
    path = Path(path)
    check_suffix(path, (".csv",))
    with atomic_write(path) as output:
        write_columns(table, output)
    return path


def write_columns(table: Mapping[str, npt.NDArray[Any]], output: BinaryIO) -> None:
    """Write columns of one length as CSV into an open binary file."""
    columns = [_as_written(column) for column in table.values()]
    writer = CsvWriter(output, list(table), [column.dtype for column in columns])
    writer.write(columns)
    writer.close()


def _table_of(
    index: LabelIndex, labels: Iterable[int] | None, names: Iterable[str] | None
) -> dict[str, npt.NDArray[Any]]:
    rows = chosen_rows(index, None if labels is None else list(labels))
    return {name: column[rows] for name, column in index.table(names).items()}


def _as_written(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return column.view(np.uint8) if column.dtype.kind == "b" else column
