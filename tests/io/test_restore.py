"""`restore_label_image`: the volume comes back from its index, in every format."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.errors import Cancelled, UnsupportedFormatError
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import read_label_image, restore_label_image
from napari_label_index.io.index_file import _restore
from strategies import label_images


@pytest.fixture
def thin_slabs(monkeypatch):
    monkeypatch.setattr(_restore, "_SLAB_VOXELS", 600)


FEW_DTYPES = [np.dtype(">u4"), np.dtype("i4")]  # each compiles kernels


@given(
    volume=label_images(FEW_DTYPES, max_dims=4),
    background=st.integers(0, 2),
    slab_voxels=st.integers(1, 300),
)
def test_npy_holds_every_volume_again(
    tmp_path_factory, volume, background, slab_voxels
):
    path = tmp_path_factory.mktemp("restore") / "a.npy"
    index = build_index(volume, background=background)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_restore, "_SLAB_VOXELS", slab_voxels)
        restore_label_image(index, path)
    found = np.load(path, allow_pickle=False)
    assert found.dtype == index.dtype
    np.testing.assert_array_equal(found, volume)


@given(volume=label_images(FEW_DTYPES, max_dims=4), voxels=st.integers(1, 300))
def test_a_box_of_the_volume_comes_back(volume, voxels):
    for background in (0, 1):
        index = build_index(volume, background=background)
        box = tuple(slice(size // 3, size // 3 + voxels % 5) for size in volume.shape)
        np.testing.assert_array_equal(index.to_label_image(box), volume[box])


@pytest.mark.parametrize("dtype", ["u1", "i2", "u2", "i4", "u4", "i8", "u8"])
@pytest.mark.parametrize("shape", [(20, 25), (6, 20, 25), (2, 5, 20, 25)])
def test_a_tiff_holds_ids_exactly(tmp_path, thin_slabs, dtype, shape):
    limits = np.iinfo(dtype)
    rng = np.random.default_rng(3)
    ids = np.array([0, 1, limits.min, limits.max, limits.max - 1], dtype)
    volume = rng.choice(ids, shape).repeat(3, axis=-1)
    path = restore_label_image(build_index(volume), tmp_path / "a.tif")
    found = tifffile.imread(path)
    assert found.dtype == volume.dtype
    np.testing.assert_array_equal(found, volume)
    again = read_label_image(path)
    assert again.axes == build_index(volume).axes
    np.testing.assert_array_equal(again.data, volume)


def test_a_tiff_has_axes_and_voxel_size(tmp_path, index, volume, thin_slabs):
    path = restore_label_image(index, tmp_path / "a.ome.tif")
    image = read_label_image(path)
    assert (image.axes, image.spacing, image.unit) == (
        ("z", "y", "x"), (2.0, 0.5, 0.25), "um",
    )  # fmt: skip
    np.testing.assert_array_equal(image.data, volume)
    assert path.stat().st_size < volume.nbytes, "it is compressed"


def test_a_tiff_of_unknown_axes_is_none_of_ome(tmp_path, volume):
    index = build_index(LabelImage(volume, axes=("angle", "y", "x")))
    path = restore_label_image(index, tmp_path / "a.tif")
    np.testing.assert_array_equal(tifffile.imread(path), volume)


def test_more_than_4_gb_are_a_big_tiff(tmp_path, monkeypatch, index):
    for limit, is_big in ((2**32, False), (1000, True)):
        monkeypatch.setattr(_restore, "_MAX_CLASSIC_TIFF", limit)
        with tifffile.TiffFile(
            restore_label_image(index, tmp_path / "a.tif")
        ) as written:
            assert written.is_bigtiff == is_big


@pytest.mark.parametrize("volume", [np.zeros((0, 4, 5), "u2"), np.arange(9)])
def test_what_has_no_plane_is_for_npy(tmp_path, volume):
    index = build_index(volume)
    found = np.load(restore_label_image(index, tmp_path / "a.npy"))
    np.testing.assert_array_equal(found, volume)
    with pytest.raises(UnsupportedFormatError, match=r"name it \.npy"):
        restore_label_image(index, tmp_path / "a.tif")
    with pytest.raises(UnsupportedFormatError, match="must end in"):
        restore_label_image(index, tmp_path / "a.png")


def test_it_tells_how_far_it_is_and_can_be_cancelled(tmp_path, index, thin_slabs):
    told = []
    restore_label_image(
        index, tmp_path / "a.npy", on_progress=lambda *step: told.append(step)
    )
    n_voxels = int(np.prod(index.shape))
    assert told[-1] == (n_voxels, n_voxels)
    assert len(told) > 3
    before = (tmp_path / "a.npy").read_bytes()
    for name in ("a.npy", "b.tif"):
        cancel = iter([False, False, True]).__next__
        with pytest.raises(Cancelled):
            restore_label_image(index, tmp_path / name, cancel=cancel)
    assert [path.name for path in tmp_path.iterdir()] == ["a.npy"]
    assert (tmp_path / "a.npy").read_bytes() == before
