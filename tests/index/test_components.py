"""Connected components, from runs, against scipy and cc3d."""

from __future__ import annotations

import math
from itertools import product

import cc3d
import numpy as np
import pytest
import tifffile
from hypothesis import given
from scipy import ndimage

import oracle
from napari_label_index.index import LabelImage, build_index
from napari_label_index.index._components import neighbour_rows
from strategies import label_images


def labelled(mask, connectivity):
    structure = ndimage.generate_binary_structure(mask.ndim, connectivity)
    return ndimage.label(mask, structure)


@given(label_images(max_dims=4))
def test_every_label_has_the_components_that_scipy_finds(image):
    # No axis is time here: names are given, and none of them is "t".
    index = build_index(LabelImage(image, tuple("abcd"[: image.ndim])))
    for connectivity in range(1, image.ndim + 1):
        components = index.components(connectivity)
        for row, label in enumerate(index):
            parts, n_parts = labelled(image == label, connectivity)
            sizes = np.bincount(parts.ravel())[1:]
            assert components.counts[row] == n_parts
            assert components.largest[row] == sizes.max()
            assert components.smallest[row] == sizes.min()


@given(label_images(min_dims=2, max_dims=3))
def test_the_parts_of_a_label_are_its_components_voxel_by_voxel(image):
    index = build_index(image)
    for label in list(index)[:2]:
        parts = index.parts(label, connectivity=2).to_label_image()
        expected, _ = labelled(image == label, 2)
        np.testing.assert_array_equal(parts, expected)


def test_rows_at_the_far_side_of_the_volume_are_no_neighbours():
    """The end of a plane lies next to the start of the next one only in memory."""
    image = np.zeros((2, 3, 4), np.uint8)
    image[0, 2, 1] = image[1, 0, 1] = 1
    image[0, 1, 3] = image[0, 2, 0] = 2
    index = build_index(image)
    for connectivity in (1, 2, 3):
        assert index.components(connectivity).counts.tolist() == [2, 2]


def test_every_step_leads_to_an_earlier_row():
    """The kernel looks for it among those before, and else past the last run."""
    for shape in product((1, 2, 3), repeat=4):
        for time_axis in (None, 0, 1):
            steps, slacks = neighbour_rows((*shape, 5), 5, time_axis)
            rows = [math.prod(shape[axis + 1 :]) for axis in range(4)]
            assert (steps @ rows < 0).all()
            assert len(steps) == len(slacks)


def test_one_voxel_at_two_times_is_two_components():
    image = np.ones((3, 1, 2, 2), np.uint8)
    assert build_index(image).components(3).counts.tolist() == [3]
    named = LabelImage(image, ("a", "z", "y", "x"))
    assert build_index(named).components(3).counts.tolist() == [1]


@pytest.mark.parametrize("connectivity", [6, 18, 26])
@pytest.mark.parametrize(
    "name", ["stardist_mask3d.tif", "snemi_fragments.tif", "cremi_labels.tif"]
)
def test_real_volumes_have_the_components_that_cc3d_finds(
    shared_data, name, connectivity
):
    volume = tifffile.imread(shared_data / name)
    index = build_index(volume)
    parts = cc3d.connected_components(volume, connectivity=connectivity)
    owners = np.unique(np.stack([parts.ravel(), volume.ravel()]), axis=1)[1]
    _, counts = np.unique(owners[owners != 0], return_counts=True)
    found = index.components({6: 1, 18: 2, 26: 3}[connectivity])
    np.testing.assert_array_equal(found.counts, counts)


@given(label_images(min_dims=2, max_dims=4))
def test_holes_are_what_lies_outside_and_cannot_be_reached(image):
    index = build_index(LabelImage(image, tuple("abcd"[: image.ndim])))
    for row, label in enumerate(index):
        outside = np.pad(image != label, 1, constant_values=True)
        parts, n_parts = labelled(outside, 1)
        assert index.column("n_holes")[row] == n_parts - 1
        in_holes = outside & (parts != parts.flat[0])
        assert index.column("hole_voxels")[row] == in_holes.sum()
        inner = in_holes[(slice(1, -1),) * image.ndim]
        assert index.column("filled_hole_voxels")[row] == (inner & (image != 0)).sum()


def test_a_hole_at_one_time_does_not_open_into_the_next():
    image = np.ones((2, 3, 3), np.uint8)
    image[0, 1, 1] = 0
    movie = build_index(LabelImage(image, ("t", "y", "x")))
    assert movie.column("n_holes").tolist() == [1]
    assert build_index(image).column("n_holes").tolist() == [0]


def test_a_gap_that_opens_below_joins_its_neighbour_to_the_outside():
    drawing = ["..##.", "##.#.", "..#.#", "#...#"]
    image = np.array([[c == "#" for c in line] for line in drawing])
    index = build_index(image)
    assert index.column("n_holes").tolist() == [1]
    assert index.column("hole_voxels").tolist() == [1]


@given(label_images(max_dims=4))
def test_contacts_are_the_voxel_faces_between_two_labels(image):
    index = build_index(LabelImage(image, tuple("abcd"[: image.ndim])))
    contacts = index.contacts()
    found = {
        (int(index.labels[a]), int(index.labels[b])): faces.tolist()
        for a, b, faces in zip(
            contacts.first, contacts.second, contacts.faces, strict=True
        )
    }
    assert found == oracle.contacts(image)


def test_contacts_do_not_depend_on_the_windows_they_are_met_in(monkeypatch):
    from napari_label_index.index import _rows

    image = np.random.default_rng(0).integers(0, 300, (20, 9, 40)).repeat(2, axis=2)
    expected = oracle.contacts(image)
    for window_runs in (1, 700, 2**19):
        monkeypatch.setattr(_rows, "_WINDOW_RUNS", window_runs)
        contacts = build_index(image).contacts()
        assert len(contacts.first) == len(expected)
        assert contacts.faces.sum() == sum(map(sum, expected.values()))


def test_the_neighbours_of_a_label_are_looked_up_by_label():
    image = np.array([[7, 7, 9], [7, 0, 9], [4, 4, 4]])
    index = build_index(image)
    labels, faces = index.neighbours(7)
    assert labels.tolist() == [4, 9]
    assert faces.tolist() == [[1, 0], [0, 1]]
    assert index.column("n_neighbours").tolist() == [2, 2, 2]
