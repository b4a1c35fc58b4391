"""`export_meshes`: surfaces of labels as binary STL or PLY."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from napari_label_index.errors import UnsupportedFormatError
from napari_label_index.index._lookup import can_hold
from napari_label_index.io.exports._export import Export, begin, finish
from napari_label_index.io.exports._mesh import surface_of
from napari_label_index.io.exports._world import WorldMap, world_map

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from napari_label_index._typing import (
        Cancel,
        FloatArray,
        IntVector,
        LabelArray,
        OnProgress,
    )
    from napari_label_index.index import LabelIndex

__all__ = ["MESH_ENDINGS", "export_meshes"]

MESH_ENDINGS = (".stl", ".ply")

_TRIANGLE = np.dtype(
    [("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")]
)
_STL_HEAD = 84  # a line of 80 bytes, and the number of triangles
_PLY_LINES = """ply
format binary_little_endian 1.0
comment surfaces of labels, in world units
element vertex {n_vertices}
property float x
property float y
property float z
property {kind} label
element face {n_faces}
property list uchar uint vertex_indices
comment {padding}
end_header
"""
_PLY_HEAD = 400

_PART_BYTES = 1 << 22


def export_meshes(
    index: LabelIndex,
    labels: Iterable[int] | None,
    path: str | os.PathLike[str],
    *,
    spacing: Sequence[float] | None = None,
    origin: Sequence[float] | None = None,
    affine: npt.ArrayLike | None = None,
    per_label: str | None = None,
    query: str = "",
    manifest: bool = True,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Path:
    """Write the closed surface of every label, by scikit-image's marching cubes.

    Vertices are x, y, z in world units, with the spacing and origin of the index unless
    they are given. A PLY says for each vertex of which label it is; an STL cannot.

    Parameters
    ----------
    index, labels
        As in `export_coords`; of a volume with three axes.
    path : path-like
        A name that ends in ``.stl`` or ``.ply``; with `per_label`, a folder.
    spacing, origin, affine, per_label, query, manifest, on_progress, cancel
        As in `export_coords`.

    Returns
    -------
    Path
        The file or folder that was written.

    Raises
    ------
    UnsupportedFormatError
        When the volume does not have three axes, or a PLY cannot hold an id: its
        integers have 32 bits.
    """
    export = begin(
        "meshes", index, labels, path, MESH_ENDINGS, per_label=per_label,
        max_labels=None,
        query=query, manifest=manifest, on_progress=on_progress, cancel=cancel,
    )  # fmt: skip
    index = export.index
    if index.ndim != 3:
        raise UnsupportedFormatError(
            f"{export.path}: a surface needs a volume with 3 axes, not {index.ndim}"
        )
    if affine is None and spacing is None:
        spacing = index.spacing
    to_world = world_map(index, spacing, origin, affine)
    assert to_world is not None  # a spacing or an affine is given
    page = {
        "matrix": to_world.matrix.tolist(),
        "offset": to_world.offset.tolist(),
        "units": index.unit or "world",
    }
    write = _write_stl if export.ending == ".stl" else _write_ply
    if export.ending == ".ply":
        _ply_type(export, index.labels[export.rows])
    return finish(export, lambda out, rows: write(export, to_world, out, rows), page)


def _write_stl(
    export: Export, to_world: WorldMap, output: BinaryIO, rows: IntVector
) -> int:
    n_triangles = 0
    output.write(b"\0" * _STL_HEAD)
    for row in rows.tolist():
        points, faces = _surface(export, to_world, row)
        a, b, c = (points[faces[:, corner]] for corner in range(3))
        normals = np.cross(b - a, c - a)
        normals /= np.maximum(np.linalg.norm(normals, axis=1), 1e-300)[:, None]
        triangles = np.zeros(len(faces), _TRIANGLE)
        triangles["normal"] = normals
        triangles["corners"] = np.stack([a, b, c], axis=1)
        output.write(triangles.tobytes())
        n_triangles += len(faces)
    if n_triangles >= 2**32:
        raise UnsupportedFormatError(
            f"{export.path}: an STL holds 2**32 triangles; write one file per label"
        )
    output.seek(0)
    # Not "solid": readers take that for the text form.
    head = b"binary STL, surfaces of labels, in world units".ljust(80)
    output.write(head + np.array(n_triangles, "<u4").tobytes())
    output.seek(0, os.SEEK_END)
    return n_triangles


def _write_ply(
    export: Export, to_world: WorldMap, output: BinaryIO, rows: IntVector
) -> int:
    kind = _ply_type(export, export.index.labels[rows])
    vertex = np.dtype([("place", "<f4", 3), ("label", kind.dtype)])
    face = np.dtype([("n", "u1"), ("corners", "<u4", 3)])
    n_vertices = n_faces = 0
    output.write(b"\0" * _PLY_HEAD)
    folder = export.path.absolute().parent
    # Faces come after all vertices; until then they are in a file of their own.
    with tempfile.TemporaryFile(dir=folder) as later:
        for row in rows.tolist():
            points, faces = _surface(export, to_world, row)
            vertices = np.empty(len(points), vertex)
            vertices["place"], vertices["label"] = points, export.index.labels[row]
            output.write(vertices.tobytes())
            packed = np.full(len(faces), 3, face)
            packed["corners"] = faces + n_vertices
            later.write(packed.tobytes())
            n_vertices, n_faces = n_vertices + len(points), n_faces + len(faces)
        if n_vertices >= 2**32:
            raise UnsupportedFormatError(
                f"{export.path}: a PLY holds 2**32 vertices; write one file per label"
            )
        later.seek(0)
        _copy(cast("BinaryIO", later), output, export)
    head = partial(
        _PLY_LINES.format, n_vertices=n_vertices, n_faces=n_faces, kind=kind.name
    )
    n_missing = _PLY_HEAD - len(head(padding=""))
    output.seek(0)
    output.write(head(padding="." * n_missing).encode())
    output.seek(0, os.SEEK_END)
    return n_faces


@dataclass(frozen=True, slots=True)
class _PlyType:
    name: str
    dtype: np.dtype[Any]


def _ply_type(export: Export, labels: LabelArray) -> _PlyType:
    """Return the integer type of a PLY that holds these ids."""
    low, high = (int(labels.min()), int(labels.max())) if labels.size else (0, 0)
    for name, dtype in (("uint", "<u4"), ("int", "<i4")):
        if can_hold(np.dtype(dtype), low, high):
            return _PlyType(name, np.dtype(dtype))
    raise UnsupportedFormatError(
        f"{export.path}: a PLY holds ids of 32 bits, not {low} to {high}; "
        "write STL files, one per label"
    )


def _surface(
    export: Export, to_world: WorldMap, row: int
) -> tuple[FloatArray, IntVector]:
    label = int(export.index.labels[row])
    surface = surface_of(export.index, label, to_world, export.watch.check)
    export.watch.advance(int(export.index.voxel_counts[row]))
    return surface


def _copy(source: BinaryIO, output: BinaryIO, export: Export) -> None:
    while part := source.read(_PART_BYTES):
        output.write(part)
        export.watch.check()
