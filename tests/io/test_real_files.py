"""Real label volumes, and real malformed files."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from napari_label_index.errors import UnreadableImageError, UnsupportedLabelsError
from napari_label_index.index import build_index
from napari_label_index.io import (
    export_coords,
    open_index,
    read_label_image,
    save_index,
)

STACKS = {
    "cells3d_nuclei_label.tif": (60, 256, 256),
    "connectomics_32nm.tif": (512, 256, 256),
    "cremi_labels.tif": (25, 625, 625),
    "hela_tyx.tif": (20, 700, 1100),
    "mobie_two_objects_float_labels.tif": (100, 100),
    "snemi_fragments.tif": (32, 160, 160),
    "stardist_mask3d.tif": (31, 61, 57),
}


@pytest.mark.parametrize("name", STACKS)
def test_a_real_stack_reads_as_the_plain_reader_reads_it(shared_data, name):
    image = read_label_image(shared_data / name)
    expected = tifffile.imread(shared_data / name)
    assert image.shape == STACKS[name]
    assert image.dtype.isnative
    np.testing.assert_array_equal(image.data, expected)


@pytest.mark.parametrize(
    "name",
    [
        "stardist_mask3d.tif",
        "snemi_fragments.tif",
        "mobie_two_objects_float_labels.tif",
    ],
)
def test_a_real_stack_comes_back_from_index_file_and_coordinates(
    shared_data, tmp_path, name
):
    image = read_label_image(shared_data / name)
    save_index(build_index(image), tmp_path / "a.labelindex.parquet")
    index = open_index(tmp_path / "a.labelindex.parquet")
    np.testing.assert_array_equal(index.to_label_image(), image.data)
    export_coords(index, None, tmp_path / "a.csv")
    rows = np.loadtxt(tmp_path / "a.csv", np.int64, delimiter=",", skiprows=1)
    drawn = np.zeros(image.shape, np.int64)
    drawn[tuple(rows[:, 1:].T)] = rows[:, 0]
    np.testing.assert_array_equal(drawn, image.data)


def test_malformed_tiffs_give_one_kind_of_error_that_names_the_file(shared_data):
    files = sorted((shared_data / "malformed_tiff").iterdir())
    assert len(files) == 7
    for path in files:
        with pytest.raises(UnreadableImageError) as caught:
            read_label_image(path)
        assert path.name in str(caught.value)


def test_colour_coded_sections_are_refused_as_colour(shared_data):
    folder = shared_data / "rgb_sections"
    for path in (folder, *folder.iterdir()):
        with pytest.raises(UnsupportedLabelsError, match="a colour image, not a label"):
            read_label_image(path)
