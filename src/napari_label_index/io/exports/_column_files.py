"""Files of columns, CSV or Parquet by the ending of their name."""

from __future__ import annotations

import contextlib
import gzip
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from napari_label_index.io.exports._csv import CsvWriter
from napari_label_index.io.exports._parquet import ParquetWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

__all__ = ["COLUMN_ENDINGS", "ColumnWriter", "open_columns"]

COLUMN_ENDINGS = (".csv", ".csv.gz", ".parquet")

# Level 6 makes it 15 % smaller, and takes 4 times as long.
_GZIP_LEVEL = 3


class ColumnWriter(Protocol):
    """Takes columns block by block."""

    def write(self, columns: Sequence[npt.NDArray[Any]]) -> None:
        """Append rows: one 1-D array per column, all of the same length."""


@contextlib.contextmanager
def open_columns(
    output: BinaryIO,
    ending: str,
    names: Sequence[str],
    dtypes: Sequence[npt.DTypeLike],
    *,
    rising: str | None = None,
    neutral_text: bool = True,
    quote_text: bool = False,
) -> Iterator[ColumnWriter]:
    """Give a writer of columns into an open file, finished at the end of the block.

    Parameters
    ----------
    output : binary file
        Where to write.
    ending : str
        One of `COLUMN_ENDINGS`.
    names, dtypes
        One name and one type per column.
    rising : str, optional
        A column that mostly counts upwards; Parquet stores its differences.
    neutral_text : bool
        Whether a CSV guards text against being run as a formula.
    quote_text : bool
        Whether a cell of text has to be quoted in a CSV.
    """
    if ending == ".parquet":
        parquet = ParquetWriter(output, names, dtypes, rising)
        try:
            yield parquet
            parquet.close()
        except BaseException:
            parquet.abandon()
            raise
        return
    with contextlib.ExitStack() as stack:
        if ending == ".csv.gz":
            # No date and no name: the same content gives the same file.
            zipped = gzip.GzipFile("", "wb", _GZIP_LEVEL, output, mtime=0)
            output = cast("BinaryIO", stack.enter_context(zipped))
        csv = CsvWriter(output, names, dtypes, neutral_text, quote_text)
        yield csv
        csv.close()
