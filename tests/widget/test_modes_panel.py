"""Buttons, menu, keys, legend and note of the dock, in a viewer."""

from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import Qt

from canvas_mouse import click
from dock_index import WAIT_MS
from napari_label_index._widget.modes._color_by_legend import ColorLegend, value_text
from napari_label_index._widget.modes._modes_menu import OWN_COLORS
from napari_label_index._widget.modes._modes_panel import ModesPanel
from napari_label_index.index import LabelImage
from napari_label_index.session import (
    N_LEVELS,
    ColorScale,
    ColumnStore,
    Dim,
    IndexSession,
    Ready,
)
from session.immediate import submit_now

SHIFT = Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


def on_show(widget):
    display = widget.modes.modes.display
    return display.is_isolated, display.hidden.tolist(), display.dim


def test_buttons_follow_the_selection(indexed):
    _, widget = indexed
    panel = widget.modes
    assert panel.isolate_button.isEnabled()
    assert not panel.hide_button.isEnabled()
    widget.session.selection.select([5])
    assert panel.hide_button.isEnabled()
    widget.session.clear()
    assert not panel.isolate_button.isEnabled()
    assert not panel.more_button.isEnabled()


def test_isolate_is_a_button_that_stays_down(indexed):
    viewer, widget = indexed
    layer = viewer.layers["cells"]
    widget.session.selection.select([5])
    widget.modes.isolate_button.click()
    assert widget.modes.isolate_button.isChecked()
    assert not layer.visible
    assert widget.modes.note.text() == "Only the selection shown"
    widget.modes.isolate_button.click()
    assert not widget.modes.isolate_button.isChecked()
    assert layer.visible
    assert widget.modes.note.isHidden()


def test_a_selection_that_is_hidden_is_not_said_to_be_shown(indexed):
    _, widget = indexed
    widget.session.selection.select([5])
    widget.modes.isolate_button.click()
    widget.modes.hide_button.click()
    assert widget.modes.note.text().startswith("Everything selected is hidden")
    widget.session.selection.select([5, 7])
    assert widget.modes.note.text().startswith("Only the selection shown")


def test_the_legend_says_where_values_lie_beyond_its_ends(qtbot):
    legend = ColorLegend()
    qtbot.addWidget(legend)
    values = np.concatenate([[1], np.arange(100, 1100), [10**6]])
    scale = ColorScale("num_pixels", values)
    assert scale.is_cut == (True, True)
    legend.show_scale(scale)
    low, high = (value_text(limit) for limit in scale.limits)
    assert legend.low.text() == f"\N{LESS-THAN OR EQUAL TO} {low}"
    assert legend.high.text() == f"\N{GREATER-THAN OR EQUAL TO} {high}"
    few = ColorScale("n_components", np.array([1] * 1000 + [2, 7]))
    legend.show_scale(few)
    assert (legend.low.text(), legend.high.text()) == ("1", "7")


def test_an_image_that_is_measured_can_colour_the_labels(indexed, qtbot):
    viewer, widget = indexed
    shape = viewer.layers["cells"].data.shape
    viewer.add_image(np.arange(np.prod(shape), dtype=np.float32).reshape(shape))
    widget.modes.menu.show_state()
    actions = widget.modes.menu.color_menu.actions()
    [mean] = [action for action in actions if action.data() == "intensity_mean"]
    assert mean.isEnabled()
    mean.trigger()
    qtbot.waitUntil(
        lambda: widget.modes.modes.display.colors is not None, timeout=WAIT_MS
    )
    assert widget.modes.legend.name.text() == "Intensity mean"


def test_the_note_says_how_many_are_hidden(indexed):
    _, widget = indexed
    widget.session.selection.select([5, 7])
    widget.modes.hide_button.click()
    assert widget.modes.note.text() == "2 labels hidden"
    assert len(widget.session.selection) == 2, "hiding is no deselecting"


def test_an_edit_leaves_labels_hidden(indexed):
    viewer, widget = indexed
    layer = viewer.layers["cells"]
    widget.session.selection.select([5])
    widget.modes.hide_button.click()
    layer.data_setitem((np.array([0]), np.array([1]), np.array([0])), 3)
    assert not layer.visible
    assert widget.modes.note.text() == "1 label hidden"


def test_what_changed_elsewhere_brings_hidden_labels_back_and_says_so(indexed, qtbot):
    viewer, widget = indexed
    layer = viewer.layers["cells"]
    widget.session.selection.select([5])
    widget.modes.hide_button.click()
    assert not layer.visible
    layer.data = layer.data.copy()
    qtbot.waitUntil(lambda: layer.visible, timeout=10_000)
    assert widget.modes.note.text().startswith("The labels changed")


def test_closing_the_dock_gives_layer_and_keys_back(indexed):
    viewer, widget = indexed
    layer = viewer.layers["cells"]
    assert layer.keymap
    widget.session.selection.select([5])
    widget.modes.isolate_button.click()
    widget.close_session()
    assert layer.visible
    assert not layer.keymap
    assert list(viewer.layers) == [layer]


def test_removing_the_layer_gives_it_back_and_ends_the_modes(indexed):
    viewer, widget = indexed
    layer = viewer.layers["cells"]
    widget.session.selection.select([5])
    widget.modes.isolate_button.click()
    viewer.layers.remove(layer)
    assert layer.visible
    assert not layer.keymap
    assert not viewer.layers
    assert on_show(widget) == (False, [], Dim.OFF)


def test_another_layer_is_not_touched_by_the_modes_of_the_one_before(indexed, volume):
    viewer, widget = indexed
    widget.session.selection.select([5])
    widget.modes.isolate_button.click()
    other = viewer.add_labels(volume.copy(), name="other")
    widget.chooser.choose(other)
    assert viewer.layers["cells"].visible
    assert other.visible
    assert not widget.modes.isolate_button.isChecked()


def test_the_menu_shows_what_is_on(indexed):
    _, widget = indexed
    menu = widget.modes.menu
    menu.show_state()
    assert not menu.unhide.isEnabled()
    actions = [a for a in menu.color_menu.actions() if not a.isSeparator()]
    names = [action.data() for action in actions]
    assert names[:2] == ["", "num_pixels"]
    assert [action.text() for action in actions[:2]] == [OWN_COLORS, "Voxels"]
    assert "(num_pixels)" in actions[1].toolTip()
    assert "n_components" in names
    assert "label" not in names
    [mean] = [action for action in actions if action.data() == "intensity_mean"]
    assert not mean.isEnabled()
    assert "need an Image layer" in mean.toolTip()
    menu.dim_actions[Dim.DIMMED].trigger()
    menu.show_state()
    assert widget.modes.modes.display.dim is Dim.DIMMED
    assert menu.dim_actions[Dim.DIMMED].isChecked()


def test_colours_from_the_menu_have_a_legend(indexed, qtbot):
    viewer, widget = indexed
    panel, layer = widget.modes, viewer.layers["cells"]
    panel.menu.show_state()
    chosen = [a for a in panel.menu.color_menu.actions() if a.data() == "num_pixels"]
    chosen[0].trigger()
    qtbot.waitUntil(lambda: panel.modes.display.colors is not None, timeout=WAIT_MS)
    assert not panel.legend.isHidden()
    assert (panel.legend.low.text(), panel.legend.high.text()) == ("2", "3")
    assert panel.legend.name.text() == "Voxels"
    assert not layer.visible
    panel.legend.log.click()
    assert panel.modes.display.colors.is_log
    panel.legend.close_button.click()
    assert panel.legend.isHidden()
    assert layer.visible


def test_publishing_says_what_was_written(indexed):
    viewer, widget = indexed
    widget.modes.menu.publish.trigger()
    assert viewer.layers["cells"].features["index"].tolist() == [0, 1, 3, 5, 7]
    assert "4 labels" in widget.modes.banner.text()
    assert isinstance(widget.session.state, Ready), "no voxel changed"


def test_back_goes_to_the_row_as_well(indexed, qtbot):
    _, widget = indexed
    panel, selection = widget.modes, widget.session.selection
    selection.select([3])
    qtbot.waitUntil(lambda: not panel._timer.isActive(), timeout=WAIT_MS)
    selection.select([7])
    qtbot.waitUntil(panel.back_button.isEnabled, timeout=WAIT_MS)
    panel.back_button.click()
    assert selection.labels.tolist() == [3]
    assert widget.table.view.current_label() == 3
    assert panel.forward_button.isEnabled()


def test_a_click_on_a_hidden_object_selects_nothing(in_window):
    viewer, widget = in_window
    viewer.dims.set_point(0, 1)
    widget.session.selection.select([5])
    click(viewer, (2, 0))
    assert widget.session.selection.labels.tolist() == [3], "test invalid"
    widget.modes.hide_button.click()
    widget.session.selection.select([1])
    click(viewer, (2, 0))
    assert widget.session.selection.labels.tolist() == [1]
    click(viewer, (1, 1))
    assert widget.session.selection.labels.tolist() == [5], "that one is seen"


def test_the_note_and_the_picture_know_3d(indexed):
    viewer, widget = indexed
    widget.modes.modes.set_dim(Dim.OUTLINES)
    assert widget.modes.note.text() == "Others as outlines"
    viewer.dims.ndisplay = 3
    assert widget.modes.note.text() == "Others dimmed in 3D"
    assert viewer.layers["cells"].visible
    viewer.dims.ndisplay = 2
    assert not viewer.layers["cells"].visible


def test_the_bar_of_the_legend_goes_from_dark_to_light(qtbot):
    legend = ColorLegend()
    qtbot.addWidget(legend)
    legend.show_scale(ColorScale("size", np.array([1.0, 50, np.nan])))
    legend.resize(280, legend.sizeHint().height())
    legend.show()
    picture = legend.grab().toImage()
    bar = legend.layout().itemAtPosition(1, 0).widget().geometry()
    light = [
        picture.pixelColor(x, bar.center().y()).lightness()
        for x in range(bar.left() + 1, bar.right(), bar.width() // N_LEVELS)
    ]
    assert light[0] < 60 < 100 < max(light)
    assert not legend.gaps.isHidden()
    assert legend.minimumSizeHint().width() <= 300


@pytest.mark.parametrize(
    ("value", "text"),
    [(12, "12"), (1204.2, "1,204"), (0.0123, "0.0123"), (3.1e9, "3.1e+09"), (0, "0")],
)
def test_values_are_short(value, text):
    assert value_text(value) == text


def test_no_widget_of_the_panel_needs_more_than_300_pixels(indexed):
    _, widget = indexed
    widget.modes.legend.show_scale(ColorScale("a_long_column_name" * 4, np.arange(9)))
    assert widget.modes.minimumSizeHint().width() <= 300


def test_without_a_layer_the_commands_do_nothing(bare):
    viewer, widget = bare()
    for _, _, command in widget.modes.commands():
        command()
    widget.modes.publish()
    assert on_show(widget) == (False, [], Dim.OFF)
    assert isinstance(viewer, ViewerModel)


def test_a_dock_that_opens_beside_a_picture_in_3d_speaks_of_3d(qtbot):
    viewer, session = ViewerModel(ndisplay=3), IndexSession(submit_now)
    panel = ModesPanel(viewer, session, ColumnStore(submit_now), lambda: None)
    qtbot.addWidget(panel, before_close_func=lambda each: each.picture.close())
    session.request_index(LabelImage(np.eye(3, dtype=int)))
    panel.cycle_dim()
    panel.cycle_dim()
    assert panel.note.text() == "Others dimmed in 3D"
