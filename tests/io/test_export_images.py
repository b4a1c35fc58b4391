"""Masks and label images, read again by tifffile and by ourselves."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle
from napari_label_index.errors import Cancelled, UnsupportedFormatError
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import read_label_image, verify_export
from napari_label_index.io.exports import _drawing
from napari_label_index.io.exports._image_files import export_label_image, export_mask
from strategies import INTEGER_DTYPES, label_images


@settings(max_examples=60)
@given(
    data=st.data(),
    volume=label_images(dtypes=tuple(INTEGER_DTYPES), max_dims=4),
    smallest=st.booleans(),
    crop=st.booleans(),
)
def test_a_label_image_has_the_chosen_ids_and_nothing_else(
    volume, data, smallest, crop
):
    index = build_index(volume)
    known = oracle.labels_of(volume)
    labels = data.draw(st.lists(st.sampled_from(known), unique=True)) if known else []
    if crop and not labels:
        return
    volume = volume.astype(volume.dtype.newbyteorder("="))
    expected = np.where(np.isin(volume, np.array(labels, volume.dtype)), volume, 0)
    if crop:
        expected = expected[index.union_bbox(labels)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.tif")
        export_label_image(index, labels, path, crop=crop, smallest=smallest)
        found = tifffile.imread(path)
        assert found.astype(object).ravel().tolist() == expected.ravel().tolist()
        assert found.dtype.itemsize <= volume.dtype.itemsize
        assert verify_export(path, volume).differences == ()
        export_mask(index, labels, path, crop=crop)
        mask = tifffile.imread(path)
        np.testing.assert_array_equal(mask.ravel() == 255, expected.ravel() != 0)
        assert verify_export(path, volume).differences == ()


@pytest.mark.parametrize("shape", [(1, 2, 1, 1), (2, 1, 3, 1), (1, 3, 1), (1, 1, 1)])
def test_pages_of_a_single_row_or_column_are_verified(tmp_path, shape):
    volume = np.full(shape, -7, np.int8)
    for labels in ([], [-7]):
        path = export_label_image(build_index(volume), labels, tmp_path / "a.tif")
        assert verify_export(path, volume).differences == ()


def test_ids_of_64_bits_are_exact_in_a_plain_tiff_and_refused_in_others(tmp_path):
    volume = np.zeros((2, 3, 4), np.uint64)
    volume[1, 1] = [1, 2**53 + 1, 2**63, 2**64 - 1]
    index = build_index(volume)
    path = export_label_image(index, None, tmp_path / "a.tif")
    np.testing.assert_array_equal(tifffile.imread(path), volume)
    for name, flavour in (("a.ome.tif", "auto"), ("b.tif", "imagej"), ("b.tif", "ome")):
        with pytest.raises(UnsupportedFormatError, match="bits for an id, not uint64"):
            export_label_image(index, None, tmp_path / name, flavour=flavour)
    small = export_label_image(
        index, [1], tmp_path / "c.tif", flavour="imagej", smallest=True
    )
    assert tifffile.imread(small).dtype == np.uint8
    assert {entry.suffix for entry in tmp_path.iterdir()} == {".tif", ".json"}


def test_negative_ids_are_no_ids_of_imagej(tmp_path):
    index = build_index(np.array([[-1, 0, 2]], np.int16))
    with pytest.raises(UnsupportedFormatError, match=r"16 bits|negative"):
        export_label_image(index, None, tmp_path / "a.tif", flavour="imagej")


@pytest.mark.parametrize(
    ("ids", "name", "told", "not_told"),
    [
        ([1, 65535], "a.tif", "smallest type, uint16 for these", "named .tif"),
        ([1, 65536], "a.tif", "int32; write a plain TIFF$", "smallest"),
        ([-1, 5], "a.tif", "int32; write a plain TIFF$", "smallest"),
        ([1, 2**33], "a.ome.tif", "write a plain TIFF, named .tif only$", "smallest"),
    ],
)
def test_only_advice_that_helps_is_given(tmp_path, ids, name, told, not_told):
    dtype = np.int64 if name == "a.ome.tif" else np.int32
    index = build_index(np.array(ids, dtype).reshape(1, 1, 2).repeat(2, 1))
    with pytest.raises(UnsupportedFormatError, match=told) as caught:
        export_label_image(
            index, None, tmp_path / name, flavour="auto" if "ome" in name else "imagej"
        )
    assert not_told not in str(caught.value)


@pytest.mark.parametrize(
    ("dtype", "name", "flavour"),
    [
        (np.uint16, "a.tif", "is_imagej"),
        (np.int32, "a.tif", "is_ome"),
        (np.uint8, "a.ome.tif", "is_ome"),
    ],
)
def test_the_voxel_size_comes_back(tmp_path, volume, dtype, name, flavour):
    labels = (volume // 1000).astype(dtype)
    index = build_index(LabelImage(labels, spacing=(2, 0.5, 0.25), unit="um"))
    path = export_label_image(index, None, tmp_path / name)
    with tifffile.TiffFile(path) as tif:
        assert getattr(tif, flavour)
    found = read_label_image(path)
    assert found.axes == ("z", "y", "x")
    assert found.spacing == (2, 0.5, 0.25)
    assert found.unit == "um"
    np.testing.assert_array_equal(found.data, labels)


def test_a_mask_says_where_it_lies(tmp_path, volume, index):
    label = int(index.labels[11])
    path = export_mask(index, [label], tmp_path / "m.tif")
    page = json.loads((tmp_path / "m.tif.manifest.json").read_text())
    origin = page["layout"]["origin"]
    mask = tifffile.imread(path) == 255
    np.testing.assert_array_equal(
        np.argwhere(mask) + origin, oracle.coords(volume, label)
    )


def test_pages_are_drawn_one_after_the_other_and_a_cancel_is_heard(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(_drawing, "_SLAB_VOXELS", 3000)
    volume = np.ones((40, 30, 50), np.uint16)
    index = build_index(volume)
    seen = []

    def export(cancel):
        seen.clear()
        return export_label_image(
            index,
            None,
            tmp_path / "a.tif",
            on_progress=lambda *step: seen.append(step),
            cancel=cancel,
        )

    with pytest.raises(Cancelled):
        export(lambda: len(seen) >= 1)
    assert list(tmp_path.iterdir()) == []
    export(None)
    assert seen[-1] == (volume.size, volume.size)
    with pytest.raises(ValueError, match="at least one"):
        export_mask(index, [], tmp_path / "m.tif")
