"""`export_coords`: every voxel of the chosen labels, streamed to a CSV or NPZ file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from napari_label_index.io._files import atomic_write
from napari_label_index.io._outputs import check_suffix
from napari_label_index.io._pool import raise_if_cancelled
from napari_label_index.io.exports._csv import CsvWriter
from napari_label_index.io.exports._npz import NpzWriter
from napari_label_index.io.exports._world import WorldMap, world_map

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence

    from napari_label_index._typing import Cancel, IntVector, LabelArray, OnProgress
    from napari_label_index.index import LabelIndex

__all__ = ["chosen_rows", "coords_dtype", "export_coords"]

# Some 25 ms of CSV: progress is smooth, and a cancel is heard at once.
_BLOCK_VOXELS = 1 << 18

_SUFFIXES = (".csv", ".npz")


def export_coords(
    index: LabelIndex,
    labels: Iterable[int] | None,
    path: str | os.PathLike[str],
    *,
    spacing: Sequence[float] | None = None,
    origin: Sequence[float] | None = None,
    affine: npt.ArrayLike | None = None,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Path:
    """Write the coordinates of all voxels of `labels`, in bounded memory.

    A CSV has the columns ``label`` and the axes, such as ``z,y,x``, one row per voxel.
    An NPZ has ``labels`` (n,), ``offsets`` (n + 1,), ``coords`` (n_voxels, ndim) and
    ``axes``; ``labels[i]`` owns ``coords[offsets[i]:offsets[i + 1]]``. Coordinates are
    in C order within a label.

    Parameters
    ----------
    index : LabelIndex
        The index to export from.
    labels : iterable of int or None
        Labels in the order to write them, each once; None writes all.
    path : path-like
        A name that ends in ``.csv`` or ``.npz``.
    spacing, origin : sequence of float, optional
        World units: ``spacing * voxel + origin``. One alone takes the other from the
        index; without any, coordinates are whole voxels.
    affine : array-like of shape (ndim + 1, ndim + 1), optional
        World units by a homogeneous matrix from voxels to world.
    on_progress : callable, optional
        Called as ``on_progress(done, total)`` with voxels.
    cancel : callable, optional
        Asked now and then; once it returns True, no file is left.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    UnsupportedFormatError
        When `path` has another ending.
    UnknownLabelError
        When the index has no such label.
    WriteFailedError
        When the file could not be written.
    Cancelled
        When `cancel` said so.
    """
    path = Path(path)
    check_suffix(path, _SUFFIXES)
    export = _Export(
        index,
        chosen_rows(index, labels),
        world_map(index, spacing, origin, affine),
        on_progress,
        cancel,
    )
    raise_if_cancelled(cancel)
    with atomic_write(path) as output:
        if path.suffix.lower() == ".csv":
            export.write_csv(output)
        else:
            export.write_npz(output)
        raise_if_cancelled(cancel)
    return path


def chosen_rows(index: LabelIndex, labels: Iterable[int] | None) -> IntVector:
    """Return the row of each label, in the order given, each once; None gives all."""
    if labels is None:
        return np.arange(len(index))
    # A plain list keeps ids above 2**63 exact beside small ones.
    rows = index.rows_of([int(label) for label in labels])
    _, first = np.unique(rows, return_index=True)
    return rows[np.sort(first)]


def coords_dtype(index: LabelIndex) -> np.dtype[Any]:
    """Return the smallest unsigned type for a coordinate of the volume."""
    return np.min_scalar_type(max(max(index.shape, default=1) - 1, 0))


@dataclass(frozen=True, slots=True, eq=False)
class _Export:
    """One export: what to write, where coordinates end up, and who watches."""

    index: LabelIndex
    rows: IntVector
    to_world: WorldMap | None
    on_progress: OnProgress | None
    cancel: Cancel | None

    @property
    def dtype(self) -> np.dtype[Any]:
        if self.to_world is not None:
            return np.dtype(np.float64)
        return coords_dtype(self.index)

    @property
    def n_voxels(self) -> int:
        return int(self.index.voxel_counts[self.rows].sum())

    def write_csv(self, output: BinaryIO) -> None:
        ndim = self.index.ndim
        writer = CsvWriter(
            output,
            ["label", *self.index.axes],
            [self.index.labels.dtype, *[self.dtype] * ndim],
        )
        for labels, coords in self.blocks():
            writer.write([labels, *(coords[:, axis] for axis in range(ndim))])
        writer.close()

    def write_npz(self, output: BinaryIO) -> None:
        counts = self.index.voxel_counts[self.rows]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        shape = (self.n_voxels, self.index.ndim)
        only_coords = (coords for _, coords in self.blocks())
        with NpzWriter(output) as writer:
            writer.add("labels", self.index.labels[self.rows])
            writer.add("offsets", offsets)
            writer.add("axes", np.array(self.index.axes, dtype=np.str_))
            writer.stream("coords", self.dtype, shape, only_coords)

    def blocks(self) -> Iterator[tuple[LabelArray, npt.NDArray[Any]]]:
        """Give (labels (n,), coordinates (n, ndim)) in the order of the file."""
        total = self.n_voxels
        done = 0
        labels = self.index.labels[self.rows]
        for column, voxels in self.index.iter_coords(labels, _BLOCK_VOXELS):
            raise_if_cancelled(self.cancel)
            coords = voxels if self.to_world is None else self.to_world(voxels)
            yield column, coords
            done += len(coords)
            if self.on_progress is not None:
                self.on_progress(done, total)
