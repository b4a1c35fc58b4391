"""The detail of the focused label: what it says, and where its lines lead."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index._widget._detail_panel import MAX_LINES, DetailPanel
from napari_label_index.index import LabelImage
from napari_label_index.session import IndexSession, Inspection
from planted_faults import HOLLOW, SPLIT, TOUCHING, faulty_volume
from session.immediate import submit_now


def show(qtbot, volume):
    session = IndexSession(submit_now)
    inspection = Inspection(session, submit_now)
    panel = DetailPanel(inspection.detail)
    qtbot.addWidget(panel)
    session.request_index(LabelImage(volume))
    panel.set_open(True)
    return session, panel


@pytest.fixture
def shown(qtbot):
    return show(qtbot, faulty_volume())


def lines(panel):
    found = []
    for i in range(panel.tree.topLevelItemCount()):
        item = panel.tree.topLevelItem(i)
        found.append(item.text(0))
        found += [item.child(j).text(0) for j in range(item.childCount())]
    return found


def test_without_a_focused_label_it_says_what_to_do(shown):
    _, panel = shown
    assert lines(panel) == ["Click a label in the table or in the picture."]


def test_parts_holes_and_neighbours_are_listed(shown):
    session, panel = shown
    session.selection.focus(SPLIT)
    assert panel.button.text() == "Detail of label 3"
    assert lines(panel) == [
        "2 parts",
        "108 voxels, 3×6×6 at 4, 20, 4",
        "72 voxels, 2×6×6 at 8, 20, 4",
        "No holes",
        "No neighbours",
    ]
    session.selection.focus(HOLLOW)
    assert "1 hole of 1 voxel" in lines(panel)
    session.selection.focus(TOUCHING[0])
    assert "Label 10, contact area 36" in lines(panel)


def test_a_click_on_a_part_and_on_a_neighbour_is_told(shown, qtbot):
    session, panel = shown
    session.selection.focus(SPLIT)
    with qtbot.waitSignal(panel.part_clicked) as clicked:
        panel.tree.itemClicked.emit(panel.tree.topLevelItem(0).child(1), 0)
    parts, part = clicked.args
    assert parts.bbox(part)[0] == slice(8, 10)
    session.selection.focus(TOUCHING[0])
    section = panel.tree.topLevelItem(panel.tree.topLevelItemCount() - 1)
    with qtbot.waitSignal(panel.neighbour_clicked) as clicked:
        panel.tree.itemClicked.emit(section.child(0), 0)
    assert clicked.args == [TOUCHING[1]]


def test_a_label_of_very_many_parts_lists_the_largest(qtbot):
    volume = np.zeros((2, 1000), np.int32)
    volume[0, ::2] = 7
    volume[1, 2] = 7
    session, panel = show(qtbot, volume)
    session.selection.focus(7)
    found = lines(panel)
    assert found[:2] == ["500 parts", "2 voxels, 2×1 at 0, 2"]
    assert f"{500 - MAX_LINES} more" in found


def test_folded_it_shows_nothing(shown):
    session, panel = shown
    panel.set_open(False)
    session.selection.focus(SPLIT)
    assert panel.tree.isHidden()
    assert panel.button.text() == "Detail"
