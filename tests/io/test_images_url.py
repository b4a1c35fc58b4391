"""A zarr array behind an address: on a web server of this computer, or in memory."""

from __future__ import annotations

import sys

import fsspec
import numpy as np
import pytest
import zarr

from napari_label_index import build_index_dataset, open_index, read_label_image
from napari_label_index._samples import ellipsoids
from napari_label_index.errors import UnreadableImageError, UnsupportedLabelsError
from napari_label_index.io.images._zarr_url import stamp_of_url
from web_server import Handler

pytest.importorskip("aiohttp")

VOLUME = ellipsoids((12, 20, 30), (1, 2, 3))


@pytest.fixture
def address(server, tmp_path):
    array = zarr.create_array(
        tmp_path / "cells.zarr", shape=VOLUME.shape, chunks=(6, 10, 10), dtype="i4",
        dimension_names=("z", "y", "x"),
    )  # fmt: skip
    array[...] = VOLUME
    return f"{server}/cells.zarr"


def test_it_is_read_whole_or_left_where_it_is(address):
    image = read_label_image(address)
    np.testing.assert_array_equal(image.data, VOLUME)
    lazy = read_label_image(address, lazy=True)
    assert lazy.axes == ("z", "y", "x")
    assert lazy.source == address
    np.testing.assert_array_equal(lazy[3:5, 2], VOLUME[3:5, 2])


def test_it_is_indexed_without_a_copy(address, tmp_path):
    build_index_dataset(address, tmp_path / "cells", block_voxels=1)
    index = open_index(tmp_path / "cells")
    np.testing.assert_array_equal(index.to_label_image(), VOLUME)
    assert index.source == "cells.zarr"


def test_a_chunk_that_is_not_there_is_the_fill_value(address, tmp_path):
    (tmp_path / "cells.zarr/c/0/0/0").unlink()
    expected = VOLUME.copy()
    expected[:6, :10, :10] = 0
    np.testing.assert_array_equal(read_label_image(address).data, expected)


def test_a_chunk_that_the_server_does_not_give_is_named(address, tmp_path):
    Handler.broken["/cells.zarr/c/1/0/2"] = 500
    with pytest.raises(UnreadableImageError, match="c/1/0/2"):
        read_label_image(address)
    with pytest.raises(UnreadableImageError, match="c/1/0/2"):
        build_index_dataset(address, tmp_path / "cells")
    assert not (tmp_path / "cells").exists()


def test_the_largest_level_of_an_ome_zarr_is_read(server, tmp_path):
    group = zarr.create_group(tmp_path / "image.zarr", zarr_format=2)
    group.create_array("full", data=VOLUME, chunks=(6, 10, 10))
    axes = [{"name": name, "type": "space", "unit": "nanometer"} for name in "zyx"]
    scale = [{"type": "scale", "scale": [4, 2, 2]}]
    dataset = {"path": "full", "coordinateTransformations": scale}
    group.attrs["multiscales"] = [{"axes": axes, "datasets": [dataset]}]
    image = read_label_image(f"{server}/image.zarr")
    np.testing.assert_array_equal(image.data, VOLUME)
    assert (image.spacing, image.unit) == ((4, 2, 2), "nm")


@pytest.mark.parametrize("path", ["../secret", "s3://elsewhere/x", "a/../../b"])
def test_metadata_leads_nowhere_else(server, tmp_path, path):
    group = zarr.create_group(tmp_path / "image.zarr", zarr_format=2)
    group.attrs["multiscales"] = [{"axes": [], "datasets": [{"path": path}]}]
    with pytest.raises(UnreadableImageError, match="not inside it"):
        read_label_image(f"{server}/image.zarr")


def test_what_is_no_label_image_is_refused(server, tmp_path):
    zarr.create_array(tmp_path / "c.zarr", shape=(2, 2), dtype="c8")
    with pytest.raises(UnsupportedLabelsError, match="integers"):
        read_label_image(f"{server}/c.zarr")
    with pytest.raises(UnreadableImageError, match=r"none\.zarr"):
        read_label_image(f"{server}/none.zarr")
    with pytest.raises(UnreadableImageError, match="nosuch"):
        read_label_image("nosuch://bucket/cells.zarr")


def test_a_store_that_lists_its_objects_is_known_again():
    store = fsspec.filesystem("memory")
    store.pipe("/bucket/cells.zarr/zarr.json", b"{}")
    before = stamp_of_url("memory://bucket/cells.zarr")
    assert before is not None
    assert before.n_files == 1
    assert stamp_of_url("memory://bucket/cells.zarr") == before
    store.pipe("/bucket/cells.zarr/c/0", b"1")
    assert stamp_of_url("memory://bucket/cells.zarr") != before
    store.rm("/bucket", recursive=True)


def test_a_web_server_lists_nothing(address):
    assert stamp_of_url(address) is None


@pytest.mark.parametrize(
    ("url", "package"),
    [
        ("s3://bucket/cells.zarr", "s3fs"),
        ("gs://bucket/cells.zarr", "gcsfs"),
        ("http://127.0.0.1:1/cells.zarr", r"'napari-label-index\[remote\]'"),
    ],
)
def test_an_address_that_cannot_be_read_says_what_to_install(monkeypatch, url, package):
    for module in ("s3fs", "gcsfs"):  # as if they were not installed
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UnreadableImageError, match=f"missing, pip install {package}$"):
        read_label_image(url)
