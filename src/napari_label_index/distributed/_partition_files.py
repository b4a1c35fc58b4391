"""The files of a partition, while they are written side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_label_index.io._files import atomic_write
from napari_label_index.io.index_dataset._grouped_writer import GroupedWriter
from napari_label_index.io.index_dataset._label_files import (
    GROUP_ROWS,
    page_of_rows,
    row_schemas,
    rows_of,
)
from napari_label_index.io.index_dataset._layout import FOLDERS, part_path
from napari_label_index.io.index_file._group import GROUP_RUNS, RunGroup
from napari_label_index.io.index_file._index_meta import IndexMeta, meta_to_json
from napari_label_index.io.index_file._run_columns import RunColumns
from napari_label_index.io.index_file._sealed_parquet import SealedWriter

if TYPE_CHECKING:
    import contextlib

    import numpy.typing as npt

    from napari_label_index.distributed._job import Job
    from napari_label_index.io.index_file._sealed_parquet import Seal

__all__ = ["PartitionFiles"]


class PartitionFiles:
    """Takes rows for each of the files, in the order of the labels.

    Parameters
    ----------
    stack : contextlib.ExitStack
        Once it is left, the files are in their places; after an error, there are none.
    job : Job
    number : int
        The partition.
    """

    def __init__(self, stack: contextlib.ExitStack, job: Job, number: int) -> None:
        self._meta = meta = job.meta
        self.columns = RunColumns(meta.shape, meta.axes, meta.label_dtype)
        self.schemas = {"runs": self.columns.schema} | row_schemas(
            meta.shape, meta.label_dtype
        )
        self._writers = {}
        self.rows = {}
        for folder in FOLDERS:
            output = stack.enter_context(
                atomic_write(part_path(job.root, folder, number))
            )
            writer = stack.enter_context(SealedWriter(output, self.schemas[folder]))
            self._writers[folder] = writer
            size = GROUP_RUNS if folder == "runs" else GROUP_ROWS
            self.rows[folder] = GroupedWriter(writer, size)

    def add(self, folder: str, *columns: npt.NDArray[Any]) -> None:
        """Add rows to one of the files."""
        self.rows[folder].add(rows_of(self.schemas[folder], columns))

    def finish(self, n_labels: int, part: tuple[int, int]) -> tuple[Seal, ...]:
        """Write what is left, and return the seals of the files."""
        for rows in self.rows.values():
            rows.flush()
        runs = self.rows["runs"]
        groups = [
            RunGroup(*ends, n_rows, block.begin, block.n_bytes, block.crc)
            for ends, (n_rows, block) in zip(runs.ends, runs.blocks, strict=True)
        ]
        page = meta_to_json(IndexMeta.of_volume(self._meta, n_labels, groups, part))
        return tuple(
            self._writers[folder].finish(
                page if folder == "runs" else page_of_rows(self.rows[folder].blocks)
            )
            for folder in FOLDERS
        )
