"""Edits of whole labels in the dock: counted, asked about, undone, or on a copy."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QApplication, QMessageBox

from dock_index import WAIT_MS, index_layer
from napari_label_index._widget._label_menu import LabelMenu
from napari_label_index._widget.edits import _label_editor
from napari_label_index._widget.edits._edit_question import Where, ask_where
from napari_label_index.session import Ready


@pytest.fixture
def parts():
    """Label 3 in three parts, label 5 in one, label 9 in two."""
    volume = np.zeros((4, 8, 8), np.uint8)
    volume[0, 0, :4] = 3
    volume[2, 4:6, 0] = 3
    volume[3, 7, 7] = 3
    volume[1, 1:3, 5:8] = 5
    volume[0, 6, 6:8] = volume[3, 0, 0] = 9
    return volume


@pytest.fixture
def opened(dock, parts, qtbot):
    def opened(data=None, **kwargs):
        viewer, widget = dock()
        layer = viewer.add_labels(parts.copy() if data is None else data, **kwargs)
        indexed(widget)
        return viewer, widget, layer

    def indexed(widget):
        index_layer(widget, qtbot)

    return opened


def answer(widget, where):
    """Answer each question with `where`; return what was asked."""
    asked = []

    def ask(parent, question, why_copy):
        asked.append((question, why_copy))
        return where

    widget.editor.ask = ask
    return asked


EDITS = {
    "delete": (lambda editor: editor.delete, [3, 9], 10),
    "merge": (lambda editor: editor.merge, [3, 9], 3),
    "split": (lambda editor: editor.split, [3, 9], 4),
    "keep": (lambda editor: editor.keep_largest, [3, 9], 4),
}


def expected(name, volume):
    volume = volume.copy()
    if name == "delete":
        volume[np.isin(volume, [3, 9])] = 0
    elif name == "merge":
        volume[volume == 9] = 3
    elif name == "split":
        volume[2, 4:6, 0], volume[3, 7, 7], volume[3, 0, 0] = 10, 11, 12
    else:
        volume[2, 4:6, 0] = volume[3, 7, 7] = volume[3, 0, 0] = 0
    return volume


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_one_step_of_undo_and_is_in_the_index(opened, parts, name):
    _, widget, layer = opened()
    slot, chosen, n_voxels = EDITS[name]
    asked = answer(widget, Where.LAYER)
    widget.session.selection.select(chosen)
    slot(widget.editor)()
    np.testing.assert_array_equal(layer.data, expected(name, parts))
    assert f"\n{n_voxels} voxels would change" in asked[0][0]
    assert isinstance(widget.session.state, Ready)
    np.testing.assert_array_equal(widget.session.index.to_label_image(), layer.data)
    layer.undo()
    np.testing.assert_array_equal(layer.data, parts)
    np.testing.assert_array_equal(widget.session.index.to_label_image(), parts)


@pytest.mark.parametrize(
    "kind", ["read-only", "memmap", "mapped", "dask", "multiscale"]
)
def test_what_cannot_be_edited_is_edited_on_a_copy(
    opened, parts, kind, tmp_path, qtbot
):
    data, kwargs = parts.copy(), {}
    if kind == "read-only":
        data.flags.writeable = False
    elif kind in ("memmap", "mapped"):
        np.save(tmp_path / "a.npy", parts)
        data = np.load(tmp_path / "a.npy", mmap_mode="r+")
        data = np.asarray(data) if kind == "mapped" else data  # the file all the same
    elif kind == "dask":
        data = da.from_array(data, (2, 4, 8))
    else:
        data, kwargs = [data, data[::2, ::2, ::2]], {"multiscale": True}
    viewer, widget, layer = opened(data, name="cells", scale=(2, 1, 1), **kwargs)
    asked = answer(widget, Where.COPY)
    widget.session.selection.select([3, 9])
    widget.editor.delete()
    qtbot.waitUntil(lambda: "cells edited" in viewer.layers, timeout=WAIT_MS)
    assert asked[0][1], "it says why"
    added = viewer.layers["cells edited"]
    np.testing.assert_array_equal(added.data, expected("delete", parts))
    assert added.scale.tolist() == [2, 1, 1]
    original = layer.data[0] if kind == "multiscale" else layer.data
    np.testing.assert_array_equal(np.asarray(original), parts)
    qtbot.waitUntil(lambda: widget.link.layer is added, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)


def test_ids_in_order_come_in_a_new_layer(opened, parts, qtbot):
    viewer, widget, layer = opened(name="cells")
    widget.editor.relabel()
    qtbot.waitUntil(lambda: "cells relabelled" in viewer.layers, timeout=WAIT_MS)
    found = viewer.layers["cells relabelled"].data
    ordered = np.searchsorted([0, 3, 5, 9], parts)
    np.testing.assert_array_equal(found, ordered)
    np.testing.assert_array_equal(layer.data, parts)
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)


def test_a_cancelled_question_changes_nothing(opened, parts):
    _, widget, layer = opened()
    answer(widget, None)
    widget.session.selection.select([3])
    widget.editor.delete()
    np.testing.assert_array_equal(layer.data, parts)


@pytest.mark.parametrize(
    ("chosen", "edit", "told"),
    [
        ([], "delete", "Select labels first."),
        ([5], "merge", "Select two labels or more"),
        ([5], "split", "in one part each"),
        ([5], "keep_largest", "in one part each"),
    ],
)
def test_where_there_is_nothing_to_edit_it_says_so(opened, chosen, edit, told):
    _, widget, _ = opened()
    asked = answer(widget, Where.LAYER)
    widget.session.selection.select(chosen)
    getattr(widget.editor, edit)()
    assert told in widget.table.status.text()
    assert not asked


def test_too_many_voxels_at_once_are_refused(opened, monkeypatch):
    monkeypatch.setattr(_label_editor, "MAX_EDITED_VOXELS", 9)
    _, widget, _ = opened()
    asked = answer(widget, Where.LAYER)
    widget.session.selection.select([3, 9])
    widget.editor.delete()
    assert "10 voxels, and at most 9" in widget.table.status.text()
    assert not asked


def test_labels_that_changed_while_the_question_stood_are_not_edited(opened, parts):
    _, widget, layer = opened()

    def ask(parent, question, why_copy):
        layer.data_setitem((np.array([0]), np.array([7]), np.array([0])), 7)
        return Where.LAYER

    widget.editor.ask = ask
    widget.session.selection.select([3])
    widget.editor.delete()
    assert (layer.data == 3).sum() == (parts == 3).sum()
    assert "changed meanwhile" in widget.table.status.text()


@pytest.mark.parametrize(
    ("why_copy", "button", "where"),
    [
        ("", "On the layer", Where.LAYER),
        ("", "On a copy", Where.COPY),
        ("", "Cancel", None),
        ("it is lazy", "On a copy", Where.COPY),
        ("it is lazy", "Cancel", None),
    ],
)
def test_the_question_offers_what_can_be_done(opened, why_copy, button, where):
    _, widget, _ = opened()
    seen = []

    def click():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        buttons = {each.text().replace("&", ""): each for each in box.buttons()}
        seen.extend(buttons)
        buttons[button].click()

    QTimer.singleShot(50, click)
    assert ask_where(widget, "Delete 2 labels?", why_copy) is where
    assert ("On the layer" in seen) == (not why_copy)


def test_the_menu_of_labels_has_the_edits(opened):
    _, widget, _ = opened()
    menu = widget.findChild(LabelMenu)
    [edits] = [a.menu() for a in menu.actions() if a.text() == "Edit labels"]
    asked = answer(widget, None)
    widget.session.selection.select([3])
    edits.actions()[0].trigger()
    assert asked[0][0].startswith("Delete 1 label?")
