"""A folder of slices: natural order, all alike, none missing."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from napari_label_index.errors import (
    Cancelled,
    IncompleteVolumeError,
    OverBudgetError,
    UnreadableImageError,
    UnsupportedLabelsError,
)
from napari_label_index.io import read_label_image
from napari_label_index.io.images._slices import natural_key


def write_slices(folder, volume, kind="tif", name="slice{}", **how):
    for number, plane in enumerate(volume):
        path = folder / f"{name.format(number)}.{kind}"
        if kind == "png":
            Image.fromarray(plane).save(path)
        else:
            tifffile.imwrite(path, plane, **how)


@pytest.fixture
def twelve(volume):
    return np.concatenate([volume, volume + np.uint16(1)])


@pytest.mark.parametrize("kind", ["tif", "TIFF", "png", "ome.tif"])
def test_slices_are_stacked_in_natural_order(tmp_path, twelve, kind):
    write_slices(tmp_path, twelve, kind)
    image = read_label_image(tmp_path)
    np.testing.assert_array_equal(image.data, twelve)
    assert image.axes == ("z", "y", "x")


@pytest.mark.parametrize(
    "how",
    [
        {"compression": "zlib"},
        {"byteorder": ">"},
        {"bigtiff": True, "tile": (16, 16)},
        {"imagej": True},
        {"compression": "lzw", "predictor": True},
    ],
    ids=str,
)
def test_slices_of_every_flavour_are_read(tmp_path, twelve, how):
    write_slices(tmp_path, twelve, **how)
    np.testing.assert_array_equal(read_label_image(tmp_path).data, twelve)


def test_stray_files_and_folders_are_left_out(tmp_path, twelve):
    write_slices(tmp_path, twelve)
    for name in ("Thumbs.db", ".DS_Store", "notes.txt", "._slice3.tif"):
        (tmp_path / name).write_bytes(b"anything")
    (tmp_path / "more.tif").mkdir()
    np.testing.assert_array_equal(read_label_image(tmp_path).data, twelve)


@given(st.lists(st.text("ab019_ .\u0663", max_size=8)))
def test_natural_order_is_an_order_for_all_names(names):
    ordered = sorted(names, key=natural_key)
    backwards = names[::-1]
    assert sorted(backwards, key=natural_key) == ordered


def test_natural_order_compares_numbers_as_numbers():
    names = ["z10.tif", "Z2.tif", "z1.tif", "z1_t10.tif", "z1_t9.tif"]
    assert sorted(names, key=natural_key) == [
        "z1.tif",
        "z1_t9.tif",
        "z1_t10.tif",
        "Z2.tif",
        "z10.tif",
    ]


def another(slice_file, **change):
    """Write one slice anew, changed."""
    plane = tifffile.imread(slice_file)
    if "dtype" in change:
        plane = plane.astype(change["dtype"])
    if "rows" in change:
        plane = plane[: change["rows"]]
    if "pages" in change:
        plane = np.stack([plane] * change["pages"])
    tifffile.imwrite(slice_file, plane, metadata=None)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rows": 20}, r"expected \(24, 21\) uint16 .* found \(20, 21\) uint16"),
        ({"dtype": "u4"}, r"expected \(24, 21\) uint16 .* found \(24, 21\) uint32"),
        ({"pages": 2}, r"must hold one slice, found \(2, 24, 21\)"),
    ],
)
def test_a_slice_unlike_the_others_is_named(tmp_path, twelve, change, told):
    write_slices(tmp_path, twelve)
    another(tmp_path / "slice10.tif", **change)
    with pytest.raises(IncompleteVolumeError, match=told) as caught:
        read_label_image(tmp_path)
    assert "slice10.tif" in str(caught.value)


@pytest.mark.parametrize("n_bytes", [0, 1, 100, 700])
@pytest.mark.parametrize("kind", ["tif", "png"])
def test_a_slice_that_is_cut_short_is_named(tmp_path, twelve, kind, n_bytes):
    write_slices(tmp_path, twelve, kind)
    bad = tmp_path / f"slice7.{kind}"
    content = bad.read_bytes()
    bad.write_bytes(content[: min(n_bytes, len(content) - 20)])
    with pytest.raises(UnreadableImageError) as caught:
        read_label_image(tmp_path)
    assert str(bad) in str(caught.value)


@pytest.mark.parametrize("missing", [1, 5, 10])
def test_a_missing_slice_is_noticed(tmp_path, twelve, missing):
    write_slices(tmp_path, twelve, name="z{:03d}_ch1")
    (tmp_path / f"z{missing:03d}_ch1.tif").unlink()
    told = rf"z{missing - 1:03d}_ch1.tif and z{missing + 1:03d}_ch1.tif"
    with pytest.raises(IncompleteVolumeError, match=told):
        read_label_image(tmp_path)


@pytest.mark.parametrize(
    "numbers",
    [range(0, 60, 5), [3, 17, 40, 41, 55, 100], range(7, 19), [5, 5]],
    ids=["every fifth", "time stamps", "from seven", "few"],
)
def test_other_numberings_are_no_missing_slices(tmp_path, twelve, numbers):
    for number, plane in zip(numbers, twelve, strict=False):
        tifffile.imwrite(tmp_path / f"t{number}.tif", plane)
    assert read_label_image(tmp_path).shape[0] == len(set(numbers))


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing here")
    with pytest.raises(IncompleteVolumeError, match="no TIFF or PNG files found"):
        read_label_image(tmp_path)


def test_tiff_and_png_together_are_refused(tmp_path, twelve):
    write_slices(tmp_path, twelve)
    write_slices(tmp_path, twelve[:2], "png")
    with pytest.raises(IncompleteVolumeError, match="12 TIFF and 2 PNG"):
        read_label_image(tmp_path)


@pytest.mark.parametrize("kind", ["tif", "png"])
def test_colour_slices_are_refused_as_such(tmp_path, kind):
    write_slices(tmp_path, np.zeros((3, 9, 8, 3), np.uint8), kind)
    with pytest.raises(UnsupportedLabelsError, match="a colour image, not a label"):
        read_label_image(tmp_path)


def test_the_budget_counts_all_slices(tmp_path, twelve):
    write_slices(tmp_path, twelve)
    with pytest.raises(OverBudgetError, match="12 x 24 x 21"):
        read_label_image(tmp_path, max_bytes=twelve.nbytes - 1)


def test_progress_counts_slices_and_cancel_stops(tmp_path, twelve):
    write_slices(tmp_path, twelve)
    seen = []
    read_label_image(tmp_path, on_progress=lambda *step: seen.append(step))
    assert seen == [(done, 12) for done in range(1, 13)]
    seen.clear()
    with pytest.raises(Cancelled):
        read_label_image(
            tmp_path,
            on_progress=lambda *step: seen.append(step),
            cancel=lambda: len(seen) >= 4,
        )
    assert len(seen) == 4
