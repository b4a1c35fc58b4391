"""Files that napari opens and saves through us, by its own File menu functions."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest

from napari_label_index import build_index, open_index
from napari_label_index._layer_files._reader import get_reader
from napari_label_index.index import LabelImage
from napari_label_index.io import INDEX_SUFFIX, save_index


@pytest.fixture
def volume():
    volume = np.random.default_rng(0).integers(0, 5, (4, 5, 6)).astype(np.uint16)
    return np.repeat(volume, 3, axis=2)


def test_an_index_opens_as_the_layer_it_was_made_of(
    make_napari_viewer, tmp_path, volume
):
    image = LabelImage(
        volume, spacing=(2, 0.5, 0.5), origin=(10, 0, 1), unit="um", source="cells.tif"
    )
    path = tmp_path / f"my.cells{INDEX_SUFFIX}"
    save_index(build_index(image), path)
    viewer = make_napari_viewer()
    (layer,) = viewer.open(path, plugin=None)
    assert type(layer).__name__ == "Labels"
    assert layer.name == "my.cells"
    assert layer.data.dtype == volume.dtype
    np.testing.assert_array_equal(layer.data, volume)
    assert layer.scale.tolist() == [2, 0.5, 0.5]
    assert layer.translate.tolist() == [10, 0, 1]
    assert {str(unit) for unit in layer.units} == {"micrometer"}
    assert layer.axis_labels == ("z", "y", "x")


def test_an_image_of_another_field_opens_as_labels(make_napari_viewer, tmp_path):
    volume = np.arange(24).reshape(2, 3, 4)
    affine = np.diag([1, 2, 3, 1])
    path = tmp_path / "atlas.nii.gz"
    nibabel.save(nibabel.Nifti1Image(volume.T.astype(np.float32), affine), path)
    (layer,) = make_napari_viewer().open(path, plugin="napari-label-index")
    assert type(layer).__name__ == "Labels"
    assert layer.data.dtype.kind in "iu"
    np.testing.assert_array_equal(layer.data, volume)
    assert layer.scale.tolist() == [3, 2, 1]


@pytest.mark.parametrize("path", ["a.tif", "a.png", "folder", ["a.nii", "b.nii"]])
def test_what_napari_reads_itself_is_left_to_it(path):
    assert get_reader(path) is None


def test_a_layer_is_saved_as_an_index(make_napari_viewer, tmp_path, volume):
    layer = make_napari_viewer().add_labels(
        volume, scale=(2, 1, 1), units=("um", "um", "um"), name="cells"
    )
    (path,) = layer.save(str(tmp_path / f"cells{INDEX_SUFFIX}"))
    index = open_index(path)
    np.testing.assert_array_equal(index.to_label_image(), volume)
    assert (index.spacing, index.unit) == ((2, 1, 1), "um")


def test_the_unit_of_a_film_is_there_again(make_napari_viewer, tmp_path, volume):
    film = LabelImage(volume, axes=("t", "y", "x"), unit="um")
    path = str(tmp_path / f"film{INDEX_SUFFIX}")
    save_index(build_index(film), path)
    (layer,) = make_napari_viewer().open(path, plugin="napari-label-index")
    (again,) = layer.save(str(tmp_path / f"again{INDEX_SUFFIX}"))
    assert open_index(again).unit == "um"


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_layer_is_saved_as_coordinates(make_napari_viewer, tmp_path, volume, suffix):
    import pandas

    layer = make_napari_viewer().add_labels(volume, name="cells")
    (path,) = layer.save(str(tmp_path / f"voxels{suffix}"))
    read = pandas.read_csv if suffix == ".csv" else pandas.read_parquet
    table = read(path)
    assert list(table) == ["label", "z", "y", "x"]
    found = np.zeros_like(volume)
    found[table["z"], table["y"], table["x"]] = table["label"]
    np.testing.assert_array_equal(found, volume)


def test_a_multiscale_layer_is_saved_at_full_resolution(
    make_napari_viewer, tmp_path, volume
):
    levels = [volume, volume[::2, ::2, ::2]]
    layer = make_napari_viewer().add_labels(levels, multiscale=True, name="cells")
    (path,) = layer.save(str(tmp_path / f"cells{INDEX_SUFFIX}"))
    np.testing.assert_array_equal(open_index(path).to_label_image(), volume)
