"""What is to be exported, and what came of it, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import LabelIndexError
from napari_label_index.io import FORMATS, as_python_call, estimate_export_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelImage, LabelIndex
    from napari_label_index.io import VerifyReport

# Characters of a number and its comma in a CSV, by the size of its type.
_INTEGER_CHARS = {1: 4, 2: 5, 4: 8, 8: 10}
_FLOAT_CHARS = {2: 6, 4: 11, 8: 18}


@dataclass(frozen=True, slots=True, eq=False)
class ExportRequest:
    """One export; a value, so nothing that happens meanwhile can change it."""

    index: LabelIndex
    labels: LabelArray | None  # None: all
    path: Path
    what: str = "coords"
    options: Mapping[str, Any] = field(default_factory=dict)  # of this kind
    query: str = ""  # that gave the labels

    @property
    def n_labels(self) -> int:
        """Labels of the volume that will be written."""
        if self.labels is None:
            return self.index.n_ids
        return len(self.index.distinct_ids_of(self.labels))

    @property
    def n_rows(self) -> int:
        """Rows of the index that will be written: labels, or labels at a time."""
        return len(self.index) if self.labels is None else len(self.labels)

    @property
    def n_voxels(self) -> int:
        """Voxels of these labels."""
        counts = self.index.voxel_counts
        if self.labels is not None:
            counts = counts[self.index.rows_of(self.labels)]
        return int(counts.sum())

    @property
    def per_label(self) -> str | None:
        """The ending of the files in a folder with one for each label."""
        return self.options.get("per_label")

    @property
    def ending(self) -> str:
        """The ending of what is written, such as ``.csv.gz``; "" for an unknown one."""
        name = self.per_label or self.path.name.lower()
        known = [each for each in FORMATS[self.what].endings if name.endswith(each)]
        return max(known, key=len, default="")

    def estimate(self) -> int:
        """Return about how many bytes will be written."""
        affine = self.options.get("affine")
        n_bytes = estimate_export_bytes(
            self.index, self.labels, self.ending, affine is not None, affine,
            what=self.what,
        )  # fmt: skip
        if self.what == "table" and "columns" in self.options:
            n_bytes = n_bytes * len(self.options["columns"]) // len(self.index.table())
        if self.options.get("intensity") is not None:
            n_bytes += int(self.n_voxels * self._bytes_of_a_value())
        return n_bytes

    def to_python(self, source: str = "") -> str:
        """Return the lines of Python that do this export again.

        Parameters
        ----------
        source : str
            The file of the volume, if it holds what was exported.
        """
        labels = None if self.labels is None else self.labels.tolist()
        query = self.query if self._is_all_that_the_query_says() else ""
        return as_python_call(
            labels, self.path, self.what,
            source=source, query=query, like=self.index, **self.options,
        )  # fmt: skip

    def _is_all_that_the_query_says(self) -> bool:
        """Whether the query needs nothing but the index: no marks, sets, or images."""
        if not self.query or self.labels is None:
            return False
        try:
            found = self.index.select(self.query)
        except LabelIndexError:
            return False
        return np.array_equal(found, self.labels)

    def _bytes_of_a_value(self) -> float:
        dtype = np.dtype(self.options["intensity"].dtype)
        if not self.ending.startswith(".csv"):
            return float(dtype.itemsize)
        chars = _FLOAT_CHARS if dtype.kind == "f" else _INTEGER_CHARS
        return chars.get(dtype.itemsize, 8) * (0.4 if self.ending == ".csv.gz" else 1)


@dataclass(frozen=True, slots=True, eq=False)
class Exported:
    """The file, or the folder, is in place."""

    request: ExportRequest
    path: Path
    n_files: int
    n_bytes: int
    manifest: Path


@dataclass(frozen=True, slots=True, eq=False)
class VerifyRequest:
    """What to compare an export with."""

    exported: Exported
    volume: LabelImage | LabelIndex
    compared: str  # what that is, in words, such as "the layer"


@dataclass(frozen=True, slots=True, eq=False)
class Verified:
    """An export was read again; the report says whether it is as it should be."""

    request: VerifyRequest
    report: VerifyReport
