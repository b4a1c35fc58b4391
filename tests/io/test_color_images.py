"""Colour-coded images as labels: every container gives the same ids."""

from __future__ import annotations

import dask.array
import numpy as np
import pytest
import tifffile
import zarr
from PIL import Image

import color_images
from color_images import save_pngs
from napari_label_index import cli
from napari_label_index.errors import (
    Cancelled,
    IncompleteVolumeError,
    OverBudgetError,
    UnsupportedLabelsError,
)
from napari_label_index.index import LabelImage
from napari_label_index.io import pack_colors, read_color_labels

LABELS = color_images.blobs()
COLORS = color_images.random_colors(LABELS.max() + 1)
RGB = color_images.painted(LABELS, COLORS)


def planar(rgb):
    return np.moveaxis(rgb, -1, 1).copy()


TIFFS = {
    "plain": {"metadata": None},
    "shaped": {},
    "big endian": {"byteorder": ">"},
    "imagej": {"imagej": True},
    "ome": {"ome": True, "metadata": {"axes": "ZYXS"}},
    "zlib": {"compression": "zlib"},
    "tiled lzw": {"compression": "lzw", "tile": (16, 32)},
    "planar": {"planarconfig": "separate"},
    "planar zlib": {"planarconfig": "separate", "compression": "zlib"},
}


@pytest.mark.parametrize(
    ("dtype", "how"),
    [
        pytest.param(dtype, how, id=f"{dtype} {name}")
        for dtype in ("u1", "u2")
        for name, how in TIFFS.items()
        if (dtype, name) != ("u2", "imagej")  # ImageJ has no colours of 16 bits
    ],
)
def test_a_tiff_of_every_flavour_gives_the_same_ids(tmp_path, dtype, how):
    colors = color_images.random_colors(LABELS.max() + 1, np.dtype(dtype))
    rgb = color_images.painted(LABELS, colors)
    pixels = planar(rgb) if "planarconfig" in how else rgb
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", **how)
    found = read_color_labels(tmp_path / "a.tif")
    np.testing.assert_array_equal(
        found.label_image.data, color_images.packed_slowly(rgb)
    )
    assert found.label_image.dtype == ("uint32" if dtype == "u1" else "uint64")
    assert found.label_image.axes == ("z", "y", "x")
    assert found.n_colors == len(np.unique(LABELS)) - 1


def test_an_array_that_nobody_said_to_be_of_colours(tmp_path):
    np.save(tmp_path / "a.npy", RGB)
    zarr.create_array(tmp_path / "a.zarr", data=RGB, chunks=(5, 32, 32, 3))
    tifffile.imwrite(tmp_path / "a.tif", RGB, photometric="minisblack")
    for name in ("a.npy", "a.tif", "a.zarr"):
        found = read_color_labels(tmp_path / name)
        np.testing.assert_array_equal(
            found.label_image.data, color_images.packed_slowly(RGB)
        )


def write_with_h5py(path, rgb):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "w") as file:
        file["colors"] = rgb


ARRAY_FILES = {
    "a.npy": np.save,
    "a.npz": lambda path, rgb: np.savez(path, rgb),
    "a.zarr": lambda path, rgb: zarr.save_array(path, rgb),
    "a.h5": write_with_h5py,
}


@pytest.mark.parametrize("name", ARRAY_FILES)
def test_an_array_file_gives_the_objects_that_pngs_give(tmp_path, name):
    rgb = color_images.painted(LABELS % 5, color_images.random_colors(5))
    (tmp_path / "slices").mkdir()
    for number, plane in enumerate(rgb):
        Image.fromarray(plane).save(tmp_path / "slices" / f"{number}.png")
    for pixels, pngs in ((rgb, "slices"), (rgb[3], "slices/3.png")):
        path = tmp_path / f"{pixels.ndim}{name}"
        ARRAY_FILES[name](path, pixels)
        expected = read_color_labels(tmp_path / pngs).split()
        found = read_color_labels(path).split()
        assert found.index.axes == expected.index.axes
        assert len(found.index) == len(expected.index) > 4
        np.testing.assert_array_equal(found.label_image.data, expected.label_image.data)


@pytest.mark.parametrize(
    ("named", "axes"), [("zyxc", "zyx"), ("tyxc", "tyx"), ("zyx", "zyx"), ("czyx", "")]
)
def test_names_of_axes_are_kept_without_that_of_the_channels(named, axes):
    rgb = np.ones((2, 4, 5, 3), np.uint8)
    shape = rgb.shape if len(named) == 4 else rgb.shape[:3]
    like = LabelImage(np.zeros(shape, np.uint8), axes=tuple(named))
    if not axes:
        with pytest.raises(UnsupportedLabelsError, match="move the channels"):
            pack_colors(rgb, like=like)
        return
    assert pack_colors(rgb, like=like).index.axes == tuple(axes)


def test_a_lazy_array_is_read_in_whole_chunks():
    read = []

    def block(plane):
        read.append(plane.shape)
        return plane

    chunks = (5, *RGB.shape[1:])
    lazy = dask.array.from_array(RGB, chunks).map_blocks(block, meta=RGB[:0, :0, :0])
    found = pack_colors(lazy)
    np.testing.assert_array_equal(
        found.label_image.data, color_images.packed_slowly(RGB)
    )
    assert sorted(shape[0] for shape in read) == [2, 5, 5]


@pytest.mark.parametrize("kind", ["png", "tif", "one png"])
def test_slices_are_stacked(tmp_path, kind):
    path = tmp_path / "stack"
    expected = color_images.packed_slowly(RGB)
    if kind == "tif":
        path.mkdir()
        for number, plane in enumerate(RGB):
            tifffile.imwrite(path / f"s{number}.tif", plane, photometric="rgb")
    else:
        save_pngs(path, RGB)
    if kind == "one png":
        path, expected = path / "s3.png", expected[3]
    found = read_color_labels(path)
    np.testing.assert_array_equal(found.label_image.data, expected)


@pytest.mark.parametrize("bits", [4, 8])
def test_a_palette_image_keeps_its_row_numbers_and_tells_their_colours(tmp_path, bits):
    rows = (LABELS % 2**bits).astype(np.uint8)
    palette = color_images.random_colors(2**bits)
    (tmp_path / "png").mkdir()
    for number, plane in enumerate(rows):
        image = Image.frombytes("P", plane.shape[::-1], plane.tobytes())
        image.putpalette(palette.ravel().tolist())
        image.save(tmp_path / "png" / f"s{number}.png", bits=bits)
    wide = palette.T.astype(np.uint16) * 257
    full = np.zeros((3, 256), np.uint16)
    full[:, : 2**bits] = wide
    tifffile.imwrite(
        tmp_path / "a.tif", rows, photometric="palette", colormap=full, metadata=None
    )
    for path in (tmp_path / "png", tmp_path / "a.tif"):
        found = read_color_labels(path)
        np.testing.assert_array_equal(found.label_image.data, rows)
        assert found.table.labels.tolist() == np.unique(rows[rows > 0]).tolist()
        np.testing.assert_array_equal(found.table.colors, palette[found.table.labels])


def test_slices_with_palettes_of_their_own_are_told_apart_by_colour(tmp_path):
    folder = tmp_path / "slices"
    folder.mkdir()
    for number, plane in enumerate(RGB):
        image = Image.fromarray(plane).quantize(256, dither=Image.Dither.NONE)
        back = np.asarray(image.convert("RGB"))
        np.testing.assert_array_equal(back, plane, "test invalid: colours were changed")
        image.save(folder / f"s{number}.png")
    found = read_color_labels(folder)
    np.testing.assert_array_equal(
        found.label_image.data, color_images.packed_slowly(RGB)
    )
    assert cli.main(["build", str(folder), "-o", str(tmp_path / "a.parquet")]) == 1


def test_a_lossy_tiff_is_told_to_be_so(tmp_path):
    tifffile.imwrite(
        tmp_path / "a.tif", RGB[:, :32, :64], photometric="rgb", compression="jpeg"
    )
    doubts = read_color_labels(tmp_path / "a.tif").doubts
    assert "compression that changes colours (JPEG" in doubts[0]


@pytest.mark.parametrize("kind", ["png", "tif"])
def test_slices_unlike_the_first_are_refused(tmp_path, kind):
    for number, plane in enumerate(RGB):
        cut = plane[:-1] if number == 5 else plane
        path = tmp_path / f"s{number}.{kind}"
        if kind == "png":
            Image.fromarray(cut).save(path)
        else:
            tifffile.imwrite(path, cut, photometric="rgb")
    with pytest.raises(IncompleteVolumeError, match="all slices must be alike") as told:
        read_color_labels(tmp_path)
    assert f"s5.{kind}" in str(told.value)


def test_real_sections_of_different_sizes_are_refused_as_a_stack(shared_data):
    folder = shared_data / "rgb_sections"
    with pytest.raises(IncompleteVolumeError, match="all slices must be alike"):
        read_color_labels(folder)
    for path in sorted(folder.iterdir()):
        rgb = np.asarray(Image.open(path).convert("RGB"))
        found = read_color_labels(path)
        np.testing.assert_array_equal(
            found.label_image.data, color_images.packed_slowly(rgb)
        )
        assert len(found.doubts) == 0


def test_the_voxel_size_comes_along(tmp_path):
    tifffile.imwrite(
        tmp_path / "a.tif", RGB, imagej=True, photometric="rgb", resolution=(2, 4),
        metadata={"axes": "ZYXS", "spacing": 3.0, "unit": "um"},
    )  # fmt: skip
    image = read_color_labels(tmp_path / "a.tif").split().label_image
    assert (image.spacing, image.unit) == ((3.0, 0.25, 0.5), "um")
    like = LabelImage(LABELS, spacing=(5, 1, 1), unit="nm")
    assert pack_colors(RGB, like=like).index.spacing == (5.0, 1.0, 1.0)


def test_budget_progress_and_cancel(tmp_path):
    save_pngs(tmp_path / "png", RGB)
    tifffile.imwrite(tmp_path / "a.tif", RGB, photometric="rgb")
    for path in (tmp_path / "png", tmp_path / "a.tif"):
        with pytest.raises(OverBudgetError, match="12 x 60 x 70 voxels of uint32"):
            read_color_labels(path, max_bytes=4 * LABELS.size - 1)
        with pytest.raises(Cancelled):
            read_color_labels(path, cancel=lambda: True)
        seen = []
        read_color_labels(path, on_progress=lambda *step, to=seen: to.append(step))
        assert seen[-1][0] == seen[-1][1]
