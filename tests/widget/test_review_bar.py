"""Review in a real window: from a planted fault to marks that survive a restart."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt

from dock_index import WAIT_MS, index_layer
from dock_table import table_labels, table_selection
from napari_label_index._widget.exports._export_form import ALL
from napari_label_index._widget.picture._highlight import is_highlight
from napari_label_index.io import VolumeHint, default_review_path, open_review
from napari_label_index.session import Review
from review_window import (
    LABELS,
    SPLIT,
    VOLUME,
    export,
    labels_in,
    press,
    statuses,
)

Key = Qt.Key


def accept_two(widget):
    """Accept the first two labels shown; each leads to the next."""
    first, second, third = table_labels(widget)[:3]
    widget.table.select_label(first)
    press(widget.table.view, Key.Key_A)
    assert table_selection(widget) == [second]
    press(widget.table.view, Key.Key_A)
    assert table_selection(widget) == [third]
    return first, second


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
    accepted = accept_two(widget)
    assert widget.review.bar.sentence.text() == "3 of 27 reviewed, 1 rejected"
    assert chips["Unreviewed"].text() == "Unreviewed 24"

    widget.export_button.click()
    export(widget, "Rejected labels", qtbot)
    assert labels_in(tmp_path / "cells-coords.csv") == [SPLIT]

    viewer.close()
    viewer, widget = reviewed()
    expected = dict.fromkeys(LABELS, "") | {SPLIT: "rejected"}
    expected |= dict.fromkeys(accepted, "accepted")
    assert statuses(widget) == expected
    assert widget.review.bar.sentence.text() == "3 of 27 reviewed, 1 rejected"
    assert str(default_review_path(cells)) in widget.review.bar.sentence.toolTip()


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
    scope = panel.form.scope
    assert scope.currentText() == ALL
    scope.setCurrentText("Accepted labels")
    assert panel.estimate.text().startswith("There are no accepted labels. ")
    assert not panel.write_button.isEnabled()
    widget.review.desk.review.mark(LABELS[4:6], "accepted")
    widget.review.desk.review.note(LABELS[4], "=1+1")
    assert panel.estimate.text().startswith("2 labels")
    export(widget, "Accepted labels", qtbot)
    assert labels_in(tmp_path / "cells-coords.csv") == LABELS[4:6]
    widget.inspection.filter.set_text("3-5")
    export(widget, "Shown labels", qtbot)
    assert labels_in(tmp_path / "cells-coords.csv") == [3, 4, 5]
    scope.setCurrentText("Review table")
    assert panel.estimate.text() == "2 rows, as CSV"
    assert not panel.form.file_type.isEnabled()
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
    index_layer(widget, qtbot)
    assert widget.review.desk.review is review
    assert widget.review.bar.sentence.text() == "1 of 26 reviewed"
    assert widget.review.bar.banner.isHidden()
