"""NIfTI, NRRD and HDF5, written by the libraries of their fields."""

from __future__ import annotations

import json
import sys

import h5py
import nibabel
import nrrd
import numpy as np
import pytest

from napari_label_index.errors import (
    IncompleteVolumeError,
    OverBudgetError,
    UnreadableImageError,
    UnsupportedLabelsError,
)
from napari_label_index.io import read_label_image


def nifti(path, labels, affine=None, cls=nibabel.Nifti1Image, unit="micron"):
    """Write (z, y, x) labels as every NIfTI tool expects them: x, y, z."""
    image = cls(labels.T, np.diag([0.25, 0.5, 2.0, 1.0]) if affine is None else affine)
    image.header.set_xyzt_units(unit)
    nibabel.save(image, path)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
@pytest.mark.parametrize("cls", [nibabel.Nifti1Image, nibabel.Nifti2Image])
@pytest.mark.parametrize("dtype", ["u1", "i2", ">u2", "u4", "f4"])
def test_a_nifti_file_comes_back_as_z_y_x(tmp_path, volume, name, cls, dtype):
    labels = (volume % 200).astype(dtype)
    affine = np.diag([0.25, 0.5, 2.0, 1.0])
    affine[:3, 3] = (-3.0, 0.0, 10.0)
    nifti(tmp_path / name, labels, affine, cls)
    image = read_label_image(tmp_path / name)
    np.testing.assert_array_equal(image.data, labels)
    assert image.data.flags.c_contiguous
    assert image.axes == ("z", "y", "x")
    assert image.spacing == (2.0, 0.5, 0.25)
    assert image.origin == (10.0, 0.0, -3.0)
    assert image.unit == "um"
    assert image.notes == ()


def test_a_nifti_series_and_one_that_is_mirrored(tmp_path, volume):
    series = np.stack([volume, volume[::-1]]).astype(np.int32)
    mirrored = np.diag([-0.25, 0.5, 2.0, 1.0])
    nifti(tmp_path / "a.nii", series, mirrored)
    image = read_label_image(tmp_path / "a.nii")
    np.testing.assert_array_equal(image.data, series)
    assert image.axes == ("t", "z", "y", "x")
    assert image.spacing[1:] == (2.0, 0.5, 0.25)
    assert image.origin == (0.0,) * 4
    assert "mirrored" in image.notes[0]
    nifti(tmp_path / "b.nii", series[:1].astype(np.int16))
    assert read_label_image(tmp_path / "b.nii").shape == volume.shape


def test_a_real_atlas_agrees_with_nibabel(shared_data):
    path = shared_data / "atlas_aicha.nii.gz"
    image = read_label_image(path)
    expected = np.asarray(nibabel.load(path).dataobj)
    np.testing.assert_array_equal(image.data, expected.T)
    assert image.spacing == (2.0, 2.0, 2.0)


def test_a_damaged_nifti_file_is_refused(tmp_path, volume):
    for name in ("a.nii", "a.nii.gz"):
        nifti(tmp_path / name, volume.astype(np.int32))
        whole = (tmp_path / name).read_bytes()
        for cut in (1, 200, 348, len(whole) // 2, len(whole) - 9):
            (tmp_path / name).write_bytes(whole[:cut])
            with pytest.raises(UnreadableImageError, match=name):
                read_label_image(tmp_path / name)
    colors = np.zeros((3, 3, 3), [("R", "u1"), ("G", "u1"), ("B", "u1")])
    nibabel.save(nibabel.Nifti1Image(colors, np.eye(4)), tmp_path / "rgb.nii")
    with pytest.raises(UnsupportedLabelsError, match="must hold integers"):
        read_label_image(tmp_path / "rgb.nii")
    nifti(tmp_path / "a.nii", volume.astype(np.int32))
    with pytest.raises(OverBudgetError, match="of int32"):
        read_label_image(tmp_path / "a.nii", max_bytes=4 * volume.size - 1)


@pytest.mark.parametrize("encoding", ["raw", "gzip", "bzip2"])
@pytest.mark.parametrize("name", ["a.nrrd", "a.nhdr"])
@pytest.mark.parametrize("dtype", ["u1", "<i2", ">u2", "<u4", "<u8", "f4"])
def test_a_nrrd_file_comes_back_as_z_y_x(tmp_path, volume, encoding, name, dtype):
    labels = (volume % 200).astype(dtype)
    header = {
        "encoding": encoding,
        "space dimension": 3,
        "space directions": np.diag([0.25, 0.5, 2.0]),
        "space origin": [-3.0, 0.0, 10.0],
        "space units": ["µm".replace("µ", "u")] * 3,
    }
    nrrd.write(str(tmp_path / name), labels, header, index_order="C")
    image = read_label_image(tmp_path / name)
    np.testing.assert_array_equal(image.data, labels)
    assert image.axes == ("z", "y", "x")
    assert image.spacing == (2.0, 0.5, 0.25)
    assert image.origin == (10.0, 0.0, -3.0)
    assert image.unit == "um"


def test_nrrd_spacings_without_a_space(tmp_path, volume):
    header = {"spacings": [0.25, 0.5, 2.0], "units": ["mm"] * 3}
    nrrd.write(str(tmp_path / "a.nrrd"), volume, header, index_order="C")
    image = read_label_image(tmp_path / "a.nrrd")
    assert (image.spacing, image.unit) == ((2.0, 0.5, 0.25), "mm")


def test_a_nrrd_header_names_no_file_elsewhere(tmp_path, volume):
    (tmp_path / "sub").mkdir()
    nrrd.write(str(tmp_path / "sub/a.nhdr"), volume, index_order="C")
    header = (tmp_path / "sub/a.nhdr").read_text()
    assert "data file: a.raw.gz" in header
    for name in ("../a.raw.gz", "/etc/passwd", "LIST", "..\\a.raw"):
        text = header.replace("a.raw.gz", name)
        (tmp_path / "sub/a.nhdr").write_text(text)
        with pytest.raises(UnreadableImageError, match="only one file beside it"):
            read_label_image(tmp_path / "sub/a.nhdr")


def test_a_damaged_nrrd_file_is_refused(tmp_path, volume):
    for encoding in ("raw", "gzip", "bzip2"):
        path = tmp_path / "a.nrrd"
        nrrd.write(str(path), volume, {"encoding": encoding}, index_order="C")
        whole = path.read_bytes()
        for cut in (8, 40, len(whole) // 2, len(whole) - 30):
            path.write_bytes(whole[:cut])
            with pytest.raises(UnreadableImageError, match=r"a\.nrrd"):
                read_label_image(path)


def test_a_nrrd_bomb_gives_no_more_than_it_declares(tmp_path, volume):
    nrrd.write(str(tmp_path / "a.nrrd"), np.zeros((64, 1024, 1024), np.uint8))
    content = (tmp_path / "a.nrrd").read_bytes()
    bomb = content.replace(b"sizes: 64 1024 1024", b"sizes: 64 4 4")
    (tmp_path / "a.nrrd").write_bytes(bomb)
    assert read_label_image(tmp_path / "a.nrrd", max_bytes=5000).shape == (4, 4, 64)
    huge = content.replace(b"sizes: 64 1024 1024", b"sizes: 99999 99999 99999")
    (tmp_path / "a.nrrd").write_bytes(huge)
    with pytest.raises(OverBudgetError, match="99999 x 99999 x 99999"):
        read_label_image(tmp_path / "a.nrrd")


def test_the_only_data_set_of_an_hdf5_file_is_read(tmp_path, volume):
    for how in ({}, {"chunks": (2, 9, 9), "compression": "gzip", "fletcher32": True}):
        with h5py.File(tmp_path / "a.h5", "w") as file:
            file.create_dataset("seg/labels", data=volume.astype(">u4"), **how)
            file["seg/labels"].attrs["element_size_um"] = (2.0, 0.5, 0.25)
            file["offset"] = [1, 2, 3]
        for path in ("a.h5", "a.h5::/seg/labels", "a.h5::seg/labels"):
            image = read_label_image(f"{tmp_path}/{path}")
            np.testing.assert_array_equal(image.data, volume)
            assert image.dtype == np.uint32
            assert image.dtype.isnative
            assert (image.spacing, image.unit) == ((2.0, 0.5, 0.25), "um")


def test_the_data_sets_of_an_hdf5_file_are_listed(tmp_path, volume):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["raw"], file["labels"] = volume, volume
        file["text"] = np.array([[b"a"]])
    for path in ("a.h5", "a.h5::/none"):
        with pytest.raises(UnreadableImageError, match="it has /labels, /raw, /text"):
            read_label_image(f"{tmp_path}/{path}")
    with pytest.raises(UnsupportedLabelsError, match="must hold integers"):
        read_label_image(f"{tmp_path}/a.h5::/text")


def test_the_axes_of_ilastik_are_known(tmp_path, volume):
    tags = {"axes": [{"key": key} for key in "tzyxc"]}
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["exported_data"] = volume[np.newaxis, ..., np.newaxis]
        file["exported_data"].attrs["axistags"] = json.dumps(tags)
    image = read_label_image(tmp_path / "a.h5")
    assert image.axes == ("t", "z", "y", "x")
    np.testing.assert_array_equal(image.data[0], volume)


def test_voxels_in_other_files_are_not_followed(tmp_path, volume):
    (tmp_path / "secret").write_bytes(bytes(range(64)))
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["labels"] = volume
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["link"] = h5py.ExternalLink("other.h5", "/labels")
        secret = [(str(tmp_path / "secret"), 0, 64)]
        file.create_dataset("raw", (8, 8), "u1", external=secret)
        layout = h5py.VirtualLayout(volume.shape, volume.dtype)
        layout[...] = h5py.VirtualSource(tmp_path / "other.h5", "labels", volume.shape)
        file.create_virtual_dataset("view", layout)
    for name in ("link", "raw", "view"):
        with pytest.raises(UnreadableImageError, match="in other files"):
            read_label_image(f"{tmp_path}/a.h5::/{name}")


def test_an_hdf5_file_is_held_to_its_budget(tmp_path, volume):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("labels", (10**5,) * 3, "u4", chunks=(64, 64, 64))
    with pytest.raises(OverBudgetError, match="100000 x 100000 x 100000"):
        read_label_image(tmp_path / "a.h5")
    whole = (tmp_path / "a.h5").read_bytes()
    (tmp_path / "a.h5").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableImageError, match=r"a\.h5"):
        read_label_image(tmp_path / "a.h5")


@pytest.mark.parametrize(
    ("module", "name", "start"),
    [
        ("nibabel", "a.nii", b"\0" * 400),
        ("nrrd", "a.nrrd", b"NRRD0005\n"),
        ("h5py", "a.h5", b"\x89HDF\r\n\x1a\n"),
    ],
)
def test_without_its_library_a_format_says_what_to_install(
    tmp_path, monkeypatch, module, name, start
):
    (tmp_path / name).write_bytes(start)
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    told = rf"library {module} is needed .* pip install 'napari-label-index\[formats\]'"
    with pytest.raises(UnreadableImageError, match=told):
        read_label_image(tmp_path / name)


def test_a_member_of_a_file_with_one_image_is_refused(tmp_path, volume):
    nifti(tmp_path / "a.nii", volume.astype(np.int32))
    with pytest.raises(UnreadableImageError, match="holds one image; leave ::x out"):
        read_label_image(f"{tmp_path}/a.nii::x")


def test_a_cut_is_told_as_a_cut(tmp_path, volume):
    nifti(tmp_path / "a.nii", volume.astype(np.int32))
    whole = (tmp_path / "a.nii").read_bytes()
    (tmp_path / "a.nii").write_bytes(whole[:-9])
    with pytest.raises(IncompleteVolumeError, match="cut short"):
        read_label_image(tmp_path / "a.nii")
