"""Compare mode in the dock: rows, clicks to both layers, and what becomes outdated."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt

from dock_compare import click, compare, shown_rows, two_layers, wait_for
from dock_filter import focus_on
from dock_index import WAIT_MS
from dock_table import table_selection
from napari_label_index._widget.compare._compare_view import NONE
from napari_label_index._widget.compare._partner_highlight import PartnerHighlight
from napari_label_index._widget.picture._highlight import is_highlight
from napari_label_index.session import Compared, Comparing, NotCompared
from planted_differences import ADDED, MERGED, MISSING_THERE, PIECES, two_images

Key = Qt.Key


@pytest.fixture
def compared(bare, qtbot):
    viewer, widget = two_layers(bare, qtbot)
    compare(widget, qtbot)
    return viewer, widget


def drawn(viewer, name):
    """Voxels that a highlight layer covers, in the coordinates of the volume."""
    layer = viewer.layers[name]
    coords = np.argwhere(np.asarray(layer.data)) + layer.translate.astype(int)
    return set(map(tuple, coords.tolist()))


def voxels(image, *labels):
    return set(map(tuple, np.argwhere(np.isin(image, labels)).tolist()))


def test_every_planted_difference_has_a_row_and_a_chip(compared):
    _, widget = compared
    rows = {row[0]: row[1:] for row in shown_rows(widget)}
    assert rows["5"] == ("match", "5")
    assert rows[str(MISSING_THERE)] == ("missing there", NONE)
    assert rows[NONE] == ("missing here", str(ADDED))
    assert sorted(rows[str(MERGED)][1].split(", ")) == sorted(map(str, PIECES))
    chips = {name: b.text() for name, b in widget.compare.panel.chips.buttons.items()}
    assert chips["Missing here"] == "Missing here 1"
    assert chips["Missing there"] == "Missing there 1"
    matches = {label: row[1] for label, row in rows.items() if row[0] == "match"}
    others = [label for label in matches if matches[label].split(", ")[0] != label]
    widget.compare.panel.chips.buttons["Other id"].click()
    assert [row[0] for row in shown_rows(widget)] == others != []
    assert widget.compare.panel.summary.text().startswith("27 labels here, 27 in 'sec")


def test_a_chip_shows_only_its_rows_and_again_all(compared):
    _, widget = compared
    button = widget.compare.panel.chips.buttons["Missing here"]
    button.click()
    assert shown_rows(widget) == [(NONE, "missing here", str(ADDED))]
    assert button.isChecked()
    button.click()
    assert len(shown_rows(widget)) == 28


def test_a_row_selects_its_label_and_outlines_its_partners(compared):
    viewer, widget = compared
    first, second = two_images()
    click(widget, MERGED)
    assert table_selection(widget) == [MERGED]
    assert widget.session.selection.focused == MERGED
    widget.picture.show_highlight()
    viewer.dims.ndisplay = 3
    assert drawn(viewer, "first [selected]") == voxels(first, MERGED)
    assert drawn(viewer, "second [partners]") == voxels(second, *PIECES)
    mine, theirs = (
        viewer.layers[name].colormap.color_dict[1]
        for name in ("first [selected]", "second [partners]")
    )
    assert not np.allclose(mine, theirs)


def test_a_row_of_the_second_layer_alone_goes_there(compared):
    viewer, widget = compared
    _, second = two_images()
    widget.session.selection.select([5])
    viewer.dims.set_current_step(0, 30)
    click(widget, NONE)
    assert len(widget.session.selection) == 0
    [place] = np.argwhere(second == ADDED)
    assert viewer.dims.current_step[0] == place[0]


def test_a_row_brings_its_label_into_view(compared):
    viewer, widget = compared
    first, _ = two_images()
    viewer.dims.set_current_step(0, 0)
    click(widget, MISSING_THERE)
    plane = viewer.dims.current_step[0]
    assert (first[plane] == MISSING_THERE).any()


def test_the_arrow_keys_walk_the_rows(dock, qtbot):
    _, widget = two_layers(dock, qtbot, show=True)
    compare(widget, qtbot)
    view = widget.compare.panel.view
    focus_on(view, qtbot)
    walked = []
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Up):
        qtbot.keyClick(view, key)
        walked += widget.session.selection.labels.tolist()
    assert walked == [2, 3, 2]


def test_what_is_selected_elsewhere_is_shown_among_the_rows(compared):
    viewer, widget = compared
    widget.session.selection.select([MERGED])
    view = widget.compare.panel.view
    assert view.selected_rows().tolist() == [MERGED - 1]
    assert viewer.layers["second [partners]"].visible


def test_closing_the_panel_takes_the_partners_out_of_the_picture(compared):
    viewer, widget = compared
    click(widget, 5)
    assert "second [partners]" in viewer.layers
    widget.compare_button.click()
    assert "second [partners]" not in viewer.layers
    widget.compare_button.click()  # the comparison is still there
    assert "second [partners]" in viewer.layers
    widget.close_session()
    assert not any(map(is_highlight, viewer.layers))


def test_the_rows_are_written_where_the_user_says(compared, tmp_path, qtbot):
    _, widget = compared
    widget.compare.panel.export_button.click()
    banner = widget.compare.panel.banner
    qtbot.waitUntil(lambda: "Wrote" in banner.text(), timeout=WAIT_MS)
    lines = (tmp_path / "comparison.csv").read_text().splitlines()
    assert len(lines) == 1 + 28
    assert lines[-1] == f"0,missing here,{ADDED},0,0"


def replace(viewer, widget):
    viewer.layers["second"].data = two_images()[0]


def paint(viewer, widget):
    viewer.layers["second"].paint((0, 2, 2), 9)


def paint_first(viewer, widget):
    viewer.layers["first"].paint((0, 2, 2), 9)


def rename(viewer, widget):
    viewer.layers["second"].name = "third"


def delete(viewer, widget):
    viewer.layers.remove("second")


def delete_first(viewer, widget):
    viewer.layers.remove("first")


def index_again(viewer, widget):
    viewer.layers["first"].data = two_images()[1]


CHANGES = [replace, paint, paint_first, rename, delete, delete_first, index_again]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_drops_the_rows_and_says_so(compared, change):
    viewer, widget = compared
    click(widget, 5)
    change(viewer, widget)
    assert isinstance(widget.compare.comparer.state, NotCompared)
    panel = widget.compare.panel
    assert shown_rows(widget) == []
    assert panel.view.isHidden()
    assert panel.banner.text()
    layer = widget.compare.highlight.layer
    assert layer is None or not np.asarray(layer.data).any()


def test_an_edit_while_the_second_layer_is_indexed_is_compared_as_well(bare, qtbot):
    viewer, widget = two_layers(bare, qtbot)
    widget.compare.panel.button.click()
    paint(viewer, widget)
    wait_for(widget, Compared, qtbot)
    compared = widget.compare.comparer.state.second
    np.testing.assert_array_equal(
        compared.to_label_image(), viewer.layers["second"].data
    )


@pytest.mark.parametrize("change", [each for each in CHANGES if each is not paint])
def test_a_change_while_it_is_compared_drops_the_answer(bare, qtbot, change):
    viewer, widget = two_layers(bare, qtbot)
    widget.compare.panel.button.click()
    assert isinstance(widget.compare.comparer.state, Comparing)
    change(viewer, widget)
    assert isinstance(widget.compare.comparer.state, NotCompared)
    assert widget._submit.wait(10)
    qtbot.wait(1)
    assert isinstance(widget.compare.comparer.state, NotCompared)
    assert shown_rows(widget) == []
    assert widget.compare.panel.progress.isHidden()


def test_a_cancelled_comparison_leaves_no_rows(bare, qtbot):
    _, widget = two_layers(bare, qtbot)
    widget.compare.panel.button.click()
    assert not widget.compare.panel.progress.isHidden()
    widget.compare.panel.progress.cancel_button.click()
    assert widget.compare.comparer.state == NotCompared()
    assert widget.compare.panel.progress.isHidden()


def test_only_layers_of_the_same_shape_are_offered(bare, qtbot):
    viewer, widget = two_layers(bare, qtbot)
    panel, second = widget.compare.panel, viewer.layers["second"]
    assert [panel.combo.itemText(i) for i in range(panel.combo.count())] == ["second"]
    assert panel.button.isEnabled()
    viewer.layers.remove(second)
    assert "no other Labels layer" in panel.words.text()
    viewer.add_labels(np.ones((3, 4), int), name="flat")
    assert (
        panel.words.text() == "No other Labels layer is 36 × 60 × 60: 'flat' is 3 × 4."
        " Open one of the same shape."
    )
    assert not panel.button.isEnabled()
    viewer.layers["first"].data = viewer.layers["first"].data.copy()
    viewer.add_labels(two_images()[1], name="again")
    assert panel.words.text().startswith("Index the layer first")
    assert not panel.button.isEnabled()


def test_another_choice_outlives_new_layers(bare, qtbot):
    viewer, widget = two_layers(bare, qtbot)
    viewer.add_labels(two_images()[0], name="same")
    panel = widget.compare.panel
    panel.combo.setCurrentText("same")
    viewer.add_labels(two_images()[1], name="more")
    assert panel.combo.currentText() == "same"
    compare(widget, qtbot)
    assert {row[1] for row in shown_rows(widget)} == {"match"}


def test_the_partners_have_a_colour_of_their_own(compared):
    viewer, widget = compared
    click(widget, 5)
    widget.picture.show_highlight()
    colors = [
        viewer.layers[name].colormap.color_dict[1]
        for name in ("first [selected]", "second [partners]")
    ]
    assert not np.allclose(*colors)
    assert isinstance(widget.compare.highlight, PartnerHighlight)


def test_labels_of_an_empty_layer_are_all_missing(bare, qtbot):
    viewer, widget = two_layers(bare, qtbot)
    viewer.layers["second"].data = np.zeros_like(two_images()[1])
    compare(widget, qtbot)
    assert {row[1] for row in shown_rows(widget)} == {"missing there"}
    click(widget, 5)
    assert table_selection(widget) == [5]
