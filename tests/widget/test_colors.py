"""A colour image in the dock: offered, looked at, and turned into a Labels layer."""

from __future__ import annotations

import csv
from collections import defaultdict

import numpy as np
import pytest
from imageio.v3 import imwrite
from scipy import ndimage

from color_images import blobs, painted, parts_slowly, random_colors
from dock_colors import colors_of, look, make
from napari_label_index import export_coords
from napari_label_index._widget.colors import _color_layer
from napari_label_index._widget.picture._swatch import label_colors


def test_a_folder_of_slices_becomes_coordinates_of_every_part(
    dock, rgb, tmp_path, qtbot
):
    folder = tmp_path / "stack"
    folder.mkdir()
    for number, plane in enumerate(rgb):
        imwrite(folder / f"slice_{number:03}.png", plane)
    viewer, widget = dock()
    viewer.open(folder, plugin="napari")
    [image] = viewer.layers
    assert image.rgb
    assert hasattr(image.data, "dask")
    data = image.data
    look(widget, qtbot)
    wanted = parts_slowly(rgb)
    assert f"({len(wanted):,})" in widget.colors.panel.split_choice.text()
    layer = make(widget, qtbot, split=True)
    assert list(viewer.layers) == [image, layer]
    assert image.data is data
    path = export_coords(widget.session.index, None, tmp_path / "coords.csv")
    found = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            place = [int(row[axis]) for axis in "zyx"]
            found[int(row["label"])].append(place)
    assert sorted(found.values()) == sorted(voxels for _, voxels in wanted)
    assert {tuple(rgb[tuple(voxels[0])]) for voxels in found.values()} == {
        color for color, _ in wanted
    }


@pytest.mark.parametrize(
    ("dtype", "is_rgb", "is_offered"),
    [
        (np.uint8, True, True),
        (np.uint16, True, True),
        (np.float32, True, False),
        (np.uint8, False, False),
    ],
)
def test_only_an_image_in_exact_colours_is_offered(bare, dtype, is_rgb, is_offered):
    viewer, widget = bare()
    viewer.add_image(np.zeros((4, 5, 3), dtype), rgb=is_rgb, name="scan")
    assert widget.chooser.colors_button.isHidden() != is_offered
    hint = widget.table.hint.text()
    assert ("button above" in hint) == (is_offered or not is_rgb)
    viewer.layers.clear()
    assert widget.chooser.colors_button.isHidden()


def test_beside_labels_the_image_that_is_active_is_offered(looked_at, qtbot):
    viewer, widget = looked_at
    make(widget, qtbot)
    assert widget.chooser.colors_button.isHidden()
    viewer.layers.selection.active = viewer.layers["stack"]
    assert not widget.chooser.colors_button.isHidden()


def test_the_labels_lie_where_the_image_lies(bare, rgb, qtbot):
    viewer, widget = bare()
    place = {
        "scale": (2.0, 0.5, 0.5),
        "translate": (10.0, 3.0, 4.0),
        "rotate": np.array([[1, 0, 0], [0, 0.8, -0.6], [0, 0.6, 0.8]]),
        "units": ("um", "um", "um"),
        "axis_labels": ("t", "y", "x"),
    }
    image = viewer.add_image(rgb, rgb=True, name="stack", **place)
    look(widget, qtbot)
    layer = make(widget, qtbot, split=True)
    assert layer.name == "stack labels"
    for name in (*place, "shear", "affine"):
        assert np.all(getattr(layer, name) == getattr(image, name)), name
    # Axis 0 is time, so nothing goes on from one picture to the next.
    counts = [ndimage.label((rgb == color).all(-1)[z])[1] for z, color in planes(rgb)]
    assert len(widget.session.index) == sum(counts)
    assert widget.session.index.unit == "um"


def planes(rgb):
    return [(z, color) for z in range(len(rgb)) for color in colors_of(rgb)]


def test_of_an_image_in_several_resolutions_the_finest_is_taken(bare, rgb, qtbot):
    viewer, widget = bare()
    viewer.add_image([rgb, rgb[:, ::2, ::2]], rgb=True, multiscale=True)
    look(widget, qtbot)
    assert make(widget, qtbot).data.shape == rgb.shape[:-1]


def test_each_label_has_the_colour_of_the_image(looked_at, rgb, qtbot):
    _, widget = looked_at
    layer = make(widget, qtbot)
    index = widget.session.index
    shown = label_colors(layer, index.labels)[:, :3] * 255
    wanted = [rgb[tuple(index.coords(int(label))[0])] for label in index.labels]
    np.testing.assert_allclose(shown, wanted, atol=0.01)
    assert label_colors(layer, [0])[0, 3] == 0
    assert label_colors(layer, [12345])[0, 3] == 1  # painted later, and seen


@pytest.mark.parametrize("limit", ["MOST_LABELS", "MOST_VOXELS"])
def test_what_would_be_slow_to_draw_has_colours_of_napari(
    looked_at, rgb, qtbot, monkeypatch, limit
):
    monkeypatch.setattr(_color_layer, limit, len(colors_of(rgb)) - 1)
    _, widget = looked_at
    assert type(make(widget, qtbot).colormap).__name__ == "CyclicLabelColormap"


def test_the_panel_says_how_many_colours_and_that_they_are_in_parts(looked_at, rgb):
    _, widget = looked_at
    panel, n = widget.colors.panel, len(colors_of(rgb))
    assert panel.summary.text() == f"{n} colours in {rgb[..., 0].size:,} voxels."
    in_parts = [ndimage.label((rgb == c).all(-1))[1] > 1 for c in colors_of(rgb)]
    assert f"{sum(in_parts)} of {n} colours are in several parts" in panel.banner.text()
    assert panel.each_choice.text() == f"One label for each colour ({n})"


def test_a_smoothed_image_is_told(bare, qtbot):
    labels = blobs((40, 200, 200), (8, 16, 16))[20]
    sharp = painted(labels, random_colors(labels.max() + 1))
    soft = ndimage.gaussian_filter(sharp.astype(float), (0.8, 0.8, 0))
    viewer, widget = bare()
    for image in (sharp, soft.round().astype(np.uint8)):
        viewer.layers.clear()
        viewer.add_image(image, rgb=True)
        look(widget, qtbot)
        is_told = "smoothing" in widget.colors.panel.banner.text()
        assert is_told == (image is not sharp)
