"""A colour image in the dock: offered, looked at, and turned into a Labels layer."""

from __future__ import annotations

import csv
from collections import defaultdict

import numpy as np
import pytest
from imageio.v3 import imwrite
from scipy import ndimage

from color_images import blobs, painted, parts_slowly, random_colors
from napari_label_index import export_coords
from napari_label_index._widget.colors import _color_layer
from napari_label_index._widget.picture._swatch import label_colors
from napari_label_index.session import (
    ColorsFailed,
    ColorsFound,
    CountingColors,
    NoColors,
    Ready,
)

WAIT_MS = 10_000


@pytest.fixture(scope="module")
def rgb():
    """Blobs of which every two have one colour, on black."""
    labels = blobs((6, 40, 48), (3, 8, 9))
    colors = random_colors(labels.max() // 2 + 2)
    return painted(labels, colors[(np.arange(labels.max() + 1) + 1) // 2])


@pytest.fixture
def looked_at(bare, rgb, qtbot):
    """A viewer with `rgb` as an image in colour, and its dock, colours counted."""
    viewer, widget = bare()
    viewer.add_image(rgb, rgb=True, name="stack")
    look(widget, qtbot)
    return viewer, widget


def look(widget, qtbot):
    widget.chooser.colors_button.click()
    wait_for(widget, ColorsFound, qtbot)


def wait_for(widget, kind, qtbot):
    converter = widget.colors.converter
    qtbot.waitUntil(lambda: isinstance(converter.state, kind), timeout=WAIT_MS)


def make(widget, qtbot, *, split=False):
    """Press Make labels; returns the new layer, which is indexed."""
    panel = widget.colors.panel
    (panel.split_choice if split else panel.each_choice).click()
    assert panel.main_button.text() == "Make labels"
    panel.main_button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    return widget.link.layer


def colors_of(rgb):
    return {tuple(color) for color in rgb.reshape(-1, 3).tolist()} - {(0, 0, 0)}


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


def test_a_list_of_ids_is_used_once_its_faults_are_corrected(
    looked_at, rgb, tmp_path, qtbot
):
    _, widget = looked_at
    path, panel = tmp_path / "ids.csv", widget.colors.panel
    lines = [f"{7 + i},{r},{g},{b}" for i, (r, g, b) in enumerate(colors_of(rgb))]
    path.write_text("\n".join(["label,red,green,blue", *lines, "8,1,2,300x"]))
    widget.colors.ask_ids = lambda _parent: path
    panel.ids_button.click()
    wait_for(widget, ColorsFailed, qtbot)
    assert f"ids.csv: line {len(lines) + 2}" in panel.banner.text()
    assert panel.main_button.text() == "Look again"
    path.write_text("\n".join(["label,red,green,blue", *lines]))
    panel.main_button.click()
    wait_for(widget, ColorsFound, qtbot)
    assert "ids.csv" in panel.ids_label.text()
    make(widget, qtbot)
    found = {
        int(label): tuple(rgb[tuple(widget.session.index.coords(int(label))[0])])
        for label in widget.session.index.labels
    }
    assert found == {7 + i: color for i, color in enumerate(colors_of(rgb))}


def test_without_the_list_the_ids_are_those_of_the_colours(looked_at, tmp_path, qtbot):
    _, widget = looked_at
    panel = widget.colors.panel
    widget.colors.ask_ids = lambda _parent: tmp_path / "gone.csv"
    panel.ids_button.click()
    wait_for(widget, ColorsFailed, qtbot)
    panel.clear_button.click()
    wait_for(widget, ColorsFound, qtbot)
    assert panel.clear_button.isHidden()


def pick(combo, text):
    """Choose the line that begins with `text`, as a person does."""
    place = next(i for i in range(combo.count()) if combo.itemText(i).startswith(text))
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def test_another_background_is_counted_again(bare, rgb, qtbot):
    viewer, widget = bare()
    ground, combo = (200, 201, 202), widget.colors.panel.background
    viewer.add_image(np.where(rgb.any(-1, keepdims=True), rgb, np.uint8(ground)))
    look(widget, qtbot)
    n = len(colors_of(rgb))
    share = f"{1 - rgb.any(-1).mean():.0%}"
    assert "is the background" in widget.colors.panel.banner.text()
    pick(combo, f"#c8c9ca, {share}")
    wait_for(widget, ColorsFound, qtbot)
    assert widget.colors.converter.state.labels.n_colors == n
    pick(combo, "None")
    wait_for(widget, ColorsFound, qtbot)
    assert widget.colors.converter.state.labels.n_colors == n + 1
    widget.colors.ask_color = lambda _parent, bits: ground if bits == 8 else None
    pick(combo, "Other")
    wait_for(widget, ColorsFound, qtbot)
    assert widget.colors.converter.state.labels.n_colors == n
    assert combo.currentText().startswith("#c8c9ca")


def replace(viewer, widget):
    viewer.layers["stack"].data = viewer.layers["stack"].data[::-1].copy()


def remove(viewer, widget):
    viewer.layers.remove("stack")


def close(viewer, widget):
    widget.colors.panel.close_button.click()


def cancel(viewer, widget):
    widget.colors.panel.progress.cancel_button.click()


@pytest.mark.parametrize("change", [replace, remove, close, cancel])
@pytest.mark.parametrize("moment", ["counting", "making"])
def test_a_change_meanwhile_leaves_no_labels(bare, rgb, qtbot, change, moment):
    viewer, widget = bare()
    viewer.add_image(rgb, rgb=True, name="stack")
    widget.chooser.colors_button.click()
    if moment == "making":
        wait_for(widget, ColorsFound, qtbot)
        widget.colors.panel.main_button.click()
    change(viewer, widget)
    assert widget._submit.wait(10)
    qtbot.wait(1)
    assert [layer.name for layer in viewer.layers if layer.name != "stack"] == []
    panel, state = widget.colors.panel, widget.colors.converter.state
    assert panel.progress.isHidden()
    assert panel.isHidden() == (change in (remove, close))
    is_back = change is cancel and moment == "making"
    assert isinstance(state, ColorsFound if is_back else NoColors)
    if change is replace:
        assert "changed" in panel.banner.text()
        panel.main_button.click()
        wait_for(widget, ColorsFound, qtbot)


def test_a_renamed_image_is_followed(looked_at, qtbot):
    viewer, widget = looked_at
    viewer.layers["stack"].name = "cells"
    assert "'cells'" in widget.colors.panel.title.text()
    assert make(widget, qtbot).name == "cells labels"


def test_an_image_that_came_as_labels_is_offered_too(bare, rgb, qtbot):
    viewer, widget = bare()
    wrong = viewer.add_labels(rgb, name="wrong", scale=(2, 0.5, 0.5, 1))
    assert "button above" in widget.chooser.warning.text()
    look(widget, qtbot)
    layer = make(widget, qtbot, split=True)
    assert layer is not wrong
    assert layer.scale.tolist() == [2, 0.5, 0.5]
    assert len(widget.session.index) == len(parts_slowly(rgb))
    assert widget.chooser.warning.isHidden()
    assert widget.chooser.colors_button.isHidden()


def test_labels_that_are_painted_on_are_looked_at_again(bare, rgb, qtbot):
    viewer, widget = bare()
    wrong = viewer.add_labels(rgb.copy(), name="wrong")
    look(widget, qtbot)
    wrong.data_setitem((np.array([0]), np.array([0]), np.array([0]), np.array([0])), 9)
    assert isinstance(widget.colors.converter.state, NoColors)
    assert "changed" in widget.colors.panel.banner.text()


def test_the_table_of_colours_stays_with_its_layer(looked_at, rgb, tmp_path, qtbot):
    viewer, widget = looked_at
    row = widget.colors.table_row
    assert row.isHidden()
    layer = make(widget, qtbot)
    other = viewer.add_labels(np.ones((3, 4), int), name="other")
    widget.chooser.choose(other)
    assert row.isHidden()
    widget.chooser.choose(layer)
    assert not row.isHidden()
    row.save_button.click()
    qtbot.waitUntil(lambda: "Wrote" in row.banner.text(), timeout=WAIT_MS)
    with (tmp_path / "colours.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = {
        (int(row["red"]), int(row["green"]), int(row["blue"])): int(row["num_pixels"])
        for row in rows
    }
    assert found == {c: int((rgb == c).all(-1).sum()) for c in colors_of(rgb)}


def test_an_image_of_background_alone_makes_no_labels(bare, qtbot):
    viewer, widget = bare()
    viewer.add_image(np.zeros((4, 5, 3), np.uint8), rgb=True)
    look(widget, qtbot)
    assert "no colour but the background" in widget.colors.panel.banner.text()
    assert not widget.colors.panel.main_button.isEnabled()


def test_a_dock_that_is_closed_stops_looking(dock, rgb, qtbot):
    viewer, widget = dock()
    image = viewer.add_image(rgb, rgb=True)
    widget.chooser.colors_button.click()
    assert isinstance(widget.colors.converter.state, CountingColors)
    widget.close_session()
    assert widget._submit.wait(10)
    qtbot.wait(1)
    assert list(viewer.layers) == [image]
    image.data = image.data[::-1]  # nobody listens any more
