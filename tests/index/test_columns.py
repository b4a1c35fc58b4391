"""The columns of the table against scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from skimage.measure import regionprops_table

from napari_label_index.index import LabelImage, build_index

SAME_NAMES = (
    "label",
    "num_pixels",
    "bbox",
    "area",
    "area_bbox",
    "extent",
    "equivalent_diameter_area",
    "inertia_tensor_eigvals",
    "axis_major_length",
    "axis_minor_length",
)
FLAT = 7  # the last label of `balls`


def balls(ndim):
    """Two solid objects and a flat one, well away from rounding troubles."""
    image = np.zeros((24, 20, 22)[:ndim], np.int32)
    image[tuple(slice(2, 9 + axis) for axis in range(ndim))] = 5
    image[tuple(slice(13, 18) for _ in range(ndim))] = 2
    image[(15, *(slice(0, 3) for _ in range(ndim - 1)))] = FLAT
    return image


def columns_of_balls(image, spacing):
    """What scikit-image says of `balls`.

    Before 0.26 it takes the root of -1e-17 for the minor axis of the flat object: that
    axis is left to it for the others, and is 0 here.
    """
    names = [name for name in SAME_NAMES if name != "axis_minor_length"]
    found = regionprops_table(image, properties=names, spacing=spacing)
    solid = np.where(image == FLAT, 0, image)
    minor = regionprops_table(solid, properties=["axis_minor_length"], spacing=spacing)
    return found | {name: np.append(column, 0.0) for name, column in minor.items()}


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (3.0, 0.5, 0.25)])
@pytest.mark.parametrize("ndim", [2, 3])
def test_columns_are_those_of_scikit_image(ndim, spacing):
    image, spacing = balls(ndim), spacing[:ndim]
    index = build_index(LabelImage(image, spacing=spacing))
    expected = columns_of_balls(image, spacing)
    table = index.table(expected)
    for name, column in expected.items():
        np.testing.assert_allclose(table[name], column, rtol=1e-6, atol=1e-6)


def test_columns_of_a_real_volume_are_those_of_scikit_image(shared_data):
    volume = tifffile.imread(shared_data / "stardist_mask3d.tif")
    index = build_index(volume)
    expected = regionprops_table(volume, properties=SAME_NAMES)
    for name, column in index.table(expected).items():
        np.testing.assert_allclose(column, expected[name], rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("shape", [(9,), (5, 6), (4, 5, 6), (2, 3, 4, 5)])
def test_every_column_has_a_value_for_every_label(shape):
    image = np.random.default_rng(0).integers(0, 4, shape)
    index = build_index(image)
    for name, column in index.columns.items():
        values = index.column(name)
        assert values.shape == (len(index),), name
        assert column.key == name
        assert column.meaning
    empty = build_index(image * 0)
    assert all(empty.column(name).size == 0 for name in empty.columns)


def test_border_columns_say_which_face_is_met():
    image = np.zeros((4, 5), np.uint8)
    image[0, 2], image[2, 2], image[3, 4] = 1, 2, 3
    index = build_index(image)
    assert index.column("touches_border").tolist() == [True, False, True]
    faces = np.stack([index.column(f"border-{place}") for place in range(4)], axis=1)
    assert faces.astype(int).tolist() == [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1]]


def test_contact_area_is_in_world_units():
    image = np.array([[[1, 2]], [[1, 1]]])
    index = build_index(LabelImage(image, spacing=(2.0, 3.0, 5.0)))
    across_x, across_z = 2.0 * 3.0, 3.0 * 5.0
    assert index.column("contact_area").tolist() == [across_x + across_z] * 2


def test_an_unknown_column_is_a_key_error():
    with pytest.raises(KeyError, match="colour"):
        build_index(np.ones((2, 2), int)).column("colour")


def test_a_column_is_known_once_what_it_needs_has_been_found():
    index = build_index(np.array([[[1, 1, 0, 2]]]))
    for name in index.columns:
        fresh = build_index(np.array([[[1, 1, 0, 2]]]))
        before = {other for other in fresh.columns if fresh.knows(other)}
        fresh.column(name)
        assert fresh.knows(name)
        after = {other for other in fresh.columns if fresh.knows(other)}
        assert (name in before) == (before == after)
