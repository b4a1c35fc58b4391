"""`export_table`: one row per label, with scikit-image's column names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from napari_label_index.index import compute_columns
from napari_label_index.io._files import atomic_write
from napari_label_index.io._outputs import ending_of
from napari_label_index.io.exports._column_files import COLUMN_ENDINGS, open_columns
from napari_label_index.io.exports._csv import needs_quotes
from napari_label_index.io.exports._export import begin, finish

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import numpy.typing as npt

    from napari_label_index._typing import Cancel, IntVector, OnProgress
    from napari_label_index.index import LabelIndex

__all__ = [
    "export_columns",
    "export_table",
    "table_columns",
    "write_columns",
]

_BLOCK_ROWS = 1 << 16


def export_table(
    index: LabelIndex,
    path: str | os.PathLike[str],
    labels: Iterable[int] | None = None,
    columns: Iterable[str] | None = None,
    *,
    measured: Mapping[str, npt.ArrayLike] | None = None,
    neutral_text: bool = True,
    query: str = "",
    manifest: bool = True,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Path:
    """Write the table of an index, one row per label.

    Columns are called as scikit-image's ``regionprops_table`` calls them: ``label``,
    ``num_pixels``, ``bbox-0`` ..., ``centroid-0`` ... In a CSV, yes and no are 1 and 0.

    Parameters
    ----------
    index : LabelIndex
        The index to export from.
    path : path-like
        A name that ends in ``.csv``, ``.csv.gz`` or ``.parquet``.
    labels : iterable of int, optional
        Labels in the order to write them; all by default.
    columns : iterable of str, optional
        Names from ``index.columns`` and from `measured`; by default count, box and
        centroid, then all of `measured`. Of an index by time, ``t`` is among them.
    measured : mapping of str to (n_labels,) array, optional
        More columns, in the order of ``index.labels``, such as those that
        ``index.intensities(image)`` gives. `verify_export` cannot compute them again.
    neutral_text, query, manifest, on_progress, cancel
        As in `export_coords`.

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
    export = begin(
        "table", index, labels, path, COLUMN_ENDINGS,
        query=query, manifest=manifest, on_progress=on_progress, cancel=cancel,
    )  # fmt: skip
    given = {
        name: _one_per_label(index, name, v) for name, v in (measured or {}).items()
    }
    names = list(index.table() | given) if columns is None else list(columns)
    if index.is_by_time and "t" not in names:
        names.insert(names.index("label") + 1 if "label" in names else 0, "t")
    compute_columns(index, [name for name in names if name not in given], cancel)

    def write(output: BinaryIO, rows: IntVector) -> int:
        export.watch.check()
        table = {n: given[n] if n in given else index.column(n) for n in names}
        table = {name: column[rows] for name, column in table.items()}
        counts = index.voxel_counts[rows]

        def on_rows(first: int, stop: int) -> None:
            export.watch.advance(int(counts[first:stop].sum()))

        _write(table, output, export.ending, neutral_text, on_rows)
        return rows.size

    more = [name for name in names if name in given]
    return finish(export, write, {"columns": names, "measured": more})


def _one_per_label(
    index: LabelIndex, name: str, values: npt.ArrayLike
) -> npt.NDArray[Any]:
    column = np.asarray(values)
    if column.shape != (len(index),):
        raise ValueError(
            f"the column {name} must have one value for each of the {len(index):,} "
            f"labels, got shape {column.shape}"
        )
    return column


def table_columns(
    index: LabelIndex, rows: IntVector, names: Iterable[str] | None
) -> dict[str, npt.NDArray[Any]]:
    """Return some columns of the table, for some rows of the index."""
    return {name: column[rows] for name, column in index.table(names).items()}


def export_columns(
    table: Mapping[str, npt.NDArray[Any]], path: str | os.PathLike[str]
) -> Path:
    """Write columns of one length as a CSV or Parquet file, whole or not at all."""
    path = Path(path)
    ending = ending_of(path, COLUMN_ENDINGS)
    with atomic_write(path) as output:
        _write(table, output, ending)
    return path


def write_columns(table: Mapping[str, npt.NDArray[Any]], output: BinaryIO) -> None:
    """Write columns of one length as CSV into an open binary file."""
    _write(table, output, ".csv")


def _write(
    table: Mapping[str, npt.NDArray[Any]],
    output: BinaryIO,
    ending: str,
    neutral_text: bool = True,
    on_rows: Callable[[int, int], None] | None = None,
) -> None:
    columns = [_as_written(column, ending) for column in table.values()]
    dtypes = [column.dtype for column in columns]
    texts = [column for column in columns if column.dtype.kind == "U"]
    quote_text = any(needs_quotes(cell) for text in texts for cell in text.tolist())
    with open_columns(
        output, ending, list(table), dtypes,
        neutral_text=neutral_text, quote_text=quote_text,
    ) as writer:  # fmt: skip
        for first, stop in _blocks(columns[0].size if columns else 0):
            writer.write([column[first:stop] for column in columns])
            if on_rows is not None:
                on_rows(first, stop)


def _blocks(n_rows: int) -> Iterator[tuple[int, int]]:
    for first in range(0, n_rows, _BLOCK_ROWS):
        yield first, min(first + _BLOCK_ROWS, n_rows)


def _as_written(column: npt.NDArray[Any], ending: str) -> npt.NDArray[Any]:
    is_flag_in_text = column.dtype.kind == "b" and ending != ".parquet"
    return column.view(np.uint8) if is_flag_in_text else column
