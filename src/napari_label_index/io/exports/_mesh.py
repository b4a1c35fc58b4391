"""The surface of one label: closed, in world units, facing outwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_label_index._typing import FloatArray, IntVector
    from napari_label_index.index import LabelIndex
    from napari_label_index.io.exports._world import WorldMap

__all__ = ["surface_of"]

# A cancel is heard between slabs; one takes some 0.2 s.
_SLAB_VOXELS = 1 << 20


def surface_of(
    index: LabelIndex, label: int, to_world: WorldMap, check: Callable[[], None]
) -> tuple[FloatArray, IntVector]:
    """Return the surface of a label by marching cubes.

    It goes through the middle between voxels inside and outside. A large label is done
    slab by slab, and the slabs are sewn together where they meet.

    Parameters
    ----------
    index : LabelIndex
        With three axes.
    label : int
        The label.
    to_world : WorldMap
        From voxels to world.
    check : callable
        Called between slabs; raises to stop.

    Returns
    -------
    vertices : (n, 3) float64, x, y, z (the last axis of the volume first)
    faces : (m, 3) int64, three vertices each, anticlockwise seen from outside
    """
    from skimage.measure import marching_cubes

    box = index.bbox(label)
    item = (box[1].stop - box[1].start + 2) * (box[2].stop - box[2].start + 2)
    thickness = max(2, _SLAB_VOXELS // item)
    vertices, faces, n_vertices = [], [], 0
    # Planes from one before the label to one after it; neighbours share a plane.
    for first in range(box[0].start - 1, box[0].stop, thickness):
        check()
        last = min(first + thickness, box[0].stop)
        planes = slice(max(first, box[0].start), min(last + 1, box[0].stop))
        sizes = (last - first + 1, *(w.stop - w.start + 2 for w in box[1:]))
        inside = np.zeros(sizes, np.float32)
        part = inside[planes.start - first : planes.stop - first, 1:-1, 1:-1]
        part[...] = index.mask(label, (planes, *box[1:]))
        if inside.all() or not inside.any():
            continue
        corners, triangles, _, _ = marching_cubes(inside, 0.5)
        corner = [first, box[1].start - 1, box[2].start - 1]
        vertices.append(corners.astype(np.float64) + corner)
        faces.append(triangles.astype(np.int64) + n_vertices)
        n_vertices += len(corners)
    points, triangles = np.concatenate(vertices), np.concatenate(faces)
    if len(vertices) > 1:
        points, triangles = _sewn(points, triangles)
    surface = to_world(points)[:, ::-1]
    return surface, _facing_outwards(surface, triangles)


def _sewn(points: FloatArray, faces: IntVector) -> tuple[FloatArray, IntVector]:
    """Make one vertex of those at the same place; places are multiples of a half."""
    halves = np.rint(2 * points).astype(np.int64)
    halves -= halves.min(axis=0)
    keys = np.ravel_multi_index(tuple(halves.T), tuple(halves.max(axis=0) + 1))
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    return points[first], number[faces]


def _facing_outwards(points: FloatArray, faces: IntVector) -> IntVector:
    a, b, c = (points[faces[:, corner]] for corner in range(3))
    # Divergence theorem; from the middle, so that large offsets cost no digits.
    middle = points.mean(axis=0)
    volume = np.einsum("ij,ij->", a - middle, np.cross(b - middle, c - middle))
    return faces if volume > 0 else faces[:, ::-1]
