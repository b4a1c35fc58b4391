"""TIFFs of several images: pyramids, named images, palettes, and what they declare."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from napari_label_index import cli
from napari_label_index.errors import IncompleteVolumeError, UnreadableImageError
from napari_label_index.io import open_index, read_color_labels, read_label_image


@pytest.mark.parametrize("ome", [False, True])
def test_of_a_pyramid_the_full_resolution_is_read(tmp_path, ome):
    labels = np.arange(256 * 128, dtype=np.uint32).reshape(256, 128) // 7
    with tifffile.TiffWriter(tmp_path / "a.tif", ome=ome) as writer:
        writer.write(labels, tile=(64, 64), subifds=2)
        for step in (2, 4):
            writer.write(labels[::step, ::step], tile=(64, 64), subfiletype=1)
    np.testing.assert_array_equal(read_label_image(tmp_path / "a.tif").data, labels)


def test_one_image_of_several_is_named_by_its_number(tmp_path, volume):
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(volume[0].astype(np.float32))
        writer.write(volume)
    with pytest.raises(IncompleteVolumeError, match=r"or name one as in a\.tif::0"):
        read_label_image(tmp_path / "a.tif")
    image = read_label_image(f"{tmp_path}/a.tif::1")
    np.testing.assert_array_equal(image.data, volume)
    for name in ("2", "-1", "x"):
        with pytest.raises(UnreadableImageError, match=f"there is no image '{name}'"):
            read_label_image(f"{tmp_path}/a.tif::{name}")


def test_one_colour_image_of_several_is_named_by_its_number(tmp_path):
    rgb = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(np.zeros((9, 9), np.float32))
        writer.write(rgb, photometric="rgb")
    found = read_color_labels(f"{tmp_path}/a.tif::1")
    assert found.n_colors == 20
    assert found.label_image.data[1, 2] == 21 << 16 | 22 << 8 | 23


def test_the_command_line_takes_a_named_image(tmp_path, volume):
    np.savez(tmp_path / "a.npz", labels=volume, raw=volume)
    output = tmp_path / "a.parquet"
    assert cli.main(["build", f"{tmp_path}/a.npz::labels", "-o", str(output)]) == 0
    np.testing.assert_array_equal(open_index(output).to_label_image(), volume)


def test_a_palette_tiff_keeps_its_row_numbers(tmp_path, volume):
    rows = (volume % 250).astype(np.uint8)
    colors = np.random.default_rng(0).integers(0, 2**16, (3, 256)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", rows, photometric="palette", colormap=colors)
    np.testing.assert_array_equal(read_label_image(tmp_path / "a.tif").data, rows)


def test_pages_in_a_file_beside_are_read_those_in_another_folder_not(tmp_path, volume):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    whole = tmp_path / "a/one.ome.tif"
    tifffile.imwrite(tmp_path / "b/two.ome.tif", volume, ome=True)
    with tifffile.TiffFile(tmp_path / "b/two.ome.tif") as tif:
        xml = tif.ome_metadata
    uuid = xml.split('UUID="')[1].split('"')[0]
    there = f'<UUID FileName="../b/two.ome.tif">{uuid}</UUID></TiffData>'
    text = xml.replace(uuid, "urn:uuid:00000000-0000-0000-0000-000000000000", 1)
    assert "<TiffData" in text
    start, end = text.split("<TiffData", 1)
    attributes = end.split(">", 1)[0].rstrip("/")
    rest = end.split("</Pixels>", 1)[1]
    text = f"{start}<TiffData{attributes}>{there}</Pixels>{rest}"
    tifffile.imwrite(whole, volume[0], description=text, metadata=None)
    with pytest.raises(UnreadableImageError, match="only files beside it are read"):
        read_label_image(whole)
    (tmp_path / "b/two.ome.tif").rename(tmp_path / "a/two.ome.tif")
    beside = text.replace("../b/", "")
    tifffile.imwrite(whole, volume[0] * 0, description=beside, metadata=None)
    np.testing.assert_array_equal(read_label_image(whole).data, volume)


def test_ome_metadata_with_entities_is_refused(tmp_path, volume):
    tifffile.imwrite(tmp_path / "a.ome.tif", volume, ome=True)
    with tifffile.TiffFile(tmp_path / "a.ome.tif") as tif:
        xml = tif.ome_metadata
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    bomb = xml.replace("?>", f'?><!DOCTYPE a [<!ENTITY e0 "ha">{entities}]>', 1)
    bomb = bomb.replace("<Pixels", "<Description>&e9;</Description><Pixels", 1)
    tifffile.imwrite(tmp_path / "b.ome.tif", volume, description=bomb, metadata=None)
    with pytest.raises(UnreadableImageError, match=r"b\.ome\.tif.* XML entities"):
        read_label_image(tmp_path / "b.ome.tif")


@pytest.mark.parametrize("name", ["a.jpg", "a.bin", "a.gz"])
def test_a_file_of_no_format_that_is_read_is_told_so(tmp_path, name):
    start = {"a.jpg": b"\xff\xd8\xff\xe0", "a.gz": b"\x1f\x8b\x08", "a.bin": b"\1\2"}
    told = {"a.jpg": "a JPEG", "a.gz": "unpack it", "a.bin": "not a TIFF, PNG, zarr"}
    (tmp_path / name).write_bytes(start[name] + bytes(20))
    with pytest.raises(UnreadableImageError, match=told[name]):
        read_label_image(tmp_path / name)
