"""One TIFF file: every way of writing it reads the same, every cut is refused."""

from __future__ import annotations

import logging
import re
import struct

import numpy as np
import pytest
import tifffile

from campaigns import rounds
from napari_label_index.errors import (
    Cancelled,
    IncompleteVolumeError,
    OverBudgetError,
    UnreadableImageError,
    UnsupportedLabelsError,
)
from napari_label_index.io import read_label_image


def write_page_by_page(path, volume):
    with tifffile.TiffWriter(path) as writer:
        for plane in volume:
            writer.write(plane, metadata=None)


ZYX = {"axes": "ZYX"}

# name -> how a file of that flavour is written
FLAVOURS = {
    "plain": {"metadata": None},
    "shaped": {},
    "shaped with axes": {"metadata": ZYX},
    "bigtiff": {"bigtiff": True, "metadata": None},
    "bigtiff shaped": {"bigtiff": True},
    "big endian": {"byteorder": ">", "metadata": None},
    "big endian bigtiff": {"byteorder": ">", "bigtiff": True},
    "imagej": {"imagej": True, "metadata": ZYX},
    "ome": {"ome": True, "metadata": ZYX},
    "ome bigtiff": {"ome": True, "bigtiff": True, "metadata": ZYX},
    "zlib": {"compression": "zlib", "metadata": None},
    "zlib with predictor": {"compression": "zlib", "predictor": True},
    "lzw ome": {"compression": "lzw", "ome": True, "metadata": ZYX},
    "zstd strips": {"compression": "zstd", "rowsperstrip": 4},
    "strips": {"rowsperstrip": 5, "metadata": None},
    "tiled": {"tile": (16, 16), "metadata": None},
    "tiled in 3D": {"tile": (16, 16, 16), "compression": "zlib"},
    "page by page": write_page_by_page,
}


def write(path, volume, how):
    if callable(how):
        how(path, volume)
    else:
        tifffile.imwrite(path, volume, **how)


@pytest.mark.parametrize("how", FLAVOURS.values(), ids=FLAVOURS)
def test_every_flavour_reads_the_same_in_native_byte_order(tmp_path, volume, how):
    write(tmp_path / "a.tif", volume, how)
    image = read_label_image(tmp_path / "a.tif")
    np.testing.assert_array_equal(image.data, volume)
    assert image.data.dtype == volume.dtype
    assert image.axes == ("z", "y", "x")
    assert image.source.endswith("a.tif")


@pytest.mark.parametrize("how", FLAVOURS.values(), ids=FLAVOURS)
def test_a_cut_anywhere_is_refused(tmp_path, volume, how, campaign):
    path = tmp_path / "a.tif"
    write(path, volume, how)
    whole = path.read_bytes()
    rng = np.random.default_rng(11)
    ends = {*range(16), *range(len(whole) - 32, len(whole))}
    cuts = [*ends, *rng.integers(16, len(whole) - 32, rounds(200, 2000)).tolist()]
    with campaign("C19", "TIFF of all flavours, cut short", seed=11) as count:
        for cut in cuts:
            path.write_bytes(whole[:cut])
            count.case()
            try:
                image = read_label_image(path)
            except UnreadableImageError as error:
                told = str(error)
                assert str(path) in told
            else:
                # The last few bytes may be padding, or tags that nobody needs.
                assert cut >= len(whole) - 32
                np.testing.assert_array_equal(image.data, volume)


def test_a_cut_is_refused_although_the_log_of_the_reader_is_switched_off(
    tmp_path, volume
):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, volume, metadata=None)
    path.write_bytes(path.read_bytes()[:-900])
    logger = logging.getLogger("tifffile")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        assert tifffile.imread(path).size < volume.size, "the reader drops slices"
        with pytest.raises(IncompleteVolumeError, match="whole pages"):
            read_label_image(path)
    finally:
        logger.setLevel(level)


@pytest.mark.parametrize(
    "dtype", ["?", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]
)
@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_every_dtype_keeps_its_values(tmp_path, dtype, byteorder):
    limits = np.iinfo(dtype) if dtype[0] in "ui" else None
    values = [0, 1, 1, 0] if limits is None else [0, 1, limits.min, limits.max]
    expected = np.array(values, dtype).repeat(6).reshape(2, 3, 4)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, expected, byteorder=byteorder, photometric="minisblack")
    found = read_label_image(path).data
    np.testing.assert_array_equal(found, expected)
    assert found.dtype.isnative


def test_voxel_size_and_unit_of_an_ome_tiff(tmp_path, volume):
    sizes = {"PhysicalSizeZ": 2.0, "PhysicalSizeY": 250.0, "PhysicalSizeX": 0.5}
    tifffile.imwrite(
        tmp_path / "a.ome.tif",
        volume,
        ome=True,
        metadata={**ZYX, **sizes, "PhysicalSizeYUnit": "nm"},
    )
    image = read_label_image(tmp_path / "a.ome.tif")
    assert image.spacing == (2.0, 0.25, 0.5)
    assert image.unit == "um"


@pytest.mark.parametrize("unit", ["um", "micron", "\\u00B5m"])
def test_voxel_size_and_unit_of_an_imagej_tiff(tmp_path, volume, unit):
    tifffile.imwrite(
        tmp_path / "a.tif",
        volume,
        imagej=True,
        resolution=(2, 4),
        metadata={**ZYX, "spacing": 3.0, "unit": unit},
    )
    image = read_label_image(tmp_path / "a.tif")
    assert image.spacing == (3.0, 0.25, 0.5)
    assert image.unit == "um"


def test_dots_per_inch_are_no_voxel_size(tmp_path, volume):
    tifffile.imwrite(
        tmp_path / "a.tif", volume, resolution=(300, 300), resolutionunit="INCH"
    )
    image = read_label_image(tmp_path / "a.tif")
    assert image.spacing == (1.0, 1.0, 1.0)
    assert image.unit == ""


def test_a_series_in_time_keeps_its_axis(tmp_path, volume):
    tifffile.imwrite(tmp_path / "a.tif", volume, imagej=True, metadata={"axes": "TYX"})
    assert read_label_image(tmp_path / "a.tif").axes == ("t", "y", "x")


def test_pages_of_different_size_are_refused(tmp_path, volume):
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for plane in (volume[0], volume[1], volume[2, :-1]):
            writer.write(plane, metadata=None)
    with pytest.raises(IncompleteVolumeError, match="one size and dtype"):
        read_label_image(tmp_path / "a.tif")


def test_pages_of_different_dtype_are_refused(tmp_path, volume):
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(volume[0], metadata=None)
        writer.write(volume[1].astype(np.uint32), metadata=None)
    with pytest.raises(IncompleteVolumeError, match="one size and dtype"):
        read_label_image(tmp_path / "a.tif")


def test_an_ome_file_that_declares_more_pages_than_it_has_is_refused(tmp_path, volume):
    path = tmp_path / "a.ome.tif"
    tifffile.imwrite(path, volume, ome=True, metadata=ZYX)
    content = path.read_bytes()
    assert content.count(b'SizeZ="6"') == 1
    path.write_bytes(content.replace(b'SizeZ="6"', b'SizeZ="9"'))
    assert len(tifffile.imread(path)) == 9, "the reader alone fills with zeros"
    with pytest.raises(IncompleteVolumeError):
        read_label_image(path)


@pytest.mark.parametrize("shape", [(20, 30, 3), (20, 30, 4), (3, 20, 30)])
def test_a_colour_image_is_refused_as_such(tmp_path, shape):
    planar = "separate" if shape[0] == 3 else "contig"
    tifffile.imwrite(
        tmp_path / "a.tif",
        np.zeros(shape, np.uint8),
        photometric="rgb",
        planarconfig=planar,
    )
    with pytest.raises(UnsupportedLabelsError, match="a colour image, not a label"):
        read_label_image(tmp_path / "a.tif")


def test_three_slices_that_were_saved_as_colours_are_told_how_to_be_saved(tmp_path):
    labels = np.arange(60, dtype=np.uint16).reshape(3, 4, 5)
    path = tmp_path / "a.tif"
    # As some releases of tifffile do unasked.
    tifffile.imwrite(path, labels, photometric="rgb", planarconfig="separate")
    with pytest.raises(UnsupportedLabelsError, match="if they are slices") as caught:
        read_label_image(path)
    option = re.search(r"photometric='(\w+)'", str(caught.value))[1]
    tifffile.imwrite(path, labels, photometric=option)
    np.testing.assert_array_equal(read_label_image(path).data, labels)


def test_a_chain_of_pages_that_is_a_loop_is_refused(tmp_path):
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as writer:
        for _ in range(120):
            writer.write(np.zeros((4, 4), np.uint8), metadata=None)
    with tifffile.TiffFile(path) as tif:
        last, target = tif.pages.next_page_offset, tif.pages[110].offset
    with path.open("r+b") as file:
        file.seek(last)
        file.write(struct.pack("<I", target))
    with pytest.raises(IncompleteVolumeError, match="loop after 120 pages"):
        read_label_image(path)


def test_a_few_bytes_that_declare_a_terabyte_are_refused_at_once(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((64, 64), np.uint8), metadata=None, tile=(64, 64))
    content = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as tif:
        for name in ("ImageWidth", "ImageLength"):
            tag = tif.pages.first.tags[name]
            content[tag.offset + 2 : tag.offset + 4] = struct.pack("<H", 4)  # LONG
            content[tag.valueoffset : tag.valueoffset + 4] = struct.pack("<I", 1 << 21)
    path.write_bytes(content)
    with pytest.raises((OverBudgetError, IncompleteVolumeError)):
        read_label_image(path)


def test_the_memory_budget_can_be_given(tmp_path, volume):
    tifffile.imwrite(tmp_path / "a.tif", volume)
    assert read_label_image(tmp_path / "a.tif", max_bytes=volume.nbytes).ndim == 3
    with pytest.raises(OverBudgetError, match="6 x 24 x 21 voxels of uint16"):
        read_label_image(tmp_path / "a.tif", max_bytes=volume.nbytes - 1)


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_progress_ends_at_its_total_and_cancel_stops_before_it(
    tmp_path, volume, compression
):
    tifffile.imwrite(tmp_path / "a.tif", volume, compression=compression)
    seen = []
    read_label_image(
        tmp_path / "a.tif", on_progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1][0] == seen[-1][1]
    assert seen == sorted(seen)
    with pytest.raises(Cancelled):
        read_label_image(tmp_path / "a.tif", cancel=lambda: True)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.tif", b"", "empty"),
        ("a.tif", b"just text, a longer one", "not a TIFF"),
        ("a.tif", b"II*\0", "not a TIFF"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "cut short"),
    ],
)
def test_what_is_no_image_is_told_so(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableImageError, match=told):
        read_label_image(tmp_path / name)


def test_a_file_that_is_not_there_is_told_so(tmp_path):
    with pytest.raises(UnreadableImageError, match="there is no such file"):
        read_label_image(tmp_path / "a.tif")
