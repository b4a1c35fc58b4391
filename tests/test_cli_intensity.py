"""`label-index table --intensity`: an image measured under the labels."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from skimage.measure import regionprops_table

from napari_label_index import cli

NAMES = ("intensity_mean", "intensity_min", "intensity_max")


@pytest.fixture
def labels(tmp_path):
    image = np.zeros((4, 12, 20), np.uint16)
    image[1:3, 2:5, 2:6], image[0:2, 7:9, 9:15], image[3, 0, 0] = 3, 8, 9
    path = tmp_path / "cells.tif"
    tifffile.imwrite(path, image, photometric="minisblack")
    return path


@pytest.fixture
def image(tmp_path):
    values = np.random.default_rng(0).random((4, 12, 20), np.float32) * 200
    path = tmp_path / "image.tif"
    tifffile.imwrite(path, values, photometric="minisblack")
    return path


def rows_of(path):
    return np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8")


def test_the_table_ends_with_what_scikit_image_finds(labels, image, tmp_path):
    path = tmp_path / "table.csv"
    call = ["table", str(labels), "--intensity", str(image), "-o", str(path)]
    assert cli.main([*call, "--quiet"]) == 0
    found, values = rows_of(path), tifffile.imread(image)
    expected = regionprops_table(tifffile.imread(labels), values, properties=NAMES)
    for name in NAMES:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-6)
    assert found["intensity_sum"][2] == pytest.approx(float(values[3, 0, 0]))
    assert found.dtype.names[:2] == ("label", "num_pixels")
    assert found.dtype.names[-4:] == (*NAMES, "intensity_sum")


def test_the_table_has_a_manifest_and_is_verified_but_for_intensities(
    labels, image, tmp_path, capsys
):
    path = tmp_path / "table.parquet"
    call = ["table", str(labels), "--intensity", str(image), "-o", str(path)]
    assert cli.main([*call, "--quiet"]) == 0
    assert (tmp_path / "table.parquet.manifest.json").exists()
    assert cli.main(["verify", str(path), "--against", str(labels)]) == 0
    assert "not looked at: intensity_mean" in capsys.readouterr().out
    other = tifffile.imread(labels)
    other[3, 0, 1] = 9
    tifffile.imwrite(labels, other, photometric="minisblack")
    assert cli.main(["verify", str(path), "--against", str(labels)]) == 1
    assert "label 9 has num_pixels 1, the volume 2" in capsys.readouterr().out


def test_where_and_columns_may_name_intensities(labels, image, capsys):
    threshold = float(tifffile.imread(image)[3, 0, 0])
    call = ["table", str(labels), "--intensity", str(image), "--quiet"]
    where = ["--where", f"intensity_max > {threshold + 0.001:.4f}"]
    assert cli.main([*call, *where, "--columns", "intensity_max"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "label,intensity_max"
    assert [line.split(",")[0] for line in lines[1:]] == ["3", "8"]


def test_an_image_of_another_shape_is_refused_in_one_sentence(labels, tmp_path, capsys):
    other = tmp_path / "other.tif"
    tifffile.imwrite(other, np.ones((4, 12, 19), np.uint8), photometric="minisblack")
    assert cli.main(["table", str(labels), "--intensity", str(other), "--quiet"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "other.tif: has 4 x 12 x 19 voxels and the labels have 4 x 12 x 20" in err


def test_without_an_image_an_intensity_is_no_column(labels, capsys):
    call = ["table", str(labels), "--columns", "intensity_mean", "--quiet"]
    assert cli.main(call) == 2
    assert "no column 'intensity_mean'" in capsys.readouterr().err
