"""What can be exported: each kind with its endings and options, for a panel to list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari_label_index.io.exports._column_files import COLUMN_ENDINGS
from napari_label_index.io.exports._coords_file import COORD_ENDINGS, export_coords
from napari_label_index.io.exports._image_files import (
    TIFF_ENDINGS,
    export_label_image,
    export_mask,
)
from napari_label_index.io.exports._mesh_file import MESH_ENDINGS, export_meshes
from napari_label_index.io.exports._roi_file import ROI_ENDINGS, export_rois
from napari_label_index.io.exports._runs_file import export_runs
from napari_label_index.io.exports._table_file import export_table
from napari_label_index.io.exports._tiff_flavour import FLAVOURS

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from napari_label_index.index import LabelIndex

__all__ = ["FORMATS", "ExportFormat", "ExportOption", "export"]


@dataclass(frozen=True, slots=True)
class ExportOption:
    """A keyword of an export that a user may want to set."""

    name: str
    meaning: str
    kind: str  # "flag", "choice", "names", "numbers" or "image"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One kind of export."""

    what: str
    title: str
    endings: tuple[str, ...]
    n_axes: tuple[int, ...]  # of the volumes that it is for
    options: tuple[ExportOption, ...]
    write: Callable[..., Path]  # write(index, labels, path, **options)


def export(
    index: LabelIndex,
    labels: Iterable[int] | None,
    path: str | os.PathLike[str],
    what: str = "coords",
    **options: Any,
) -> Path:
    """Write some labels to a file, in whatever form.

    Parameters
    ----------
    index : LabelIndex
        The index to export from.
    labels : iterable of int or None
        Labels in the order to write them, each once; None writes all.
    path : path-like
        The file to write; its ending says the format.
    what : str
        ``"coords"`` (CSV, Parquet, NPZ), ``"runs"`` or ``"table"`` (CSV, Parquet),
        ``"mask"`` or ``"label_image"`` (TIFF), ``"rois"`` (ImageJ's ZIP), ``"meshes"``
        (STL, PLY).
    **options
        Those of `export_coords` where they apply: ``order``, ``axis_names``,
        ``spacing``, ``per_label``, ``query``, ``on_progress``, ``cancel``; ``columns``
        of a table; ``crop``, ``smallest`` and ``flavour`` of an image.

    Returns
    -------
    Path
        The file or folder that was written, and beside it a manifest that
        `verify_export` checks.

    Raises
    ------
    ValueError
        When there is no such kind, or an option does not fit the volume.
    UnsupportedFormatError, UnknownLabelError, WriteFailedError, Cancelled
        As in `export_coords`.
    """
    if what not in FORMATS:
        raise ValueError(f"what must be one of {', '.join(FORMATS)}; got {what!r}")
    return FORMATS[what].write(index, labels, path, **options)


def _table(
    index: LabelIndex,
    labels: Iterable[int] | None,
    path: str | os.PathLike[str],
    **options: Any,
) -> Path:
    return export_table(index, path, labels, **options)


_PER_LABEL = ExportOption("per_label", "one file per label, in a folder", "choice")
_NEUTRAL = ExportOption(
    "neutral_text", "no text can run as a formula in a spreadsheet", "flag"
)
_PLACES = (
    ExportOption("order", "order of the axes, such as zyx or xyz", "names"),
    ExportOption("axis_names", "what to call their columns", "names"),
)
_WORLD = (
    ExportOption("spacing", "size of a voxel, for world units", "numbers"),
    ExportOption("origin", "place of the first voxel, for world units", "numbers"),
    ExportOption("affine", "matrix from voxels to world", "numbers"),
)
_IMAGE = (
    ExportOption("crop", "only the smallest box around the labels", "flag"),
    ExportOption("flavour", "who is to read it", "choice", FLAVOURS),
)
_ANY = (1, 2, 3, 4, 5)

_ALL = (
    ExportFormat(
        "coords", "Coordinates of every voxel", COORD_ENDINGS, _ANY,
        (*_PLACES, *_WORLD,
         ExportOption("intensity", "values of another image", "image"),
         _PER_LABEL, _NEUTRAL),
        export_coords,
    ),
    ExportFormat(
        "runs", "Runs of voxels", COLUMN_ENDINGS, _ANY,
        (*_PLACES, _PER_LABEL, _NEUTRAL), export_runs,
    ),
    ExportFormat(
        "table", "Table, one row per label", COLUMN_ENDINGS, _ANY,
        (ExportOption("columns", "columns of the table", "names"), _NEUTRAL), _table,
    ),
    ExportFormat("mask", "Mask", TIFF_ENDINGS, _ANY, _IMAGE, export_mask),
    ExportFormat(
        "label_image", "Label image", TIFF_ENDINGS, _ANY,
        (*_IMAGE, ExportOption("smallest", "smallest type that holds the ids", "flag")),
        export_label_image,
    ),
    ExportFormat("rois", "ImageJ ROI set", ROI_ENDINGS, (2, 3, 4), (), export_rois),
    ExportFormat(
        "meshes", "Surfaces", MESH_ENDINGS, (3,), (*_WORLD, _PER_LABEL), export_meshes
    ),
)  # fmt: skip

FORMATS: dict[str, ExportFormat] = {form.what: form for form in _ALL}
"""Every kind of export, by the name that `export` takes."""
