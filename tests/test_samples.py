from __future__ import annotations

import cc3d
import numpy as np
import pytest

from napari_label_index._samples import ellipsoids


@pytest.mark.parametrize("radii", [(0.3, 0.5), (0.6, 1.0)])
@pytest.mark.parametrize(
    ("shape", "grid"),
    [((40,), (7,)), ((30, 20), (4, 3)), ((37, 29, 31), (5, 4, 6)), ((5, 4, 3),) * 2],
)
def test_every_id_from_one_to_n_is_present(shape, grid, radii):
    label_image = ellipsoids(shape, grid, radii)

    assert label_image.shape == shape
    found = np.unique(label_image)
    np.testing.assert_array_equal(found[found > 0], np.arange(np.prod(grid)) + 1)


def test_cells_are_whole_objects_that_fill_a_quarter_of_the_volume():
    label_image = ellipsoids((200, 140, 140), (10, 10, 10))

    _, n_parts = cc3d.connected_components(label_image, connectivity=6, return_N=True)
    assert n_parts == 1000
    assert np.count_nonzero(label_image) / label_image.size == pytest.approx(0.27, 0.05)


def test_tissue_leaves_hardly_any_background():
    label_image = ellipsoids((100, 70, 70), (5, 5, 5), (0.6, 1.0))

    assert np.count_nonzero(label_image) / label_image.size > 0.98


def test_ids_are_shuffled_and_the_seed_repeats_them():
    label_image = ellipsoids((64, 64), (8, 8), seed=3)

    in_order = label_image[4::8, 4::8].ravel()
    assert not np.array_equal(np.sort(in_order), in_order)
    np.testing.assert_array_equal(label_image, ellipsoids((64, 64), (8, 8), seed=3))
    assert not np.array_equal(label_image, ellipsoids((64, 64), (8, 8), seed=4))


@pytest.mark.parametrize("grid", [(2,), (0, 2), (11, 2)])
def test_a_grid_that_does_not_fit_is_refused_by_name(grid):
    with pytest.raises(ValueError, match="cells for each axis of shape"):
        ellipsoids((10, 10), grid)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_a_type_that_cannot_hold_the_ids_is_refused_by_name(dtype):
    with pytest.raises(ValueError, match="ids up to 400"):
        ellipsoids((40, 40), (20, 20), dtype=dtype)
