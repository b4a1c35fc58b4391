"""Links and paths in what a stranger made: none leads a read elsewhere."""

from __future__ import annotations

import os
import shutil
import stat
import zipfile

import h5py
import nrrd
import numpy as np
import pytest
import tifffile
import zarr

from napari_label_index.errors import CorruptIndexError, LabelIndexError
from napari_label_index.index import build_index
from napari_label_index.io import open_index, read_label_image

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links need a right there")

SECRET = np.full((2, 4, 6), 77, np.uint8)  # nothing that is read may show it
OWN = np.arange(48, dtype=np.uint8).reshape(2, 4, 6) // 9


def zarr_array(path, volume=OWN):
    stored = zarr.create_array(path, shape=volume.shape, chunks=(2, 2, 6), dtype="u1")
    stored[...] = volume
    return path


def zarr_image(path, inner):
    """An OME-Zarr image whose only level is said to be at `inner`."""
    scale = {"coordinateTransformations": [{"type": "scale", "scale": [1, 1, 1]}]}
    axes = [{"name": name, "type": "space"} for name in "zyx"]
    page = {"axes": axes, "datasets": [{"path": inner, **scale}]}
    group = zarr.open_group(path, mode="w")
    group.attrs["ome"] = {"version": "0.5", "multiscales": [page]}
    return path


def level_above(got, outside):
    inner = zarr_array(outside / "b.zarr", SECRET)
    return zarr_image(got / "a.zarr", os.path.relpath(inner, got / "a.zarr"))


def level_anywhere(got, outside):
    return zarr_image(got / "a.zarr", str(zarr_array(outside / "b.zarr", SECRET)))


def level_is_a_link(got, outside):
    path = zarr_image(got / "a.zarr", "0")
    (path / "0").symlink_to(zarr_array(outside / "b.zarr", SECRET))
    return path


def labels_are_a_link(got, outside):
    path = zarr_image(got / "a.zarr", "0")
    zarr_array(path / "0")
    zarr_image(outside / "labels", "0")
    zarr_array(outside / "labels" / "0", SECRET)
    (path / "labels").symlink_to(outside / "labels")
    return path


def named_label_above(got, outside):
    group = zarr.open_group(got / "a.zarr", mode="w")
    group.attrs["ome"] = {"version": "0.5", "labels": ["../../outside/b.zarr"]}
    zarr_array(outside / "b.zarr", SECRET)
    return got / "a.zarr"


def array_with_a_link(got, outside, name):
    path = zarr_array(got / "a.zarr")
    shutil.move(path / name, outside / "moved")
    (path / name).symlink_to(outside / "moved")
    return path


def chunk_is_a_link(got, outside):
    return array_with_a_link(got, outside, "c/0/0/0")


def folder_of_chunks_is_a_link(got, outside):
    return array_with_a_link(got, outside, "c/0")


def metadata_is_a_link(got, outside):
    return array_with_a_link(got, outside, "zarr.json")


def data_set_elsewhere(got, outside):
    with h5py.File(outside / "b.h5", "w") as file:
        file["x"] = SECRET
    with h5py.File(got / "a.h5", "w") as file:
        file["x"] = h5py.ExternalLink(str(outside / "b.h5"), "/x")
    return f"{got / 'a.h5'}::/x"


def voxels_elsewhere(got, outside):
    SECRET.tofile(outside / "raw")
    with h5py.File(got / "a.h5", "w") as file:
        where = [(str(outside / "raw"), 0, SECRET.nbytes)]
        file.create_dataset("x", SECRET.shape, "u1", external=where)
    return got / "a.h5"


def virtual_data_set(got, outside):
    with h5py.File(outside / "b.h5", "w") as file:
        file["x"] = SECRET
    layout = h5py.VirtualLayout(SECRET.shape, "u1")
    layout[...] = h5py.VirtualSource(outside / "b.h5", "x", SECRET.shape)
    with h5py.File(got / "a.h5", "w") as file:
        file.create_virtual_dataset("x", layout)
    return got / "a.h5"


def detached(got, name):
    nrrd.write(str(got / "a.nhdr"), OWN, {"encoding": "raw"}, index_order="C")
    text = (got / "a.nhdr").read_bytes()
    line = next(line for line in text.splitlines() if line.startswith(b"data file"))
    (got / "a.nhdr").write_bytes(text.replace(line, f"data file: {name}".encode()))
    return got / "a.nhdr"


def nrrd_above(got, outside):
    SECRET.tofile(outside / "raw")
    return detached(got, f"../{outside.name}/raw")


def nrrd_anywhere(got, outside):
    SECRET.tofile(outside / "raw")
    return detached(got, outside / "raw")


def nrrd_is_a_link(got, outside):
    SECRET.tofile(outside / "raw")
    (got / "voxels.raw").symlink_to(outside / "raw")
    return detached(got, "voxels.raw")


def tiff_above(got, outside):
    """An OME-TIFF that says that its planes are in a file of another folder."""
    tifffile.imwrite(outside / "b.ome.tif", SECRET, metadata={"axes": "ZYX"})
    tifffile.imwrite(got / "a.ome.tif", OWN, metadata={"axes": "ZYX"})
    with tifffile.TiffFile(got / "a.ome.tif") as tif:
        xml = tif.ome_metadata
    with tifffile.TiffFile(outside / "b.ome.tif") as tif:
        other = tif.ome_metadata.partition('UUID="')[2].partition('"')[0]
    name = f'<UUID FileName="../{outside.name}/b.ome.tif">{other}</UUID>'
    end = xml.index("/>", xml.index("<TiffData"))
    xml = f"{xml[:end]}>{name}</TiffData>{xml[end + 2 :]}"
    tifffile.tiffcomment(got / "a.ome.tif", xml.encode())
    return got / "a.ome.tif"


def zip_with_a_link(got, outside):
    """A member that is a link, as `zip --symlinks` stores one: a path as content."""
    np.save(outside / "b.npy", SECRET)
    member = zipfile.ZipInfo("labels.npy")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(got / "a.npz", "w") as archive:
        archive.writestr(member, str(outside / "b.npy"))
    return got / "a.npz"


def pipe(got, outside):
    os.mkfifo(got / "a.tif")
    return got / "a.tif"


REFUSED = [
    level_above, level_anywhere, level_is_a_link, labels_are_a_link, named_label_above,
    chunk_is_a_link, folder_of_chunks_is_a_link, metadata_is_a_link,
    data_set_elsewhere, voxels_elsewhere, virtual_data_set, nrrd_above, nrrd_anywhere,
    nrrd_is_a_link, tiff_above, zip_with_a_link, pipe,
]  # fmt: skip


@pytest.mark.parametrize("plant", REFUSED)
def test_nothing_elsewhere_is_read(tmp_path, plant, campaign):
    got, outside = tmp_path / "got", tmp_path / "outside"
    with campaign("D5", "links and paths in files: nothing elsewhere is read") as count:
        got.mkdir()
        outside.mkdir()
        path = plant(got, outside)
        for lazy in (False, True):
            count.case()
            with pytest.raises(LabelIndexError, match="a\\."):
                build_index(read_label_image(path, lazy=lazy))


@pytest.mark.parametrize(
    "name", ["../b", "../../b", "/b", "C:\\b", "\\\\server\\b", "..\\b", "a/../../b"]
)
def test_members_of_archives_are_read_in_place(tmp_path, name, campaign):
    (tmp_path / "got").mkdir()
    with campaign("D5", "archives: members are read in place") as count:
        count.case()
        np.save(tmp_path / "own.npy", OWN)
        with zipfile.ZipFile(tmp_path / "got/a.npz", "w") as archive:
            content = (tmp_path / "own.npy").read_bytes()
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content)
        for member in ("", f"::{name}"):
            image = read_label_image(f"{tmp_path}/got/a.npz{member}")
            np.testing.assert_array_equal(image.data, OWN)
        assert {path.name for path in tmp_path.rglob("*")} == {
            "got",
            "a.npz",
            "own.npy",
        }


def test_an_index_that_is_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.parquet")
    with pytest.raises(CorruptIndexError, match="a pipe"):
        open_index(tmp_path / "a.parquet")
