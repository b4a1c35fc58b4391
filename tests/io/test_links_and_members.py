"""Links and paths in what a stranger made: none leads a read or a write elsewhere."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import zipfile

import h5py
import nrrd
import numpy as np
import pytest
import tifffile
import zarr

from napari_label_index.distributed import build_index_dataset
from napari_label_index.errors import LabelIndexError, WriteFailedError
from napari_label_index.index import build_index
from napari_label_index.io import export_coords, read_label_image
from napari_label_index.io._stale import temp_prefix

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
    zarr_array(outside / "b.zarr", SECRET)
    return zarr_image(got / "a.zarr", f"../../{outside.name}/b.zarr")


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


def chunk_is_a_link(got, outside):
    path = zarr_array(got / "a.zarr")
    shutil.move(path / "c/0/0/0", outside / "chunk")
    (path / "c/0/0/0").symlink_to(outside / "chunk")
    return path


def folder_of_chunks_is_a_link(got, outside):
    path = zarr_array(got / "a.zarr")
    shutil.move(path / "c/0", outside / "chunks")
    (path / "c/0").symlink_to(outside / "chunks")
    return path


def metadata_is_a_link(got, outside):
    path = zarr_array(got / "a.zarr")
    shutil.move(path / "zarr.json", outside / "zarr.json")
    (path / "zarr.json").symlink_to(outside / "zarr.json")
    return path


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
    begin, end = xml.index("<TiffData"), xml.index("/>", xml.index("<TiffData"))
    xml = f"{xml[:end]}>{name}</TiffData>{xml[end + 2 :]}"
    assert begin < end
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
        for lazy in (False, True):
            count.case()
            for folder in (got, outside):
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
            path = plant(got, outside)
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


def to_a_link(got, outside):
    """A link that is there is the user's wish: its target is written, it stays."""
    (outside / "b.csv").write_text("old")
    (got / "a.csv").symlink_to(outside / "b.csv")
    export_coords(build_index(OWN), None, got / "a.csv", manifest=False)
    assert (got / "a.csv").is_symlink()
    assert (outside / "b.csv").read_text().startswith("label,")
    return {"got/a.csv", "outside/b.csv"}


def to_a_circle(got, outside):
    (got / "a.csv").symlink_to(got / "b.csv")
    (got / "b.csv").symlink_to(got / "a.csv")
    with pytest.raises(WriteFailedError):
        export_coords(build_index(OWN), None, got / "a.csv")
    return {"got/a.csv", "got/b.csv"}


def to_a_device(got, outside):
    (got / "a.csv").symlink_to("/dev/null")
    with pytest.raises(WriteFailedError, match="device"):
        export_coords(build_index(OWN), None, got / "a.csv")
    return {"got/a.csv"}


def over_a_guessed_name(got, outside):
    """Whoever guesses the temporary name cannot have anything written elsewhere."""
    (outside / "b").write_text("old")
    guessed = got / f"{temp_prefix()}00.partial"

    def guess(_n_bytes):
        guessed.symlink_to(outside / "b")
        return "00"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_hex", guess)
        with pytest.raises(WriteFailedError):
            export_coords(build_index(OWN), None, got / "a.csv", manifest=False)
    assert (outside / "b").read_text() == "old"
    return {f"got/{guessed.name}", "outside/b"}


def private_until_it_is_there(got, outside):
    (got / "a.csv").write_text("old")
    (got / "a.csv").chmod(0o600)
    export_coords(build_index(OWN), None, got / "a.csv", manifest=False)
    assert stat.S_IMODE((got / "a.csv").stat().st_mode) == 0o600
    return {"got/a.csv"}


def folder_of_a_build_is_a_link(got, outside):
    (outside / "thesis").write_text("three years")
    (got / "a.building").symlink_to(outside)
    with pytest.raises(WriteFailedError, match="somebody else"):
        build_index_dataset(OWN, got / "a")
    return {"got/a.building", "outside/thesis"}


def folder_of_an_export_has_links(got, outside):
    (outside / "b").write_text("thesis")
    (got / "a").mkdir()
    (got / "a/label_1.csv").symlink_to(outside / "b")
    with pytest.raises(WriteFailedError, match="holds other files"):
        export_coords(build_index(OWN), None, got / "a", per_label=".csv")
    return {"got/a/label_1.csv", "outside/b"}


WRITES = [
    to_a_link, to_a_circle, to_a_device, over_a_guessed_name,
    private_until_it_is_there, folder_of_a_build_is_a_link,
    folder_of_an_export_has_links,
]  # fmt: skip


@pytest.mark.parametrize("write", WRITES)
def test_nothing_elsewhere_is_written(tmp_path, write, campaign):
    got, outside = tmp_path / "got", tmp_path / "outside"
    with campaign("D5", "links where something is written") as count:
        count.case()
        got.mkdir()
        outside.mkdir()
        expected = write(got, outside)
        files = (p for p in tmp_path.rglob("*") if p.is_symlink() or not p.is_dir())
        found = {path.relative_to(tmp_path).as_posix() for path in files}
        assert found == expected
