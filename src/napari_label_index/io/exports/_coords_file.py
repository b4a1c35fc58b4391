"""`export_coords`: every voxel of the chosen labels, streamed to a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from napari_label_index.index._intensity import check_image
from napari_label_index.io.exports._column_files import COLUMN_ENDINGS, open_columns
from napari_label_index.io.exports._coord_layout import CoordLayout, coord_layout
from napari_label_index.io.exports._export import Export, begin, finish
from napari_label_index.io.exports._gather import gather
from napari_label_index.io.exports._npz import NpzWriter
from napari_label_index.io.exports._world import world_map

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from napari_label_index._typing import Cancel, IntVector, LabelArray, OnProgress
    from napari_label_index.index import LabelIndex

__all__ = ["COORD_ENDINGS", "INTENSITY", "export_coords"]

COORD_ENDINGS = (*COLUMN_ENDINGS, ".npz")

INTENSITY = "intensity"

# Some 25 ms of CSV: progress is smooth, and a cancel is heard at once.
_BLOCK_VOXELS = 1 << 18
# Row groups of a million rows are what readers of Parquet like.
_PARQUET_VOXELS = 1 << 20


def export_coords(
    index: LabelIndex,
    labels: Iterable[int] | None,
    path: str | os.PathLike[str],
    *,
    spacing: Sequence[float] | None = None,
    origin: Sequence[float] | None = None,
    affine: npt.ArrayLike | None = None,
    order: str | Sequence[str] | None = None,
    axis_names: Sequence[str] | None = None,
    intensity: Any = None,
    per_label: str | None = None,
    neutral_text: bool = True,
    query: str = "",
    manifest: bool = True,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Path:
    """Write the coordinates of all voxels of `labels`, in bounded memory.

    A CSV or Parquet file has the columns ``label`` and the axes, such as ``z,y,x``, one
    row per voxel. An NPZ has ``labels`` (n,), ``offsets`` (n + 1,), ``coords``
    (n_voxels, ndim) and ``axes``; ``labels[i]`` owns
    ``coords[offsets[i]:offsets[i + 1]]``. Coordinates are in C order within a label.

    Parameters
    ----------
    index : LabelIndex
        The index to export from.
    labels : iterable of int or None
        Labels in the order to write them, each once; None writes all.
    path : path-like
        A name that ends in ``.csv``, ``.csv.gz``, ``.parquet`` or ``.npz``; with
        `per_label`, a folder.
    spacing, origin : sequence of float, optional
        World units: ``spacing * voxel + origin``, in the order of the volume's axes.
        One alone takes the other from the index; without any, coordinates are whole
        voxels.
    affine : array-like of shape (ndim + 1, ndim + 1), optional
        World units by a homogeneous matrix from voxels to world.
    order : str or sequence of str, optional
        The axes in the order of the columns, such as ``"xyz"``.
    axis_names : sequence of str, optional
        What to call these columns.
    intensity : array-like, optional
        An image of the same shape: one more column. It is read once; the values of
        the voxels to write are kept meanwhile, in a temporary file if there are many.
    per_label : str, optional
        One of the endings: write a folder with one such file for each label, named
        ``label_`` and the id.
    neutral_text : bool
        Whether names that a spreadsheet would run as a formula get a ``'`` before
        them, in a CSV. Numbers never do.
    query : str
        The query that gave `labels`, kept in the manifest.
    manifest : bool
        Whether to write what `verify_export` checks: a small file beside this one.
    on_progress : callable, optional
        Called as ``on_progress(done, total)`` with voxels.
    cancel : callable, optional
        Asked now and then; once it returns True, no file is left.

    Returns
    -------
    Path
        The file or folder that was written.

    Raises
    ------
    UnsupportedFormatError
        When `path` has another ending.
    UnknownLabelError
        When the index has no such label.
    WriteFailedError
        When it could not be written, or a folder there holds other files.
    Cancelled
        When `cancel` said so.
    """
    export = begin(
        "coords", index, labels, path, COORD_ENDINGS, per_label=per_label,
        query=query, manifest=manifest, on_progress=on_progress, cancel=cancel,
    )  # fmt: skip
    index = export.index
    layout = coord_layout(
        index,
        order,
        axis_names,
        world_map(index, spacing, origin, affine),
        ("label", INTENSITY),
    )
    values = None
    if intensity is not None:
        check_image(intensity, index.shape)
        folder = export.path.absolute().parent
        values = gather(index, export.rows, intensity, folder, export.watch.check)
    writer = _CoordsWriter(export, layout, values, neutral_text)
    page = layout.to_json(index) | {"intensity": intensity is not None}
    return finish(export, writer.write_file, page)


@dataclass(slots=True, eq=False)
class _CoordsWriter:
    """Writes one file after the other, each with the next labels."""

    export: Export
    layout: CoordLayout
    intensities: npt.NDArray[Any] | None  # (n_voxels,) in the order of the export
    neutral_text: bool
    n_written: int = 0

    def write_file(self, output: BinaryIO, rows: IntVector) -> int:
        n_voxels = int(self.export.index.voxel_counts[rows].sum())
        if self.export.ending == ".npz":
            self._write_npz(output, rows, n_voxels)
        else:
            self._write_columns(output, rows)
        return n_voxels

    def _write_columns(self, output: BinaryIO, rows: IntVector) -> None:
        names = ["label", *self.layout.names]
        dtypes = [self.export.index.labels.dtype, *[self.layout.dtype] * len(names[1:])]
        if self.intensities is not None:
            names.append(INTENSITY)
            dtypes.append(self.intensities.dtype)
        with open_columns(
            output, self.export.ending, names, dtypes,
            rising=self.layout.rising, neutral_text=self.neutral_text,
        ) as writer:  # fmt: skip
            for labels, coords, intensities in self._blocks(rows):
                writer.write([labels, *coords.T, *intensities])

    def _write_npz(self, output: BinaryIO, rows: IntVector, n_voxels: int) -> None:
        index = self.export.index
        offsets = np.concatenate([[0], np.cumsum(index.voxel_counts[rows])])
        first = self.n_written
        shape = (n_voxels, index.ndim)
        only_coords = (coords for _, coords, _ in self._blocks(rows))
        with NpzWriter(output) as writer:
            writer.add("labels", index.labels[rows])
            writer.add("offsets", offsets.astype(np.int64))
            writer.add("axes", np.array(self.layout.names, dtype=np.str_))
            writer.stream("coords", self.layout.dtype, shape, only_coords)
            if self.intensities is not None:
                writer.add(INTENSITY, self.intensities[first : first + n_voxels])

    def _blocks(
        self, rows: IntVector
    ) -> Iterator[tuple[LabelArray, npt.NDArray[Any], list[npt.NDArray[Any]]]]:
        """Give labels (n,), coordinates (n, ndim) and perhaps intensities (n,)."""
        index = self.export.index
        size = _PARQUET_VOXELS if self.export.ending == ".parquet" else _BLOCK_VOXELS
        for labels, voxels in index.iter_coords(index.labels[rows], size):
            self.export.watch.check()
            n = len(voxels)
            part = slice(self.n_written, self.n_written + n)
            extra = [] if self.intensities is None else [self.intensities[part]]
            yield labels, self.layout(voxels), extra
            self.n_written += n
            self.export.watch.advance(n)
