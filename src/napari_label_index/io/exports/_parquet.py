"""Parquet written in blocks, every page under a checksum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ParquetWriter"]


class ParquetWriter:
    """Writes columns block by block, each block a row group.

    Labels and the coordinates of outer axes repeat and go through a dictionary; along
    the last axis coordinates count upwards, so their differences are kept.

    Parameters
    ----------
    output : binary file
        Where to write; it stays open.
    names : sequence of str
        One name per column.
    dtypes : sequence of dtype
        One type per column.
    rising : str, optional
        The column that counts upwards.
    """

    def __init__(
        self,
        output: BinaryIO,
        names: Sequence[str],
        dtypes: Sequence[npt.DTypeLike],
        rising: str | None = None,
    ) -> None:
        import pyarrow
        from pyarrow import parquet

        self._arrow = pyarrow
        self._kinds = [np.dtype(dtype) for dtype in dtypes]
        self._schema = pyarrow.schema(
            [
                (name, pyarrow.from_numpy_dtype(kind))
                for name, kind in zip(names, self._kinds, strict=True)
            ]
        )
        self._writer = parquet.ParquetWriter(
            output,
            self._schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in names if name != rising],
            column_encoding=None if rising is None else {rising: "DELTA_BINARY_PACKED"},
            write_page_checksum=True,
        )

    def write(self, columns: Sequence[npt.NDArray[Any]]) -> None:
        """Append rows: one 1-D array per column, all of the same length."""
        arrays = [
            self._arrow.array(np.ascontiguousarray(column, dtype=kind))
            for column, kind in zip(columns, self._kinds, strict=True)
        ]
        batch = self._arrow.RecordBatch.from_arrays(arrays, schema=self._schema)
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Write the directory of row groups, without which there is no file."""
        self._writer.close()

    def abandon(self) -> None:
        """Write no more; else the garbage collector would, to a file that is gone."""
        self._writer.is_open = False
