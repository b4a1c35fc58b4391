"""Colours as labels: exact ids, background, splits, and the seed's case end to end."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from PIL import Image

import color_images
from color_images import save_pngs
from napari_label_index import cli, kernels
from napari_label_index.errors import (
    UnreadableImageError,
    UnsupportedLabelsError,
)
from napari_label_index.io import open_index, pack_colors, read_color_labels

LABELS = color_images.blobs()
COLORS = color_images.random_colors(LABELS.max() + 1)
RGB = color_images.painted(LABELS, COLORS)


@pytest.mark.parametrize("function", [kernels.pack_colors, kernels.pack_colors.py_func])
@pytest.mark.parametrize(("bits", "dtype"), [(8, "u1"), (16, "u2")])
def test_the_kernel_packs_every_channel_exactly(function, bits, dtype):
    top = 2**bits - 1
    rgb = np.array([[top, 0, 1], [0, 0, 0], [1, top, top], [0, 0, 9]], dtype)
    ids = np.empty(4, np.uint32 if bits == 8 else np.uint64)
    black, nine = np.uint64(1 << 3 * bits), np.uint64(9)
    function(*rgb.T, bits, nine, True, black, ids)
    expected = color_images.packed_slowly(rgb).tolist()
    assert ids.tolist() == [expected[0], 1 << 3 * bits, expected[2], 0]
    function(*rgb.T, bits, nine, False, black, ids)
    assert ids.tolist()[3] == 9


def test_transparent_voxels_are_background_and_half_transparent_ones_an_error(
    tmp_path,
):
    alpha = np.where(LABELS % 3 == 1, 0, 255).astype(np.uint8)[..., np.newaxis]
    rgba = np.concatenate([RGB, alpha], axis=-1)
    save_pngs(tmp_path / "png", rgba)
    expected = np.where(alpha[..., 0] == 0, 0, color_images.packed_slowly(RGB))
    for found in (read_color_labels(tmp_path / "png"), pack_colors(rgba)):
        np.testing.assert_array_equal(found.label_image.data, expected)
    rgba[4, 5, 6, 3] = 128
    rgba[7, 0, 0, 3] = 1
    with pytest.raises(UnsupportedLabelsError, match=r"alpha 128 at \(4, 5, 6\)"):
        pack_colors(rgba)


@pytest.mark.parametrize("background", ["#ffffff", (255, 255, 255), "255, 255,255"])
def test_another_background_leaves_black_an_id_of_its_own(background):
    rgb = RGB.copy()
    rgb[LABELS == 0] = 255
    rgb[LABELS == 2] = 0
    ids = pack_colors(rgb, background=background).label_image.data
    np.testing.assert_array_equal(ids == 0, LABELS == 0)
    np.testing.assert_array_equal(ids == 1 << 24, LABELS == 2)
    other = LABELS > 2
    np.testing.assert_array_equal(ids[other], color_images.packed_slowly(rgb)[other])


def test_without_background_every_colour_is_a_label():
    found = pack_colors(RGB, background=None)
    assert found.n_colors == len(np.unique(LABELS))
    assert found.label_image.data.min() > 0
    wide = pack_colors(RGB.astype(np.uint16), background=None)
    assert wide.index.labels.max() == 1 << 48


def test_the_table_has_the_colour_the_voxels_and_the_parts_of_each_id():
    table = pack_colors(RGB).table
    ids = color_images.packed_slowly(RGB)
    for row, label in enumerate(table.labels.tolist()):
        own = ids == label
        assert table.colors[row].tolist() == RGB[own][0].tolist()
        assert table.voxel_counts[row] == own.sum()
    assert (np.diff(table.labels.astype(np.int64)) > 0).all()


def test_a_split_gives_each_part_of_a_colour_an_id_with_that_colour():
    colors = COLORS.copy()
    colors[1:] = COLORS[1:4][np.arange(len(COLORS) - 1) % 3]
    rgb = color_images.painted(LABELS, colors)
    found = pack_colors(rgb)
    assert found.n_colors == 3
    assert found.n_in_parts == 3
    assert "3 of 3 colours are in several parts" in found.warnings[-1]
    split = found.split()
    assert split.warnings == ()
    expected = color_images.parts_slowly(rgb)
    assert len(split.index) == len(expected)
    for row, (color, voxels) in enumerate(expected):
        assert tuple(split.table.colors[row].tolist()) == color
        assert split.index.coords(row + 1).tolist() == voxels
    image = split.label_image
    assert image.data.max() == len(expected)
    np.testing.assert_array_equal(image.data > 0, LABELS > 0)


def test_what_is_not_in_colour_is_told_so(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", LABELS)
    Image.fromarray(LABELS[0].astype(np.uint8)).save(tmp_path / "a.png")
    for name in ("a.tif", "a.png"):
        with pytest.raises(UnsupportedLabelsError, match="one number per voxel"):
            read_color_labels(tmp_path / name)
    Image.fromarray(RGB[0]).convert("LA").save(tmp_path / "b.png")
    tifffile.imwrite(tmp_path / "b.tif", np.zeros((9, 9, 5), "u1"), photometric="rgb")
    for name, n in (("b.png", 2), ("b.tif", 5)):
        with pytest.raises(UnsupportedLabelsError, match=f"has {n} values per voxel"):
            read_color_labels(tmp_path / name)
    rgba = np.zeros((9, 9, 4), "u1")
    tifffile.imwrite(tmp_path / "c.tif", rgba, photometric="separated")
    with pytest.raises(UnsupportedLabelsError, match="its colours are SEPARATED"):
        read_color_labels(tmp_path / "c.tif")
    with pytest.raises(UnsupportedLabelsError, match="8 or 16 bits, got float32"):
        pack_colors(RGB.astype(np.float32))
    with pytest.raises(UnsupportedLabelsError, match="last axis of 3"):
        pack_colors(LABELS)
    with pytest.raises(UnsupportedLabelsError, match="cannot be"):
        pack_colors(RGB, background=(0, 0, 256))
    with pytest.raises(UnsupportedLabelsError, match="is no colour such as"):
        pack_colors(RGB, background="red")
    Image.fromarray(RGB[0]).save(tmp_path / "a.jpg")
    with pytest.raises(UnreadableImageError, match="a JPEG, which changes"):
        read_color_labels(tmp_path / "a.jpg")


def test_from_a_stack_of_coloured_pngs_to_the_coordinates_of_every_object(
    tmp_path, capsys
):
    colors = COLORS.copy()
    colors[7] = colors[3]  # two objects of one colour
    rgb = color_images.painted(LABELS, colors)
    save_pngs(tmp_path / "png", rgb)
    index, table = tmp_path / "cells.labelindex.parquet", tmp_path / "colors.csv"
    call = ["colors", str(tmp_path / "png"), "-o", str(index), "--table", str(table)]
    assert cli.main(call) == 0
    told = capsys.readouterr().err
    assert "1 of " in told
    assert "is in several parts" in told
    assert cli.main([*call, "--split"]) == 0
    csv = tmp_path / "voxels.csv"
    assert cli.main(["coords", str(index), "-o", str(csv), "--quiet"]) == 0
    rows = np.loadtxt(csv, np.int64, delimiter=",", skiprows=1)
    kept = np.loadtxt(table, np.int64, delimiter=",", skiprows=1)
    expected = color_images.parts_slowly(rgb)
    assert len(kept) == len(expected) == len(open_index(index))
    for number, (color, voxels) in enumerate(expected, 1):
        assert rows[rows[:, 0] == number, 1:].tolist() == voxels
        assert kept[number - 1, :5].tolist() == [number, *color, len(voxels)]


def test_the_label_image_as_a_tiff(tmp_path):
    save_pngs(tmp_path / "png", RGB)
    call = ["colors", str(tmp_path / "png"), "-o", str(tmp_path / "labels.tif")]
    assert cli.main([*call, "--quiet"]) == 0
    np.testing.assert_array_equal(
        tifffile.imread(tmp_path / "labels.tif"), color_images.packed_slowly(RGB)
    )
