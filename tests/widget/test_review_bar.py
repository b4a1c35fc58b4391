"""Review in a real window: from a planted fault to marks that survive a restart."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from canvas_mouse import settle
from dock_table import table_labels, table_selection
from napari_label_index._samples import ellipsoids
from napari_label_index._widget._export_panel import ALL
from napari_label_index._widget._highlight import is_highlight
from napari_label_index.io import VolumeHint, default_review_path, open_review
from napari_label_index.session import Exporting, Ready, Review

WAIT_MS = 10_000
Key = Qt.Key


def with_faults():
    """27 ellipsoids; one is cut in two, one has a cavity."""
    volume = ellipsoids((36, 60, 60), (3, 3, 3), (0.35, 0.45), seed=3)
    split, hollow = int(volume[18, 30, 30]), int(volume[6, 10, 10])
    (zs, _, _) = np.nonzero(volume == split)
    middle = (zs.min() + zs.max()) // 2
    volume[middle][volume[middle] == split] = 0
    (zs, ys, xs) = (int(np.median(i)) for i in np.nonzero(volume == hollow))
    volume[zs, ys, xs] = 0
    return volume, split, hollow


VOLUME, SPLIT, HOLLOW = with_faults()
LABELS = np.unique(VOLUME[VOLUME > 0]).tolist()


@pytest.fixture
def cells(tmp_path):
    path = tmp_path / "cells.tif"
    tifffile.imwrite(path, VOLUME)
    return path


@pytest.fixture
def reviewed(dock, cells, qtbot):
    """A function that opens `cells` in a new window, indexed, with its review read."""

    def open_window():
        viewer, widget = dock()
        viewer.open(cells, layer_type="labels", plugin="napari")
        index(widget, qtbot)
        window = viewer.window._qt_window
        window.show()
        window.activateWindow()
        widget.table.view.setFocus()
        qtbot.waitUntil(widget.table.view.hasFocus, timeout=WAIT_MS)
        return viewer, widget

    return open_window


@pytest.fixture
def opened(bare, cells, qtbot):
    """As `reviewed`, but a viewer without a window."""

    def open_viewer():
        viewer, widget = bare()
        viewer.open(cells, layer_type="labels", plugin="napari")
        index(widget, qtbot)
        return viewer, widget

    return open_viewer


def index(widget, qtbot):
    widget.index_button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: widget.review.desk.review is not None, timeout=WAIT_MS)


def press(widget, key, held=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(widget, key, held)
    settle()


def focused_canvas(viewer, qtbot):
    """The canvas with the keyboard, and the layer that is active there."""
    canvas = viewer.window._qt_viewer.canvas.native
    viewer.layers.selection.active = viewer.layers["cells"]
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus, timeout=WAIT_MS)
    return canvas


def statuses(widget):
    """What the Status column says, by label."""
    model = widget.table.view.model()
    column = widget.table.view.column_of("status")
    return {
        label: model.data(model.index(row, column))
        for row, label in enumerate(table_labels(widget))
    }


def export(widget, scope, qtbot):
    panel = widget.export_panel
    panel.scope.setCurrentText(scope)
    panel.write_button.click()
    qtbot.waitUntil(
        lambda: not isinstance(widget.exporter.state, Exporting), timeout=WAIT_MS
    )


def labels_in(path):
    lines = path.read_text().splitlines()[1:]
    return sorted({int(line.split(",")[0]) for line in lines})


def test_a_fault_is_found_seen_rejected_exported_and_still_marked_after_a_restart(
    reviewed, cells, tmp_path, qtbot
):
    viewer, widget = reviewed()
    view, chips = widget.table.view, widget.inspector.filter.chips.buttons
    qtbot.waitUntil(
        lambda: chips["Multi-part"].text() == "Multi-part 1", timeout=WAIT_MS
    )
    assert chips["Unreviewed"].text() == f"Unreviewed {len(LABELS)}"

    chips["Multi-part"].click()
    assert table_labels(widget) == [SPLIT]
    widget.review.bar.fold.set_open(True)
    press(view, Key.Key_N)
    assert widget.session.selection.labels.tolist() == [SPLIT]
    layer = viewer.layers["cells"]
    assert (layer.data[viewer.dims.current_step[0]] == SPLIT).any(), "it is not in view"
    qtbot.waitUntil(lambda: any(map(is_highlight, viewer.layers)), timeout=WAIT_MS)

    press(view, Key.Key_R)
    assert statuses(widget) == {SPLIT: "rejected"}
    assert "No label shown here is unreviewed" in widget.review.bar.sentence.text()
    chips["Unreviewed"].click()
    assert SPLIT not in table_labels(widget)
    first, second, third = table_labels(widget)[:3]
    press(view, Key.Key_Home)
    widget.table.select_label(first)
    press(view, Key.Key_A)
    assert table_selection(widget) == [second]
    press(view, Key.Key_A)
    assert table_selection(widget) == [third]
    assert widget.review.bar.sentence.text() == "3 of 27 reviewed, 1 rejected"
    assert chips["Unreviewed"].text() == "Unreviewed 24"

    widget.export_button.click()
    export(widget, "Rejected labels", qtbot)
    assert labels_in(tmp_path / "cells-coords.csv") == [SPLIT]
    n_voxels = int((VOLUME == SPLIT).sum())
    assert f"{n_voxels:,} voxels of 1 label" in widget.export_panel.banner.text()

    viewer.close()
    viewer, widget = reviewed()
    expected = dict.fromkeys(LABELS, "") | {SPLIT: "rejected"}
    expected |= dict.fromkeys((first, second), "accepted")
    assert statuses(widget) == expected
    assert widget.review.bar.sentence.text() == "3 of 27 reviewed, 1 rejected"
    assert str(default_review_path(cells)) in widget.review.bar.sentence.toolTip()


@pytest.mark.parametrize("where", ["dock", "canvas"])
def test_every_verdict_has_a_key_in_dock_and_canvas(reviewed, where, qtbot):
    viewer, widget = reviewed()
    target = widget.table.view
    if where == "canvas":
        target = focused_canvas(viewer, qtbot)
    widget.table.select_label(LABELS[0])
    for key in (Key.Key_A, Key.Key_R, Key.Key_U):
        press(target, key)
    told = statuses(widget)
    assert [told[k] for k in LABELS[:4]] == ["accepted", "rejected", "unsure", ""]
    assert widget.session.selection.labels.tolist() == [LABELS[3]]
    widget.session.selection.select(LABELS[:3])
    press(target, Key.Key_Q)
    assert set(statuses(widget).values()) == {""}
    assert widget.session.selection.labels.tolist() == LABELS[:3], "several stay"


def test_a_note_is_written_with_the_keyboard_alone(reviewed):
    _, widget = reviewed()
    view, note = widget.table.view, widget.review.bar.note
    widget.table.select_label(HOLLOW)
    press(view, Key.Key_T)
    assert QApplication.focusWidget() is note
    QTest.keyClicks(note, "a hole, rather")
    press(note, Key.Key_Return)
    assert QApplication.focusWidget() is view
    assert widget.review.desk.marks.note_of(HOLLOW) == "a hole, rather"
    press(view, Key.Key_T)
    QTest.keyClicks(note, "never mind")
    press(note, Key.Key_Escape)
    assert widget.review.desk.marks.note_of(HOLLOW) == "a hole, rather"
    widget.inspector.filter.bar.asked.emit('note = "a hole, rather"')
    assert table_labels(widget) == [HOLLOW]


def test_a_note_is_kept_when_another_label_is_selected_while_it_is_written(reviewed):
    _, widget = reviewed()
    widget.table.select_label(LABELS[0])
    press(widget.table.view, Key.Key_T)
    QTest.keyClicks(widget.review.bar.note, "half a no")
    widget.session.selection.select([LABELS[1]])
    assert widget.review.desk.marks.note_of(LABELS[0]) == "half a no"
    assert widget.review.bar.note.text() == ""


def test_undo_in_the_table_takes_a_mark_back_and_leads_there(reviewed, qtbot):
    viewer, widget = reviewed()
    view = widget.table.view
    widget.table.select_label(LABELS[5])
    press(view, Key.Key_R)
    press(view, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert statuses(widget)[LABELS[5]] == ""
    assert table_selection(widget) == [LABELS[5]]
    assert not widget.review.bar.undo_button.isEnabled()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    press(view, Key.Key_Z, both)
    assert statuses(widget)[LABELS[5]] == "rejected"
    layer = viewer.layers["cells"]
    layer.data_setitem((np.array([0]), np.array([0]), np.array([0])), 1)
    press(focused_canvas(viewer, qtbot), Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert layer.data[0, 0, 0] == 0, "in the canvas the key is napari's"
    assert statuses(widget)[LABELS[5]] == "rejected"


def test_marks_answer_queries_at_once(opened):
    _, widget = opened()
    review = widget.review.desk.review
    widget.inspection.filter.set_text("status is rejected")
    assert table_labels(widget) == []
    review.mark(LABELS[:3], "rejected")
    assert table_labels(widget) == LABELS[:3]
    review.mark(LABELS[:1], "accepted")
    assert table_labels(widget) == LABELS[1:3]
    chips = widget.review.bar.chips.buttons
    assert {name: button.text() for name, button in chips.items()} == {
        "Accepted": "Accepted 1",
        "Rejected": "Rejected 2",
        "Unsure": "Unsure 0",
    }
    assert chips["Rejected"].isChecked()
    chips["Accepted"].click()
    assert table_labels(widget) == LABELS[:1]


@pytest.mark.parametrize("answer", ["use", "ignore"])
def test_marks_of_another_volume_count_only_when_the_user_says_so(
    opened, cells, answer
):
    other = VolumeHint((9, 9, 9), "int32", 12)
    path = default_review_path(cells)
    Review(open_review(path, other)).mark(LABELS[:2], "accepted")
    before = path.read_bytes()
    _, widget = opened()
    bar = widget.review.bar
    assert "was made for 12 labels" in bar.banner.text()
    assert bar.sentence.text() == "0 of 27 reviewed"
    button = bar.use_button if answer == "use" else bar.ignore_button
    assert not button.isHidden()
    button.click()
    assert bar.banner.isHidden()
    assert button.isHidden()
    if answer == "use":
        assert bar.sentence.text() == "2 of 27 reviewed"
        return
    assert path.read_bytes() == before, "until the first mark, nothing is written"
    widget.review.desk.review.mark(LABELS[3:4], "unsure")
    assert bar.sentence.text() == "1 of 27 reviewed"
    assert path.with_name(path.name + ".stale-1").read_bytes() == before
    assert bar.banner.text().endswith(".stale-1.")


def test_what_cannot_be_saved_is_said_and_saved_later(opened, cells):
    _, widget = opened()
    review, bar = widget.review.desk.review, widget.review.bar
    path = default_review_path(cells)
    path.mkdir()  # in the way
    review.mark(LABELS[:1], "accepted")
    assert bar.banner.text().startswith("Marks are not saved: ")
    path.rmdir()
    review.mark(LABELS[1:2], "accepted")
    assert bar.banner.isHidden()
    marks = open_review(path, VolumeHint.of(widget.session.index)).marks
    assert marks.labels.tolist() == LABELS[:2]


def test_damage_is_said_and_all_other_marks_are_there(opened, cells):
    path = default_review_path(cells)
    review = Review(open_review(path, VolumeHint(VOLUME.shape, "int32", len(LABELS))))
    for label in LABELS[:3]:
        review.mark([label], "accepted")
    path.write_bytes(path.read_bytes()[:-9])
    _, widget = opened()
    assert "could not be read" in widget.review.bar.banner.text()
    assert widget.review.bar.sentence.text() == "2 of 27 reviewed"


def test_scopes_of_the_export_follow_filter_and_marks(opened, tmp_path, qtbot):
    _, widget = opened()
    widget.export_button.click()
    panel = widget.export_panel
    assert panel.scope.currentText() == ALL
    panel.scope.setCurrentText("Accepted labels")
    assert panel.estimate.text() == "There are no accepted labels."
    assert not panel.write_button.isEnabled()
    widget.review.desk.review.mark(LABELS[4:6], "accepted")
    widget.review.desk.review.note(LABELS[4], "=1+1")
    assert panel.estimate.text().startswith("2 labels")
    export(widget, "Accepted labels", qtbot)
    assert labels_in(tmp_path / "cells-coords.csv") == LABELS[4:6]
    widget.inspection.filter.set_text("3-5")
    export(widget, "Shown labels", qtbot)
    assert labels_in(tmp_path / "cells-coords.csv") == [3, 4, 5]
    panel.scope.setCurrentText("Review table")
    assert panel.estimate.text() == "2 rows, as CSV"
    assert not panel.format.isEnabled()
    panel.write_button.click()
    qtbot.waitUntil(lambda: "Wrote 2 marks" in panel.banner.text(), timeout=WAIT_MS)
    header, *lines = (tmp_path / "cells-review.csv").read_text().splitlines()
    assert header == "label,status,note,time"
    assert [line.split(",")[:3] for line in lines] == [
        [str(LABELS[4]), "accepted", "'=1+1"],
        [str(LABELS[5]), "accepted", ""],
    ]


def test_an_edit_and_another_index_keep_the_marks(opened, qtbot):
    viewer, widget = opened()
    review = widget.review.desk.review
    review.mark(LABELS[:2], "accepted")
    layer = viewer.layers["cells"]
    layer.data_setitem(np.nonzero(layer.data == LABELS[0]), 0)
    widget.index_button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    assert widget.review.desk.review is review
    assert widget.review.bar.sentence.text() == "1 of 26 reviewed"
    assert widget.review.bar.banner.isHidden()


def test_the_sheet_lists_every_key_once_and_none_is_bound_twice(reviewed):
    viewer, widget = reviewed()
    press(widget.table.view, Key.Key_Question)
    page = widget.inspector.keys.page.toPlainText()
    for key in ("A", "R", "U", "Q", "T", "N", "G", "H", "I", "D", "J", "K", "C", "Y"):
        assert page.split().count(key) == 1, key
    widget.inspector.keys.hide()
    layer = viewer.layers["cells"]
    names = {str(key) for key in layer.keymap}
    assert {"A", "R", "U", "Q", "T", "N", "G", "C", "Y"} <= names
    assert not names & {str(key) for key in type(layer).class_keymap}


def test_closing_the_dock_saves_a_note_that_is_being_written(reviewed, cells):
    viewer, widget = reviewed()
    index = widget.session.index
    widget.table.select_label(LABELS[0])
    widget.review.bar.begin_note()
    QTest.keyClicks(widget.review.bar.note, "last words")
    viewer.window.remove_dock_widget("all")
    marks = open_review(default_review_path(cells), VolumeHint.of(index)).marks
    assert marks.note_of(LABELS[0]) == "last words"
    assert not viewer.layers["cells"].keymap
