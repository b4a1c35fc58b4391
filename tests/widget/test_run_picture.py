"""What the highlight is drawn from, where each voxel is not one texel."""

from __future__ import annotations

import numpy as np
import pytest
from napari.layers import Labels

from napari_label_index._samples import ellipsoids
from napari_label_index._widget.picture import _placement
from napari_label_index._widget.picture._placement import place
from napari_label_index._widget.picture._run_picture import RIM, SOLID, RunPicture
from napari_label_index.index import build_index

VOLUME = ellipsoids((24, 40, 48), (3, 4, 4), seed=2)
INDEX = build_index(VOLUME)
ALL = INDEX.labels


@pytest.fixture
def small_textures(monkeypatch):
    monkeypatch.setitem(_placement.MAX_TEXELS, 3, 2_000)
    return 2_000


def test_small_and_thin_objects_show_up_in_a_coarse_picture(small_textures):
    volume = np.zeros((60, 60, 60), np.int32)
    volume[1, 1, 1] = 1
    volume[58, 31, 2] = 2
    volume[31, 5:50, 5:50] = 3  # a sheet of one slice
    index = build_index(volume)

    placement = place(index.union_bbox([1, 2, 3]), volume.shape, (0, 1, 2))
    drawn = np.asarray(RunPicture(index, np.arange(3), placement))

    low = [axis.start for axis in placement.box]
    texels = (np.argwhere(volume) - low) // placement.step
    expected = np.zeros_like(drawn)
    expected[tuple(texels.T)] = SOLID
    assert drawn.size <= small_textures
    np.testing.assert_array_equal(drawn, expected)


@pytest.mark.parametrize("displayed", [(0, 1, 2), (1, 2), (2, 0)])
def test_a_placement_stays_inside_its_box_and_within_its_means(displayed):
    shape = (9_000, 30_000, 12_000)
    box = (slice(10, 8_000), slice(5, 29_999), slice(7, 9))

    placed = place(box, shape, displayed)

    texels = [placed.shape[axis] for axis in displayed]
    assert np.prod(texels) <= _placement.MAX_TEXELS[len(displayed)]
    assert max(texels) <= (2_048 if len(displayed) == 3 else 16_384)
    for axis, (origin, size) in enumerate(
        zip(placed.origin, placed.shape, strict=True)
    ):
        last = origin + (size - 1) * placed.step[axis]
        covered = box[axis] if axis in displayed else slice(0, shape[axis])
        assert covered.start <= origin <= last <= covered.stop - 1


@pytest.mark.parametrize(
    "key",
    [0, (3,), (slice(None), 2), (1, slice(2, 30), slice(None, None, 3)), (2, 3, 4), ()],
)
def test_a_picture_is_sliced_as_its_array_is(key):
    placement = place(INDEX.union_bbox(ALL), VOLUME.shape, (0, 1, 2))
    picture = RunPicture(INDEX, np.arange(len(ALL)), placement)

    drawn = picture[key]
    is_inside = (drawn > 0) & (drawn != RIM)
    np.testing.assert_array_equal(is_inside, VOLUME[placement.box][key] > 0)
    assert isinstance(Labels(picture).data, RunPicture)
