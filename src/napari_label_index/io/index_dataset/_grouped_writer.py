"""Rows that come in pieces of any size, written in row groups of one size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from napari_label_index.io.index_file._sealed_parquet import Block, SealedWriter

__all__ = ["GroupedWriter"]


class GroupedWriter:
    """Cuts rows into row groups, so that the file does not tell how they came.

    Parameters
    ----------
    writer : SealedWriter
    group_rows : int
        Rows of each group but the last.
    """

    def __init__(self, writer: SealedWriter, group_rows: int) -> None:
        self._writer = writer
        self._group_rows = group_rows
        self._pending: list[pa.Table] = []
        self._n_pending = 0
        self.blocks: list[tuple[int, Block]] = []  # rows and place of each group
        self.ends: list[tuple[Any, Any]] = []  # first and last value of column 0

    def add(self, rows: pa.Table) -> None:
        """Add rows, which follow those before them."""
        self._pending.append(rows)
        self._n_pending += rows.num_rows
        while self._n_pending >= self._group_rows:
            self._write(self._group_rows)

    def flush(self) -> None:
        """Write what is left as the last group."""
        if self._n_pending:
            self._write(self._n_pending)

    def _write(self, n_rows: int) -> None:
        pending = pa.concat_tables(self._pending)
        group = pending.slice(0, n_rows).combine_chunks()
        first = group.column(0)
        self.ends.append((first[0].as_py(), first[-1].as_py()))
        self.blocks.append((n_rows, self._writer.add(group)))
        self._pending = [pending.slice(n_rows)]
        self._n_pending -= n_rows
