"""Runs as the columns of a table that other programs can read, and back."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from napari_label_index.index._runs import firsts_of, length_dtype, start_dtype

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index import RunTable

__all__ = ["RunColumns", "RunPart", "as_arrow", "as_numpy", "numpy_dtype"]


@dataclass(frozen=True, slots=True)
class RunPart:
    """Some runs of a table, grouped by label."""

    labels: LabelArray  # (n_labels,)
    counts: IntVector  # (n_labels,) int64 runs of each
    starts: IntVector  # (n_runs,)
    lengths: IntVector  # (n_runs,)

    def chosen(self, is_chosen: npt.NDArray[np.bool_]) -> RunPart:
        """Return the runs of some of the labels."""
        runs = np.repeat(is_chosen, self.counts)
        return RunPart(
            self.labels[is_chosen],
            self.counts[is_chosen],
            self.starts[runs],
            self.lengths[runs],
        )


@dataclass(frozen=True, slots=True)
class RunColumns:
    """``label``, one coordinate for each axis, ``length``: how runs are stored.

    The coordinates are those of a run's first voxel.
    """

    shape: tuple[int, ...]
    axes: tuple[str, ...]
    label_dtype: np.dtype[Any]

    @property
    def schema(self) -> pa.Schema:
        """Names and types of the columns; none may be empty."""
        names = ["label", *self.axes, "length"]
        if len(set(names)) < len(names) or not all(self.axes):
            # Other programs need names that differ; we go by the order.
            names[1:-1] = [f"axis-{axis}" for axis in range(len(self.shape))]
        dtypes = [
            self.label_dtype,
            *(np.min_scalar_type(max(size - 1, 0)) for size in self.shape),
            length_dtype(self.shape[-1]),
        ]
        return pa.schema(
            pa.field(name, pa.from_numpy_dtype(dtype), nullable=False)
            for name, dtype in zip(names, dtypes, strict=True)
        )

    def table_of(self, runs: RunTable, first: int, stop: int) -> pa.Table:
        """Return the runs from `first` to `stop`."""
        row, last_row = np.searchsorted(runs.offsets, [first, stop - 1], "right") - 1
        counts = np.diff(runs.offsets[row : last_row + 2].clip(first, stop))
        columns = [np.repeat(runs.labels[row : last_row + 1], counts)]
        rest = runs.starts[first:stop]
        for size in self.shape[:0:-1]:
            rest, coordinate = np.divmod(rest, rest.dtype.type(size))
            columns.insert(1, coordinate)
        columns.insert(1, rest)
        columns.append(runs.lengths[first:stop])
        schema = self.schema
        arrays = [
            as_arrow(column, kind)
            for column, kind in zip(columns, schema.types, strict=True)
        ]
        return pa.Table.from_arrays(arrays, schema=schema)

    def runs_of(self, table: pa.Table) -> RunPart:
        """Return the runs that a table holds; `ValueError` for one outside."""
        label, *coordinates, length = (as_numpy(column) for column in table.columns)
        dtype = start_dtype(prod(self.shape))
        starts = np.zeros(label.size, dtype)
        for size, coordinate in zip(self.shape, coordinates, strict=True):
            if coordinate.size and int(coordinate.max()) >= size:
                raise ValueError("a run must lie inside the volume")
            starts *= dtype.type(min(size, np.iinfo(dtype).max))
            starts += coordinate
        firsts = firsts_of(label)
        counts = np.diff(firsts, append=label.size)
        return RunPart(label[firsts], counts, starts, length)


# By way of buffers: pa.array and to_numpy import pandas, which takes 0.3 s.


def as_arrow(column: npt.NDArray[Any], kind: pa.DataType) -> pa.Array:
    """Return numbers as an Arrow array of this type."""
    values = np.ascontiguousarray(column, dtype=numpy_dtype(kind))
    return pa.Array.from_buffers(kind, values.size, [None, pa.py_buffer(values)])


def as_numpy(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """Return the numbers of a column without gaps; `ValueError` for one with."""
    if column.num_chunks != 1 or column.null_count:
        raise ValueError("a column has gaps")
    (chunk,) = column.chunks
    dtype = numpy_dtype(chunk.type)
    offset = chunk.offset * dtype.itemsize
    return np.frombuffer(chunk.buffers()[1], dtype, len(chunk), offset)


def numpy_dtype(kind: pa.DataType) -> np.dtype[Any]:
    """Return the numpy type of an Arrow type of numbers."""
    if pa.types.is_floating(kind):
        return np.dtype(f"f{kind.bit_width // 8}")
    sign = "i" if pa.types.is_signed_integer(kind) else "u"
    return np.dtype(f"{sign}{kind.bit_width // 8}")
