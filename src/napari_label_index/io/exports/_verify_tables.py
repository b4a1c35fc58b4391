"""Exports whose lines are told by label: coordinates, runs, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index import compute_columns
from napari_label_index.index._sorted_sets import distinct
from napari_label_index.io.exports._coord_layout import CoordLayout, coord_layout
from napari_label_index.io.exports._coords_file import INTENSITY
from napari_label_index.io.exports._runs_file import LENGTH
from napari_label_index.io.exports._table_file import table_columns
from napari_label_index.io.exports._verify_columns import iter_columns
from napari_label_index.io.exports._verify_content import Content
from napari_label_index.io.exports._verify_npz import iter_npz
from napari_label_index.io.exports._verify_report import Differs
from napari_label_index.io.exports._verify_rows import CoordRows, RowChecker, RunRows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from napari_label_index._typing import IntVector

_NUMBER = np.dtype(np.float64)
TIME = "t"  # the column of a table with a row for each label and time

__all__ = ["CoordsContent", "RunsContent", "TableContent"]


class _RowsContent(Content):
    """Lines that belong to a place: compared one by one, in order."""

    def check_file(self, path: Path) -> IntVector:
        layout = CoordLayout.from_json(self._page(), self.index)
        expected = self._expected(layout)
        checker = RowChecker(self.index, expected)
        for labels, *columns in self._blocks(path, layout):
            values = np.column_stack(columns[: self._n_compared])
            checker.check(labels, values)
            self.watch.advance(0)
        checker.end()
        rows = np.concatenate(checker.order) if checker.order else np.arange(0)
        self.n_lines += checker.n_lines
        self.n_voxels += int(self.index.voxel_counts[rows].sum())
        return rows

    def _page(self) -> dict[str, Any]:
        """Return how the lines are laid out; as they come by default if not said."""
        if "order" in self.layout:
            return self.layout
        return coord_layout(self.index).to_json(self.index) | self.layout

    @property
    def _n_compared(self) -> int:
        return self.index.ndim

    def _expected(self, layout: CoordLayout) -> CoordRows | RunRows:
        return CoordRows(self.index, layout)

    def _label_dtype(self) -> np.dtype[Any]:
        # As wide as can be, so that a wrong id is told as such.
        is_signed = self.index.labels.dtype.kind == "i"
        return np.dtype(np.int64 if is_signed else np.uint64)

    def _blocks(
        self, path: Path, layout: CoordLayout
    ) -> Iterator[list[npt.NDArray[Any]]]:
        if self.ending == ".npz":
            yield from iter_npz(path, layout.names, layout.dtype)
            return
        coords = np.dtype(np.int64 if layout.to_world is None else np.float64)
        names = ["label", *layout.names, *self._more_names()]
        dtypes = [self._label_dtype(), *[coords] * self.index.ndim]
        more = [np.dtype(np.float64)] * (len(names) - len(dtypes))
        yield from iter_columns(path, self.ending, names, [*dtypes, *more])

    def _more_names(self) -> list[str]:
        return []


class CoordsContent(_RowsContent):
    """One line per voxel."""

    def remarks(self) -> list[str]:
        return ["intensities"] if self.layout.get("intensity") else []

    def _more_names(self) -> list[str]:
        return [INTENSITY] if self.layout.get("intensity") else []


class RunsContent(_RowsContent):
    """One line per run."""

    @property
    def _n_compared(self) -> int:
        return self.index.ndim + 1

    def _expected(self, layout: CoordLayout) -> CoordRows | RunRows:
        return RunRows(self.index, layout)

    def _more_names(self) -> list[str]:
        return [LENGTH]


class TableContent(Content):
    """One line per label, every column of the index computed again."""

    @property
    def _measured(self) -> list[str]:
        return list(self.layout.get("measured", ()))

    def remarks(self) -> list[str]:
        return self._measured

    def check_file(self, path: Path) -> IntVector:
        names = list(self.layout["columns"])
        known = [name for name in names if name not in self._measured]
        if TIME in known and self.index.time_axis is not None:
            self.index = self.index.by_time()
        unknown = [name for name in known if name not in self.index.columns]
        if "label" not in names or unknown:
            what = f"the column {unknown[0]}" if unknown else "a table without ids"
            raise Differs(f"{path.name}: {what} cannot be computed again")
        compute_columns(self.index, known, self.watch.cancel)
        truth = self.index.table(known)
        dtypes = [
            _as_read(truth[name].dtype, self.ending) if name in truth else _NUMBER
            for name in names
        ]
        found: list[IntVector] = []
        n_lines = 0
        for columns in iter_columns(path, self.ending, names, dtypes):
            self.watch.check()
            found.append(self._compare(dict(zip(names, columns, strict=True)), n_lines))
            n_lines += found[-1].size
        rows = np.concatenate(found) if found else np.arange(0)
        if distinct(rows).size != rows.size:
            raise Differs(f"{path.name}: a label has more than one line")
        self.n_lines += n_lines
        self.n_voxels += int(self.index.voxel_counts[rows].sum())
        self.watch.advance(self.n_voxels)
        return rows

    def _compare(
        self, columns: dict[str, npt.NDArray[Any]], n_before: int
    ) -> IntVector:
        ids = columns["label"]
        for place, label in enumerate(ids.tolist()):
            if not self.index.has_id(label):
                line = n_before + place + 1
                raise Differs(f"line {line:,}: the volume has no label {label}")
        rows = self._rows_at(ids, columns.get(TIME), n_before)
        known = [name for name in columns if name not in self._measured]
        for name, truth in table_columns(self.index, rows, known).items():
            found = columns[name]
            is_other = found != truth.astype(found.dtype)
            if found.dtype.kind == "f":
                is_other &= ~(np.isnan(found) & np.isnan(truth))
            if is_other.any():
                at = int(np.argmax(is_other))
                raise Differs(
                    f"line {n_before + at + 1:,}: label {ids[at]} has {name} "
                    f"{found[at]}, the volume {truth[at]}"
                )
        return rows

    def _rows_at(
        self, ids: IntVector, times: IntVector | None, n_before: int
    ) -> IntVector:
        """Return the rows of labels, or of labels at times, that are there."""
        if times is None or self.index.times is None:
            return self.index.rows_of(ids)
        keys = self.index.times.pack(ids, times)
        is_there = np.isin(keys, self.index.labels)
        is_there &= self.index.times.times_of(keys) == times
        if not is_there.all():
            at = int(np.argmin(is_there))
            where = f"line {n_before + at + 1:,}"
            raise Differs(f"{where}: label {ids[at]} is not there at t={times[at]}")
        return self.index.rows_of(keys)


def _as_read(dtype: np.dtype[Any], ending: str) -> np.dtype[Any]:
    if dtype.kind == "b" and ending != ".parquet":
        return np.dtype(np.uint8)
    return dtype
