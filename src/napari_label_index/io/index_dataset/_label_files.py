"""Tables with a row for each label of a partition: their columns, and how to read them.

What a table in a window needs at first lies in files of its own (`labels/`), since
bounding boxes and centroids (`places/`) are ten times as large.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from napari_label_index.io._byte_source import opened_bytes
from napari_label_index.io.index_file._run_columns import (
    as_arrow,
    as_numpy,
    numpy_dtype,
)
from napari_label_index.io.index_file._sealed_parquet import Block, SealedFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from napari_label_index.io._address import Location
    from napari_label_index.io.index_file._sealed_parquet import Seal

__all__ = [
    "GROUP_ROWS",
    "each_group",
    "page_of_rows",
    "read_rows",
    "row_schemas",
    "rows_of",
]

GROUP_ROWS = 1 << 18


def row_schemas(
    shape: tuple[int, ...], label_dtype: np.dtype[Any]
) -> dict[str, pa.Schema]:
    """Return the columns of the files in each folder but that of the runs."""
    ndim = len(shape)
    places = {f"bbox-{k}": np.min_scalar_type(shape[k % ndim]) for k in range(2 * ndim)}
    faces = {f"faces-{axis}": np.dtype(np.int64) for axis in range(ndim)}
    centroids = {f"centroid-{axis}": np.dtype(np.float64) for axis in range(ndim)}
    count = np.dtype(np.int64)
    return {
        "labels": _schema({"label": label_dtype, "n_runs": count, "num_pixels": count}),
        "places": _schema(places | centroids),
        "contacts": _schema({"n_neighbours": count} | faces),
        "neighbours": _schema({"label": label_dtype, "neighbour": label_dtype} | faces),
    }


def rows_of(schema: pa.Schema, columns: Sequence[npt.NDArray[Any]]) -> pa.Table:
    """Return columns as rows of a file."""
    pairs = zip(columns, schema.types, strict=True)
    arrays = [as_arrow(column, kind) for column, kind in pairs]
    return pa.Table.from_arrays(arrays, schema=schema)


def page_of_rows(blocks: Sequence[tuple[int, Block]]) -> bytes:
    """Return what a file says of its row groups."""
    listed = [[n, block.begin, block.n_bytes, block.crc] for n, block in blocks]
    return json.dumps({"blocks": listed}, separators=(",", ":")).encode()


def each_group(
    path: Location,
    schema: pa.Schema,
    seal: Seal,
    first: int = 0,
    stop: int | None = None,
) -> Iterator[list[npt.NDArray[Any]]]:
    """Read the columns of a file, or some rows of them, one row group at a time.

    `ValueError` unless it is the file with this seal.
    """
    with opened_bytes(path, seal.n_bytes, is_whole=stop is None) as source:
        sealed = SealedFile(source)
        if sealed.seal != seal:
            raise ValueError("it is of another index")
        blocks = json.loads(sealed.page)["blocks"]
        sizes = [block[0] for block in blocks]
        sealed.check_layout(schema.types, sizes)
        begin = 0
        for number, (n_rows, *block) in enumerate(blocks):
            own = slice(max(first - begin, 0), None if stop is None else stop - begin)
            is_met = begin + n_rows > first and (stop is None or begin < stop)
            if is_met:
                group = sealed.read_group(number, Block(*block))
                yield [as_numpy(group[name])[own] for name in schema.names]
            begin += n_rows


def read_rows(
    path: Location,
    schema: pa.Schema,
    seal: Seal,
    first: int = 0,
    stop: int | None = None,
) -> list[npt.NDArray[Any]]:
    """Return the columns of a file, or some rows; `ValueError` as from `each_group`."""
    groups = list(each_group(path, schema, seal, first, stop))
    if not groups:
        return [np.empty(0, numpy_dtype(kind)) for kind in schema.types]
    return [np.concatenate(column) for column in zip(*groups, strict=True)]


def _schema(kinds: dict[str, Any]) -> pa.Schema:
    return pa.schema(
        pa.field(name, pa.from_numpy_dtype(np.dtype(kind)), nullable=False)
        for name, kind in kinds.items()
    )
