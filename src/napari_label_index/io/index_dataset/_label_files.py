"""Tables with a row for each label of a partition: their columns, and how to read them.

What a table in a window needs at first lies in files of its own (`labels/`), since
bounding boxes and centroids (`places/`) are ten times as large.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from napari_label_index.io.index_file._run_columns import as_arrow, as_numpy
from napari_label_index.io.index_file._sealed_parquet import Block, SealedFile

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index._measures import Measures
    from napari_label_index.io.index_dataset._grouped_writer import GroupedWriter
    from napari_label_index.io.index_file._sealed_parquet import Seal

__all__ = [
    "GROUP_ROWS",
    "label_page",
    "label_rows",
    "label_schema",
    "place_rows",
    "place_schema",
    "read_label_file",
]

GROUP_ROWS = 1 << 18


def label_schema(label_dtype: np.dtype[Any]) -> pa.Schema:
    """Return the columns of ``labels/``."""
    return _schema({"label": label_dtype, "n_runs": "i8", "num_pixels": "i8"})


def place_schema(shape: tuple[int, ...]) -> pa.Schema:
    """Return the columns of ``places/``."""
    kinds: dict[str, Any] = {}
    for place in range(2 * len(shape)):
        kinds[f"bbox-{place}"] = np.min_scalar_type(shape[place % len(shape)])
    return _schema(kinds | {f"centroid-{axis}": "f8" for axis in range(len(shape))})


def label_rows(
    schema: pa.Schema, labels: LabelArray, run_counts: IntVector, measures: Measures
) -> pa.Table:
    """Return rows for ``labels/``."""
    return _rows(schema, [labels, run_counts, measures.voxel_counts])


def place_rows(schema: pa.Schema, measures: Measures) -> pa.Table:
    """Return rows for ``places/``."""
    return _rows(schema, [*measures.bboxes.T, *measures.centroids.T])


def label_page(rows: GroupedWriter) -> bytes:
    """Return what a file says of its row groups."""
    blocks = [[n, block.begin, block.n_bytes, block.crc] for n, block in rows.blocks]
    return json.dumps({"blocks": blocks}, separators=(",", ":")).encode()


def read_label_file(
    path: Path, schema: pa.Schema, seal: Seal
) -> list[npt.NDArray[Any]]:
    """Return all columns of a file; `ValueError` unless it has this seal."""
    with path.open("rb") as file:
        sealed = SealedFile(file)
        if sealed.seal != seal:
            raise ValueError("it is of another index")
        blocks = json.loads(sealed.page)["blocks"]
        sealed.check_layout(schema.types, [block[0] for block in blocks])
        groups = [
            sealed.read_group(number, Block(*block[1:]))
            for number, block in enumerate(blocks)
        ]
    return [
        np.concatenate([as_numpy(group[name]) for group in groups])
        for name in schema.names
    ]


def _schema(kinds: dict[str, Any]) -> pa.Schema:
    return pa.schema(
        pa.field(name, pa.from_numpy_dtype(np.dtype(kind)), nullable=False)
        for name, kind in kinds.items()
    )


def _rows(schema: pa.Schema, columns: list[npt.NDArray[Any]]) -> pa.Table:
    arrays = [
        as_arrow(column, kind)
        for column, kind in zip(columns, schema.types, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
