"""Surfaces: closed, facing outwards, around the voxels that they are of."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from napari_label_index._samples import ellipsoids
from napari_label_index.errors import UnsupportedFormatError
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import verify_export
from napari_label_index.io.exports import _mesh
from napari_label_index.io.exports._mesh_file import export_meshes
from napari_label_index.io.exports._world import WorldMap

VOXELS = WorldMap(np.eye(3), np.zeros(3))


def surface(index, label, to_world=VOXELS):
    return _mesh.surface_of(index, label, to_world, lambda: None)


def is_watertight(faces):
    """Whether each edge is walked as often in one direction as in the other."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    forth = np.sort(edges[:, 0] * 2**32 + edges[:, 1])
    back = np.sort(edges[:, 1] * 2**32 + edges[:, 0])
    return np.array_equal(forth, back)


def volume_in(points, faces):
    """The divergence theorem."""
    a, b, c = (points[faces[:, corner]] for corner in range(3))
    return np.einsum("ij,ij->", a, np.cross(b, c)) / 6


@settings(max_examples=60)
@given(
    mask=hnp.arrays(np.bool_, hnp.array_shapes(min_dims=3, max_dims=3, max_side=6)),
    slab=st.sampled_from([1, 60, 1 << 20]),
)
def test_any_surface_is_closed_and_faces_outwards(mask, slab):
    if not mask.any():
        return
    index = build_index(mask)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_mesh, "_SLAB_VOXELS", slab)
        points, faces = surface(index, 1)
    assert is_watertight(faces)
    # At least a sixth of a voxel for each that stands alone, at most all of them.
    assert 0 < volume_in(points, faces) <= mask.sum()
    low, high = np.argwhere(mask).min(axis=0), np.argwhere(mask).max(axis=0)
    np.testing.assert_array_equal(points.min(axis=0), low[::-1] - 0.5)
    np.testing.assert_array_equal(points.max(axis=0), high[::-1] + 0.5)


def test_the_volume_is_near_that_of_the_voxels_in_world_units():
    spacing, origin = np.array([2, 0.5, 0.25]), np.array([100, -7, 3.0])
    index = build_index(ellipsoids((40, 80, 80), (2, 2, 2)))
    to_world = WorldMap(np.diag(spacing), origin)
    for label, count in zip(index.labels.tolist(), index.voxel_counts, strict=True):
        points, faces = surface(index, label, to_world)
        found = volume_in(points - points.mean(axis=0), faces)
        assert found == pytest.approx(count * spacing.prod(), rel=0.05)
        centre = index.centroids[index.row_of(label)] * spacing + origin
        np.testing.assert_allclose(points.mean(axis=0)[::-1], centre, atol=1)


def test_a_mirrored_axis_does_not_turn_the_surface_inside_out():
    index = build_index(np.ones((2, 3, 4), np.uint8))
    points, faces = surface(index, 1, WorldMap(np.diag([-1.0, 1, 1]), np.zeros(3)))
    assert volume_in(points, faces) > 0


def read_stl(path):
    content = path.read_bytes()
    n_faces = int.from_bytes(content[80:84], "little")
    kind = np.dtype([("normal", "<f4", 3), ("points", "<f4", (3, 3)), ("no", "<u2")])
    found = np.frombuffer(content[84:], kind)
    assert len(found) == n_faces
    return found["normal"], found["points"].astype(float)


def read_ply(path):
    head, _, body = path.read_bytes().partition(b"end_header\n")
    n_vertices, n_faces = map(int, re.findall(rb"element \w+ (\d+)", head))
    kind = re.search(rb"property (u?int) label", head)[1].decode()
    vertex = np.dtype(
        [("at", "<f4", 3), ("label", {"uint": "<u4", "int": "<i4"}[kind])]
    )
    face = np.dtype([("n", "u1"), ("corners", "<u4", 3)])
    vertices = np.frombuffer(body, vertex, n_vertices)
    faces = np.frombuffer(body, face, n_faces, vertex.itemsize * n_vertices)
    assert (faces["n"] == 3).all()
    return vertices, faces["corners"].astype(np.int64)


def test_files_hold_the_surfaces(tmp_path, volume, index):
    chosen = [int(label) for label in index.labels[[4, 1]]]
    to_world = WorldMap(np.diag(index.spacing), np.array(index.origin))
    meant = [surface(index, label, to_world) for label in chosen]
    triangles = np.concatenate([points[faces] for points, faces in meant])
    stl = export_meshes(index, chosen, tmp_path / "a.stl")
    normals, found = read_stl(stl)
    np.testing.assert_allclose(found, triangles, rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, rtol=1e-5)
    ply = export_meshes(index, chosen, tmp_path / "a.ply")
    vertices, faces = read_ply(ply)
    np.testing.assert_allclose(vertices["at"][faces], triangles, rtol=1e-6)
    expected = np.repeat(chosen, [len(points) for points, _ in meant])
    np.testing.assert_array_equal(vertices["label"], expected)
    for path in (stl, ply):
        report = verify_export(path, volume)
        assert report.ok
        assert "checksums and counts" in report.remarks[0]
        path.write_bytes(path.read_bytes()[:-50])
        assert not verify_export(path, volume).ok


@pytest.mark.parametrize("ending", [".stl", ".ply"])
def test_one_file_for_each_label(tmp_path, index, ending):
    folder = export_meshes(index, None, tmp_path / "all", per_label=ending)
    names = {entry.name for entry in folder.iterdir()}
    meant = {f"label_{label}{ending}" for label in index.labels}
    assert names == meant | {"manifest.json"}
    assert verify_export(folder, index).ok


def test_what_a_mesh_cannot_hold_is_refused(tmp_path):
    flat = build_index(np.ones((3, 3), np.uint8))
    with pytest.raises(UnsupportedFormatError, match="3 axes"):
        export_meshes(flat, None, tmp_path / "a.stl")
    big = build_index(LabelImage(np.full((1, 1, 1), 2**32, np.uint64)))
    with pytest.raises(UnsupportedFormatError, match="32 bits"):
        export_meshes(big, None, tmp_path / "a.ply")
    export_meshes(big, None, tmp_path / "a.stl")
