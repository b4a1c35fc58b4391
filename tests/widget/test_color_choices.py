"""Colours to labels in the dock: other choices, changes meanwhile, and the table."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from color_images import parts_slowly
from dock_colors import colors_of, look, make, pick, wait_for
from dock_index import WAIT_MS
from napari_label_index.session import (
    ColorsFailed,
    ColorsFound,
    CountingColors,
    NoColors,
)


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


def test_an_answer_about_an_image_that_is_gone_is_not_taken(bare, rgb, tmp_path, qtbot):
    viewer, widget = bare()
    for name in ("other", "stack"):
        viewer.add_image(rgb, rgb=True, name=name)
    look(widget, qtbot)

    def ask_ids(_parent):
        viewer.layers.remove("stack")
        look(widget, qtbot)
        return tmp_path / "ids.csv"

    widget.colors.ask_ids = ask_ids
    widget.colors.panel.ids_button.click()
    assert widget.colors.source is viewer.layers["other"]
    assert widget.colors.panel.ids is None
    assert isinstance(widget.colors.converter.state, ColorsFound)


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


def test_in_a_low_and_narrow_dock_every_line_of_the_panel_is_whole(bare, rgb, qtbot):
    viewer, widget = bare()
    viewer.add_labels(np.ones((4, 5), int))
    widget.request_index()
    qtbot.waitUntil(lambda: widget.session.index is not None, timeout=WAIT_MS)
    viewer.add_image(rgb, rgb=True, name="a_name_without_a_space_" * 4)
    widget.resize(320, 480)
    widget.show()
    look(widget, qtbot)
    panel, path = widget.colors.panel, Path("a_list_without_a_space_" * 4)
    panel.show_ids(path)
    assert panel.ids_label.toolTip() == str(path)
    lines = (panel.title, panel.summary, panel.banner, panel.ids_label)
    qtbot.waitUntil(lambda: all(map(is_whole, lines)), timeout=WAIT_MS)
    assert panel.minimumSizeHint().width() < 320
    assert panel.main_button.height() >= panel.main_button.sizeHint().height()


def is_whole(line):
    return line.height() >= line.heightForWidth(line.width())


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
