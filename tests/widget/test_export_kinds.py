"""Each kind of export from the panel, read back by a library that is not ours."""

from __future__ import annotations

import zipfile

import numpy as np
import pandas
import pyarrow.parquet as pq
import pytest
import roifile
import tifffile
from qtpy.QtCore import Qt
from qtpy.QtGui import QGuiApplication
from skimage.draw import polygon2mask

from dock_index import WAIT_MS, index_layer
from export_window import choose, written
from napari_label_index._widget.exports import _points_layer
from napari_label_index._widget.exports._export_form import ALL
from napari_label_index._widget.exports._export_kinds import KINDS

SCALE = (2, 0.5, 0.5)
FILES = [(kind.title, name) for kind in KINDS if kind.has_file for name in kind.files]


@pytest.fixture
def panel(indexed):
    _, widget = indexed
    widget.session.selection.select([3, 7])
    widget.export_button.click()
    return widget.export_panel


def rows(volume, labels):
    """Every voxel of some labels, as (label, z, y, x)."""
    return [(k, *p) for k in labels for p in np.argwhere(volume == k).tolist()]


def records(frame):
    return list(frame.itertuples(index=False, name=None))


def content_of(path):
    """The bytes of a file; of a TIFF its voxels, since OME numbers every file."""
    if path.suffix != ".tif":
        return path.read_bytes()
    with tifffile.TiffFile(path) as file:
        return file.asarray().tobytes(), file.series[0].axes, file.is_ome


READERS = {
    "CSV": pandas.read_csv,
    "CSV, compressed": lambda path: pandas.read_csv(path, compression="gzip"),
    "Parquet": lambda path: pq.read_table(path).to_pandas(),
}


@pytest.mark.parametrize("file_type", READERS)
def test_coordinates(panel, volume, qtbot, file_type):
    choose(panel, "Coordinates", file_type)
    found = READERS[file_type](written(panel, qtbot))
    assert list(found) == ["label", "z", "y", "x"]
    assert records(found) == rows(volume, [3, 7])


def test_coordinates_as_npz(panel, volume, qtbot):
    choose(panel, "Coordinates", "NPZ (NumPy)")
    with np.load(written(panel, qtbot), allow_pickle=False) as found:
        for place, label in enumerate(found["labels"]):
            own = slice(*found["offsets"][place : place + 2])
            np.testing.assert_array_equal(
                found["coords"][own], np.argwhere(volume == label)
            )


@pytest.mark.parametrize("file_type", READERS)
def test_runs(panel, volume, qtbot, file_type):
    choose(panel, "Runs", file_type)
    found = READERS[file_type](written(panel, qtbot))
    voxels = [
        (k, z, y, x + step)
        for k, z, y, x, length in records(found)
        for step in range(length)
    ]
    assert voxels == rows(volume, [3, 7])


@pytest.mark.parametrize("file_type", READERS)
def test_the_table(panel, volume, qtbot, file_type):
    choose(panel, "Table", file_type)
    found = READERS[file_type](written(panel, qtbot))
    assert found["label"].tolist() == [3, 7]
    assert found["num_pixels"].tolist() == [(volume == k).sum() for k in (3, 7)]
    centers = [np.argwhere(volume == k).mean(axis=0) for k in (3, 7)]
    names = ["centroid-0", "centroid-1", "centroid-2"]
    np.testing.assert_allclose(found[names], centers)


def test_the_mask_is_cut_to_its_box_unless_all_is_wanted(panel, volume, qtbot):
    choose(panel, "Mask")
    is_inside = np.isin(volume, [3, 7])
    box = tuple(slice(p.min(), p.max() + 1) for p in np.nonzero(is_inside))
    expected = np.where(is_inside, 255, 0)
    found = tifffile.imread(written(panel, qtbot))
    np.testing.assert_array_equal(found, expected[box])
    panel.form.options.extent.setCurrentText("Whole volume")
    np.testing.assert_array_equal(tifffile.imread(written(panel, qtbot)), expected)


def test_the_label_image(panel, volume, qtbot):
    choose(panel, "Labels TIFF")
    expected = np.where(np.isin(volume, [3, 7]), volume, 0)
    found = tifffile.imread(written(panel, qtbot))
    assert found.dtype == volume.dtype
    np.testing.assert_array_equal(found, expected)
    panel.form.options.smallest.setChecked(True)
    panel.form.options.flavour.setCurrentText("ImageJ")
    with tifffile.TiffFile(written(panel, qtbot)) as file:
        assert file.is_imagej
        assert file.asarray().dtype == np.uint8
        np.testing.assert_array_equal(file.asarray(), expected)


def test_rois_fill_the_labels(panel, volume, qtbot):
    choose(panel, "ImageJ ROIs")
    path = written(panel, qtbot)
    found = np.zeros_like(volume)
    for roi in roifile.roiread(path):
        # A pixel is inside where its centre is.
        corners = roi.coordinates()[:, ::-1] - 0.5
        mask = polygon2mask(volume.shape[1:], corners)
        found[roi.position - 1][mask] = int(roi.name)
    np.testing.assert_array_equal(found, np.where(np.isin(volume, [3, 7]), volume, 0))
    assert len(zipfile.ZipFile(path).namelist()) == 3


def test_meshes_hold_the_volume_in_world_units(panel, volume, qtbot):
    choose(panel, "Meshes", "STL")
    assert panel.form.options.units.currentText() == "World"
    data = written(panel, qtbot).read_bytes()
    kind = [("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("rest", "<u2")]
    found = np.frombuffer(data, kind, offset=84)
    a, b, c = found["corners"].astype(float).transpose(1, 0, 2)
    volume_inside = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    n_voxels = np.isin(volume, [3, 7]).sum()
    assert 0.1 < volume_inside / (n_voxels * np.prod(SCALE)) < 1.1
    choose(panel, "Meshes", "PLY, with labels")
    assert written(panel, qtbot).read_bytes().startswith(b"ply\n")


def test_points_are_where_the_voxels_are(indexed, panel, volume):
    viewer, _ = indexed
    choose(panel, "Points layer")
    assert panel.write_button.text() == "Add"
    assert panel.estimate.text() == "2 labels, 5 points"
    panel.write_button.click()
    points = viewer.layers["cells voxels"]
    found = [
        (k, *p) for k, p in zip(points.features["label"], points.data, strict=True)
    ]
    assert found == rows(volume, [3, 7])
    np.testing.assert_array_equal(points.scale, SCALE)
    assert "Added 5 voxels of 2 labels" in panel.banner.text()


def test_too_many_points_are_refused_with_the_number(panel, monkeypatch):
    monkeypatch.setattr(_points_layer, "MAX_POINTS", 4)
    choose(panel, "Points layer")
    assert not panel.write_button.isEnabled()
    assert "at most 4. Choose fewer labels" in panel.estimate.text()
    panel._session.selection.select([3])
    assert panel.write_button.isEnabled()


@pytest.mark.parametrize(("title", "file_type"), FILES)
def test_every_file_is_verified_and_copied_as_python_that_writes_the_same(
    indexed, panel, tmp_path, qtbot, title, file_type
):
    viewer, _ = indexed
    choose(panel, title, file_type)
    options = panel.form.options
    options.order.setCurrentIndex(1)
    path = written(panel, qtbot)
    before = content_of(path)
    panel.result.verify_button.click()
    qtbot.waitUntil(lambda: "Verified: " in panel.banner.text(), timeout=WAIT_MS)
    is_surface = title == "Meshes"  # of which no voxel is compared
    told = "checksums and counts match" if is_surface else "agrees with the layer"
    assert told in panel.banner.text()
    assert panel.result.python_button.isEnabled()
    panel.result.python_button.click()
    # The X server hands the clipboard over when it comes to it.
    clipboard = QGuiApplication.clipboard()
    qtbot.waitUntil(lambda: str(path) in clipboard.text(), timeout=WAIT_MS)
    script = clipboard.text()
    path.unlink()
    exec(compile(script, "copied.py", "exec"), {"viewer": viewer})
    assert content_of(path) == before


def test_one_file_per_label_axes_units_and_intensity(
    indexed, panel, volume, tmp_path, qtbot
):
    viewer, _ = indexed
    image = np.random.default_rng(1).random(volume.shape).astype(np.float32)
    viewer.add_image(image, name="DAPI", scale=SCALE)
    choose(panel, "Coordinates", "Parquet")
    options = panel.form.options
    options.order.setCurrentText("x, y, z")
    options.units.setCurrentText("World")
    options.files.setCurrentText("One per label")
    options.intensity.setChecked(True)
    assert options.intensity.text() == "of DAPI"
    assert "2 labels in 2 files, about" in panel.estimate.text()
    folder = written(panel, qtbot)
    assert folder == tmp_path / "cells-coords"
    for label in (3, 7):
        found = pq.read_table(folder / f"label_{label}.parquet").to_pandas()
        assert list(found) == ["label", "x", "y", "z", "intensity"]
        voxels = np.argwhere(volume == label)
        np.testing.assert_allclose(found[["z", "y", "x"]], voxels * SCALE)
        np.testing.assert_array_equal(found["intensity"], image[volume == label])
    assert "2 files in the folder cells-coords" in panel.banner.text()


def test_the_table_as_it_is_shown_has_the_columns_that_were_chosen(
    indexed, panel, volume, qtbot
):
    viewer, widget = indexed
    image = np.arange(volume.size, dtype=np.float32).reshape(volume.shape)
    viewer.add_image(image, name="DAPI")
    widget.table.columns.set_shown("n_components", True)
    widget.table.columns.set_shown("intensity_mean", True)
    store = widget.inspection.columns
    qtbot.waitUntil(lambda: store.is_ready("intensity_mean"), timeout=WAIT_MS)
    choose(panel, "Table", "CSV")
    panel.form.options.columns.setCurrentText("As shown in the table")
    found = pandas.read_csv(written(panel, qtbot))
    assert list(found)[-2:] == ["n_components", "intensity_mean"]
    means = [image[volume == k].mean() for k in (3, 7)]
    np.testing.assert_allclose(found["intensity_mean"], means)
    panel.form.options.columns.setCurrentText("All columns")
    assert set(pandas.read_csv(written(panel, qtbot))) == set(
        widget.session.index.columns
    )


@pytest.mark.parametrize("shape", [(4, 5), (2, 3, 4, 5)])
def test_kinds_that_a_volume_cannot_have_say_why(bare, qtbot, shape):
    viewer, widget = bare()
    viewer.add_labels(np.ones(shape, np.uint8), name="cells")
    index_layer(widget, qtbot)
    widget.export_button.click()
    panel = widget.export_panel
    panel.form.scope.setCurrentText(ALL)
    box = panel.form.kind_box
    can = {}
    for place, kind in enumerate(KINDS):
        can[kind.title] = bool(
            box.model().item(place).flags() & Qt.ItemFlag.ItemIsEnabled
        )
        tooltip = box.itemData(place, Qt.ItemDataRole.ToolTipRole)
        assert tooltip == kind.meaning or f"this volume has {len(shape)}." in tooltip
        assert (tooltip == kind.meaning) == can[kind.title]
    assert can["ImageJ ROIs"] == (len(shape) in (2, 3, 4))
    assert not can["Meshes"]
    box.setCurrentText("Meshes")
    assert panel.estimate.text().startswith("Meshes are for 3 axes")
    assert not panel.write_button.isEnabled()


def test_only_options_that_fit_the_kind_are_shown(panel):
    panel.show()
    panel.form.fold.set_open(True)
    options = panel.form.options
    shown = {
        "Coordinates": {options.order, options.units, options.files, options.intensity},
        "Runs": {options.order, options.files},
        "Table": {options.columns},
        "Mask": {options.extent, options.flavour},
        "Labels TIFF": {options.extent, options.flavour, options.smallest},
        "ImageJ ROIs": set(),
        "Meshes": {options.units, options.files},
        "Points layer": set(),
    }
    fields = set().union(*shown.values())
    for title, expected in shown.items():
        choose(panel, title)
        assert {each for each in fields if each.isVisibleTo(options)} == expected
        assert panel.form.fold.isVisibleTo(panel) == bool(expected)
