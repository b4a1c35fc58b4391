"""zarr and OME-Zarr: every version, axes and voxel size, chunks missing or damaged."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import zarr

from napari_label_index.errors import (
    OverBudgetError,
    UnreadableImageError,
    UnsupportedLabelsError,
)
from napari_label_index.index import build_index
from napari_label_index.io import read_label_image


def write(path, labels, version=3, **how):
    array = zarr.create_array(
        path, shape=labels.shape, dtype=labels.dtype, zarr_format=version,
        chunks=how.pop("chunks", (2, 8, 10)), **how,
    )  # fmt: skip
    array[...] = labels
    return array


FLAVOURS = {
    "v2": {"version": 2},
    "v2 slashes": {
        "version": 2,
        "chunk_key_encoding": {"name": "v2", "separator": "/"},
    },
    "v3": {},
    "v3 sharded": {"shards": (4, 16, 20)},
    "v3 raw": {"compressors": None},
    "v3 other separator": {"chunk_key_encoding": {"name": "default", "separator": "."}},
}


@pytest.mark.parametrize("how", FLAVOURS.values(), ids=FLAVOURS)
@pytest.mark.parametrize("lazy", [False, True])
def test_every_flavour_comes_back(tmp_path, volume, how, lazy):
    write(tmp_path / "a.zarr", volume, **how)
    image = read_label_image(tmp_path / "a.zarr", lazy=lazy)
    assert isinstance(image.data, np.ndarray) != lazy
    np.testing.assert_array_equal(np.asarray(image), volume)
    np.testing.assert_array_equal(build_index(image).to_label_image(), volume)
    assert image.notes == ()


@pytest.mark.parametrize("dtype", ["?", "i1", ">u2", "<i4", "<u8", "<f4"])
def test_every_type_comes_back(tmp_path, volume, dtype):
    labels = (volume % 2 if dtype == "?" else volume % 100).astype(dtype)
    write(tmp_path / "a.zarr", labels, version=2)
    image = read_label_image(tmp_path / "a.zarr")
    np.testing.assert_array_equal(image.data, labels)
    assert image.dtype.isnative


def ome(version, axes="zyx", **more):
    units = {"type": "space", "unit": "micrometer"}
    scale = [1.0] * (len(axes) - 3) + [2.0, 0.5, 0.25]
    shift = [0.0] * (len(axes) - 3) + [10.0, 0.0, -3.0]
    page = {
        "axes": [{"name": a, **(units if a in "zyx" else {})} for a in axes],
        "datasets": [
            {
                "path": "0",
                "coordinateTransformations": [
                    {"type": "scale", "scale": scale},
                    {"type": "translation", "translation": shift},
                ],
            },
            {"path": "1"},
        ],
        **more,
    }
    return {"multiscales": [page], "version": version}


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("axes", ["zyx", "tczyx"])
def test_an_ome_zarr_has_axes_voxel_size_origin_and_unit(
    tmp_path, volume, version, axes
):
    full = volume.reshape((1,) * (len(axes) - 3) + volume.shape)
    page = ome("0.5", axes)
    root = zarr.open_group(tmp_path / "a.zarr", mode="w", zarr_format=version)
    root.attrs.update({"ome": page} if version == 3 else page)
    chunks = (1,) * (len(axes) - 3) + (4, 9, 9)
    write(tmp_path / "a.zarr/0", full, version, chunks=chunks)
    write(tmp_path / "a.zarr/1", volume[::2], version)
    for lazy in (False, True):
        image = read_label_image(tmp_path / "a.zarr", lazy=lazy)
        np.testing.assert_array_equal(np.asarray(image), volume)
        np.testing.assert_array_equal(np.asarray(image[1:3]), volume[1:3])
        np.testing.assert_array_equal(np.asarray(image[2]), volume[2])
        assert image.axes == ("z", "y", "x")
        assert image.spacing == (2.0, 0.5, 0.25)
        assert image.origin == (10.0, 0.0, -3.0)
        assert image.unit == "um"


def labelled(tmp_path, volume, names):
    root = zarr.open_group(tmp_path / "a.zarr", mode="w")
    root.attrs["ome"] = ome("0.5")
    write(tmp_path / "a.zarr/0", volume + 1)
    labels = root.create_group("labels")
    labels.attrs["ome"] = {"labels": names}
    for number, name in enumerate(names):
        image = labels.create_group(name)
        image.attrs["ome"] = {**ome("0.5"), "image-label": {}}
        write(tmp_path / f"a.zarr/labels/{name}/0", volume * (1 + number))


def test_the_labels_of_an_image_are_taken_not_the_image(tmp_path, volume):
    labelled(tmp_path, volume // 7, ["cells"])
    for path in ("a.zarr", "a.zarr/labels", "a.zarr/labels/cells", "a.zarr::labels"):
        image = read_label_image(tmp_path / path)
        np.testing.assert_array_equal(image.data, volume // 7)
        assert image.spacing == (2.0, 0.5, 0.25)


def test_several_label_images_are_listed_and_one_is_named(tmp_path, volume):
    labelled(tmp_path, volume // 7, ["cells", "nuclei"])
    told = r"2 label images \(labels/cells, labels/nuclei\).* a.zarr::labels/cells"
    with pytest.raises(UnreadableImageError, match=told):
        read_label_image(tmp_path / "a.zarr")
    image = read_label_image(f"{tmp_path}/a.zarr::labels/nuclei")
    np.testing.assert_array_equal(image.data, volume // 7 * 2)


def test_a_group_with_one_array_is_that_array(tmp_path, volume):
    zarr.open_group(tmp_path / "a.zarr", mode="w")
    write(tmp_path / "a.zarr/seg", volume, dimension_names=("Z", "Y", "X"))
    image = read_label_image(tmp_path / "a.zarr")
    np.testing.assert_array_equal(image.data, volume)
    assert image.axes == ("z", "y", "x")
    write(tmp_path / "a.zarr/raw", volume)
    with pytest.raises(UnreadableImageError, match=r"holds 2 .* \(raw, seg\)"):
        read_label_image(tmp_path / "a.zarr")


@pytest.mark.parametrize("fill", [0, 9])
def test_chunks_that_are_not_stored_are_fill_value_and_counted(
    tmp_path, volume, fill, campaign
):
    array = write(tmp_path / "a.zarr", volume, fill_value=fill)
    expected = volume.copy()
    for place in ((0, 0, 0), (2, 1, 2)):
        (tmp_path / "a.zarr" / array.metadata.encode_chunk_key(place)).unlink()
        region = tuple(
            slice(k * n, k * n + n) for k, n in zip(place, (2, 8, 10), strict=True)
        )
        expected[region] = fill
    with campaign("C20", "zarr: chunks that are not stored") as count:
        count.case(2)
        image = read_label_image(tmp_path / "a.zarr")
        np.testing.assert_array_equal(image.data, expected)
    told = f"2 of 27 chunks are not stored and hold the fill value {fill}"
    assert image.notes == (told,)


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("how", [b"", b"junk", "cut"])
def test_a_damaged_chunk_is_named(tmp_path, volume, how, lazy, campaign):
    write(tmp_path / "a.zarr", volume, compressors=zarr.codecs.GzipCodec())
    chunk = tmp_path / "a.zarr/c/1/2/0"
    chunk.write_bytes(chunk.read_bytes()[:-9] if how == "cut" else how)
    with campaign("C20", "zarr: empty, cut or foreign chunk") as count:
        count.case()
        with pytest.raises(UnreadableImageError, match=r"c/1/2/0: cannot be read"):
            np.asarray(read_label_image(tmp_path / "a.zarr", lazy=lazy)[...])


def test_a_checksum_is_checked(tmp_path, volume):
    checked = [zarr.codecs.ZstdCodec(), zarr.codecs.Crc32cCodec()]
    write(tmp_path / "a.zarr", volume, compressors=checked)
    chunk = tmp_path / "a.zarr/c/0/0/1"
    content = bytearray(chunk.read_bytes())
    content[len(content) // 2] ^= 1
    chunk.write_bytes(content)
    with pytest.raises(UnreadableImageError, match="c/0/0/1"):
        read_label_image(tmp_path / "a.zarr")


def metadata(path, **change):
    page = json.loads((path / "zarr.json").read_text())
    (path / "zarr.json").write_text(json.dumps({**page, **change}))


def test_a_petavoxel_is_refused_at_once(tmp_path, volume):
    write(tmp_path / "a.zarr", volume)
    metadata(tmp_path / "a.zarr", shape=[10**5] * 3)
    with pytest.raises(OverBudgetError, match="100000 x 100000 x 100000"):
        read_label_image(tmp_path / "a.zarr")
    lazy = read_label_image(tmp_path / "a.zarr", lazy=True)
    np.testing.assert_array_equal(lazy[:2, :8, :10], volume[:2, :8, :10])


def test_a_chunk_that_is_larger_than_memory_is_refused(tmp_path, volume):
    write(tmp_path / "a.zarr", volume)
    grid = {"name": "regular", "configuration": {"chunk_shape": [10**6] * 3}}
    metadata(tmp_path / "a.zarr", chunk_grid=grid)
    with pytest.raises(OverBudgetError, match="1000000 x 1000000"):
        read_label_image(tmp_path / "a.zarr")


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[" * 10**6, '{"zarr_format": 3, "node_type": "array"}', "null"],
    ids=lambda text: text[:20] or "empty",
)
def test_metadata_that_is_none_is_one_of_our_errors(tmp_path, text):
    (tmp_path / "a.zarr").mkdir()
    (tmp_path / "a.zarr/zarr.json").write_text(text)
    with pytest.raises(UnreadableImageError, match=r"a\.zarr"):
        read_label_image(tmp_path / "a.zarr")


def test_pickled_voxels_are_refused(tmp_path, volume):
    write(tmp_path / "a.zarr", volume, version=2)
    page = json.loads((tmp_path / "a.zarr/.zarray").read_text())
    page["filters"] = [{"id": "pickle", "protocol": 5}]
    (tmp_path / "a.zarr/.zarray").write_text(json.dumps(page))
    with pytest.raises(UnsupportedLabelsError, match="pickled Python objects"):
        read_label_image(tmp_path / "a.zarr")


def test_nothing_outside_the_folder_is_read(tmp_path, volume):
    write(tmp_path / "other.zarr", volume)
    root = zarr.open_group(tmp_path / "a.zarr", mode="w")
    page = ome("0.5")
    page["multiscales"][0]["datasets"][0]["path"] = "../other.zarr"
    root.attrs["ome"] = page
    with pytest.raises(UnreadableImageError, match="is not inside it"):
        read_label_image(tmp_path / "a.zarr")
    with pytest.raises(UnreadableImageError, match="is not inside it"):
        read_label_image(f"{tmp_path}/a.zarr::../other.zarr")
    write(tmp_path / "b.zarr", volume)
    chunk = tmp_path / "b.zarr/c/0/0/0"
    shutil.move(chunk, tmp_path / "elsewhere")
    chunk.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnreadableImageError, match="c/0/0/0: a link"):
        read_label_image(tmp_path / "b.zarr")
