"""Column files read block by block, with the types that they must have."""

from __future__ import annotations

import csv
import gzip
import io
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np

from napari_label_index.io.exports._csv import header_line
from napari_label_index.io.exports._verify_report import Differs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["iter_columns", "names_in"]

_BLOCK_ROWS = 1 << 18
_BLOCK_BYTES = 1 << 22
_MAX_HEADER = 1 << 16


def names_in(path: Path, ending: str) -> list[str]:
    """Return the names of the columns of a file."""
    if ending == ".parquet":
        from pyarrow import parquet

        return list(parquet.read_schema(path).names)
    with _opened(path, ending) as file:
        text = file.read(_MAX_HEADER).decode(errors="replace")
    return next(csv.reader(io.StringIO(text, newline="")), [])


def iter_columns(
    path: Path, ending: str, names: Sequence[str], dtypes: Sequence[npt.DTypeLike]
) -> Iterator[list[npt.NDArray[Any]]]:
    """Yield the columns of a CSV or Parquet file, some 10 MB at a time.

    Raises
    ------
    Differs
        When the columns have other names.
    """
    read = _parquet_batches if ending == ".parquet" else _csv_batches
    for batch in read(path, ending, names, dtypes):
        yield [
            column.to_numpy(zero_copy_only=False).astype(dtype, copy=False)
            for column, dtype in zip(batch.columns, dtypes, strict=True)
        ]


def _parquet_batches(
    path: Path, ending: str, names: Sequence[str], dtypes: Sequence[npt.DTypeLike]
) -> Iterator[Any]:
    from pyarrow import parquet

    with parquet.ParquetFile(path, page_checksum_verification=True) as file:
        if file.schema_arrow.names != list(names):
            raise _other_names(path, file.schema_arrow.names, names)
        for kind, dtype in zip(file.schema_arrow.types, dtypes, strict=True):
            found = np.dtype(kind.to_pandas_dtype())
            if not np.can_cast(found, np.dtype(dtype)):
                raise Differs(f"{path.name}: a column holds {found}, not {dtype}")
        if file.metadata.num_row_groups:  # else PyArrow before 19 asks for group -1
            yield from file.iter_batches(_BLOCK_ROWS)


def _csv_batches(
    path: Path, ending: str, names: Sequence[str], dtypes: Sequence[npt.DTypeLike]
) -> Iterator[Any]:
    import pyarrow
    from pyarrow import csv as arrow_csv

    keys = [f"c{place}" for place in range(len(names))]
    kinds = [pyarrow.from_numpy_dtype(np.dtype(dtype)) for dtype in dtypes]
    with _opened(path, ending) as file:
        start = file.read(_MAX_HEADER)
        heads = [header_line(names, is_neutral) for is_neutral in (True, False)]
        head = next((head for head in heads if start.startswith(head)), None)
        if head is None:
            raise _other_names(path, names_in(path, ending), names)
        file.seek(len(head))
        if not file.read(1):
            return  # pyarrow refuses a file without a row
        file.seek(len(head))
        yield from arrow_csv.open_csv(
            file,
            arrow_csv.ReadOptions(column_names=keys, block_size=_BLOCK_BYTES),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict(zip(keys, kinds, strict=True)), null_values=[]
            ),
        )


def _opened(path: Path, ending: str) -> BinaryIO:
    if ending == ".csv.gz":
        return cast("BinaryIO", gzip.GzipFile(path))
    return path.open("rb")


def _other_names(path: Path, found: Sequence[str], names: Sequence[str]) -> Differs:
    return Differs(
        f"{path.name}: the columns are {', '.join(found)[:200]}; "
        f"they should be {', '.join(names)[:200]}"
    )
