"""An index as a Parquet file, one row for each run: saved, and opened.

The columns are ``label``, the coordinates of the run's first voxel under the names of
the axes, and ``length``; rows are sorted by label, and in C order within one. pandas,
polars and DuckDB read the file as it is. It is a lossless copy of the labels, and holds
nothing derived, so that nothing in it can contradict something else.

How it is stored was measured on `cells`, 17 M runs in 120,050 labels, with zstd
level 3 and one thread:

==============================  ===========  =========  =========
columns                         bytes a run  encode, s  decode, s
==============================  ===========  =========  =========
z y x, BYTE_STREAM_SPLIT               1.22       0.80       0.31
position, BYTE_STREAM_SPLIT            1.76       0.62       0.20
position, DELTA_BINARY_PACKED          1.57       0.77       0.29
z y x, DELTA_BINARY_PACKED             1.52       0.96       0.37
z y x, plain                           1.69       0.97       0.40
==============================  ===========  =========  =========

So coordinates are smaller than positions as well as easier to use. Dictionaries are
larger in every column (x: 0.84 bytes for 0.44); zstd level 6 takes 12 % off the size,
and twice as long. Row groups are read and decoded in threads; pyarrow writes a file in
one. The bytes of the row groups, of the footer and of the metadata in it
have checksums of their own, see `_sealed_parquet`; footer statistics are never used.
The metadata is a page of JSON, see `_index_meta`.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from napari_label_index._available_memory import within_memory
from napari_label_index.errors import CorruptIndexError, LabelIndexError
from napari_label_index.index._runs import PART_RUNS
from napari_label_index.io._byte_source import opened_bytes
from napari_label_index.io._files import atomic_write
from napari_label_index.io._outputs import check_suffix
from napari_label_index.io._pool import raise_if_cancelled
from napari_label_index.io._reason import reason_of
from napari_label_index.io.index_dataset._grouped_writer import GroupedWriter
from napari_label_index.io.index_file._group import GROUP_RUNS, RunGroup
from napari_label_index.io.index_file._index_meta import (
    IndexMeta,
    meta_from_json,
    meta_to_json,
)
from napari_label_index.io.index_file._read_runs import read_all, read_ranges
from napari_label_index.io.index_file._run_columns import RunColumns
from napari_label_index.io.index_file._sealed_parquet import SealedFile, SealedWriter
from napari_label_index.io.index_file._stamp import SourceStamp
from napari_label_index.io.index_file._whole import check_whole

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from napari_label_index._typing import Cancel, OnProgress
    from napari_label_index.index import LabelIndex, RunTable
    from napari_label_index.io._address import Location

__all__ = [
    "INDEX_SUFFIX",
    "open_file_ranges",
    "open_index_file",
    "read_file_meta",
    "save_index",
]

INDEX_SUFFIX = ".labelindex.parquet"
"""How the name of an index file should end; ``.parquet`` is enough."""
CLOSE = "close other programs"
SOME = f"{CLOSE}, or open some of its labels"


@within_memory("to save this index", CLOSE)
def save_index(
    index: LabelIndex,
    path: str | os.PathLike[str],
    *,
    source: str | os.PathLike[str] | SourceStamp | None = None,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Path:
    """Save an index to a Parquet file, whole or not at all.

    Parameters
    ----------
    index : LabelIndex
        The index to save; of an index by time, that by label.
    path : path-like
        A name that ends in ``.parquet``, best in ``.labelindex.parquet``.
    source : path-like or SourceStamp, optional
        The file or folder that was indexed, by whose size and time `check_source`
        knows it again; or its stamp, taken before it was read.
    on_progress, cancel : optional callbacks
        As in `build_index`; progress is in runs.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    UnsupportedFormatError
        When `path` has another ending.
    WriteFailedError
        When the file could not be written, or the index was opened for some labels;
        what was there before is untouched.
    Cancelled
        When `cancel` said so.
    """
    path = Path(path)
    check_suffix(path, (".parquet",))
    check_whole(path, index)
    if source is not None and not isinstance(source, SourceStamp):
        source = SourceStamp.of(source)
    index = index.by_label()  # the same voxels, whatever rows they were shown in
    runs = index.runs
    columns = RunColumns(index.shape, index.axes, runs.labels.dtype)
    with atomic_write(path) as output, SealedWriter(output, columns.schema) as writer:
        rows, done = GroupedWriter(writer, GROUP_RUNS), 0
        for table in _tables(runs, columns):
            raise_if_cancelled(cancel)
            rows.add(table)
            done += len(table)
            if on_progress is not None:
                on_progress(done, runs.n_runs)
        rows.flush()
        groups = [
            RunGroup(*ends, n_rows, block.begin, block.n_bytes, block.crc)
            for ends, (n_rows, block) in zip(rows.ends, rows.blocks, strict=True)
        ]
        writer.finish(meta_to_json(IndexMeta.of(index, source, groups)))
    return path


def _tables(runs: RunTable, columns: RunColumns) -> Iterator[pa.Table]:
    """Give the rows of a file, so many at once as go into a group."""
    for _, part in runs.parts(PART_RUNS):
        for first in range(0, part.n_runs, GROUP_RUNS):
            stop = min(first + GROUP_RUNS, part.n_runs)
            yield columns.table_of(part, first, stop)


def open_index_file(
    path: Location,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> LabelIndex:
    """Open all of an index that `save_index` wrote; see `open_index`."""
    with _opened(path) as (file, meta):
        return meta.index_of(read_all(path, file, meta, on_progress, cancel))


def open_file_ranges(path: Location, ranges: Sequence[tuple[int, int]]) -> LabelIndex:
    """Open the labels in some ranges; see `open_label_ranges`."""
    with _opened(path) as (file, meta):
        return meta.index_of(read_ranges(path, file, meta, ranges))


def read_file_meta(path: Location) -> IndexMeta:
    """Return what an index file says about its volume, without reading its runs."""
    with _opened(path) as (_, meta):
        return meta


@contextlib.contextmanager
def _opened(path: Location) -> Iterator[tuple[SealedFile, IndexMeta]]:
    """Give the file and its metadata; whatever goes wrong is `CorruptIndexError`.

    Damaged files raised exceptions of ten unrelated classes (ArrowInvalid, OSError,
    KeyError, RecursionError, ...), so here every one is caught.
    """
    try:
        with within_memory(f"to open {path}", SOME), opened_bytes(path) as source:
            sealed = SealedFile(source)
            yield sealed, meta_from_json(sealed.page)
    except CorruptIndexError as error:
        raise CorruptIndexError(f"{path}: {error}") from error
    except LabelIndexError:
        raise
    except FileNotFoundError as error:
        raise CorruptIndexError(f"{path}: there is no such file") from error
    except Exception as error:
        raise CorruptIndexError(
            f"{path}: no whole index file ({reason_of(error)}); build the index again"
        ) from error
