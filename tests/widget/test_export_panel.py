"""The export panel: files are read back and compared with the volume."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from dock_index import WAIT_MS
from export_window import choose, write
from napari_label_index._widget.exports._ask_path import ask_path
from napari_label_index._widget.exports._export_form import SELECTED
from napari_label_index.session import Exported, ExportFailed, Idle


@pytest.fixture
def panel(indexed):
    _, widget = indexed
    widget.session.selection.select([3, 7])
    widget.export_button.click()
    assert not widget.export_panel.isHidden()
    return widget.export_panel


def lines_of(path):
    header, *lines = path.read_text().splitlines()
    return header, [tuple(map(float, line.split(","))) for line in lines]


def test_the_selection_is_written_as_csv_in_voxels(panel, volume, tmp_path, qtbot):
    state = write(panel, qtbot)
    assert isinstance(state, Exported), state
    header, lines = lines_of(tmp_path / "cells-coords.csv")
    assert header == "label,z,y,x"
    expected = [(k, *map(int, p)) for k in (3, 7) for p in np.argwhere(volume == k)]
    assert lines == expected
    assert panel.banner.text().startswith("Wrote 5 voxels of 2 labels to cells-coords")
    assert panel.banner.toolTip() == str(tmp_path / "cells-coords.csv")
    assert panel.progress.isHidden()


def test_world_units_follow_the_scale_of_the_layer(panel, volume, tmp_path, qtbot):
    panel.form.options.units.setCurrentIndex(1)
    write(panel, qtbot)
    _, lines = lines_of(tmp_path / "cells-coords.csv")
    voxels = np.concatenate([np.argwhere(volume == k) for k in (3, 7)])
    np.testing.assert_allclose([line[1:] for line in lines], voxels * (2, 0.5, 0.5))


def test_all_labels_are_written_as_npz(panel, volume, tmp_path, qtbot):
    panel.form.scope.setCurrentText("All labels")
    choose(panel, "Coordinates", "NPZ (NumPy)")
    state = write(panel, qtbot)
    assert isinstance(state, Exported), state
    assert state.request.n_voxels == np.count_nonzero(volume)
    with np.load(tmp_path / "cells-coords.npz", allow_pickle=False) as file:
        assert np.count_nonzero(volume) in {len(file[name]) for name in file.files}


def test_the_estimate_follows_scope_and_selection(panel):
    assert panel.form.scope.currentText() == SELECTED
    assert panel.estimate.text().startswith("2 labels, about ")
    panel._session.selection.select([3])
    assert panel.estimate.text().startswith("1 label, about ")
    panel.form.scope.setCurrentText("All labels")
    assert panel.estimate.text().startswith("4 labels, about ")


def test_nothing_selected_is_nothing_to_write(panel):
    panel._session.selection.clear()
    assert not panel.write_button.isEnabled()
    assert panel.estimate.text().startswith("Nothing is selected. Select labels")


def test_without_a_selection_all_labels_are_proposed(indexed):
    _, widget = indexed
    widget.export_button.click()
    assert widget.export_panel.form.scope.currentText() == "All labels"
    assert widget.export_panel.write_button.isEnabled()


def test_a_cancelled_file_dialog_does_nothing(panel, tmp_path):
    panel._ask_path = lambda parent, name: None
    panel.write_button.click()
    assert panel._exporter.state == Idle()
    assert panel.banner.isHidden()
    assert list(tmp_path.iterdir()) == []


def test_labels_are_those_selected_when_write_was_clicked(panel, tmp_path, qtbot):
    def ask(parent, name):
        panel._session.selection.select([1])  # a file dialog lets events through
        return tmp_path / name

    panel._ask_path = ask
    write(panel, qtbot)
    _, lines = lines_of(tmp_path / "cells-coords.csv")
    assert {line[0] for line in lines} == {3, 7}


def test_a_failure_is_a_sentence_and_leaves_no_file(panel, tmp_path, qtbot):
    panel._ask_path = lambda parent, name: tmp_path / "missing" / name
    state = write(panel, qtbot)
    assert isinstance(state, ExportFailed)
    assert panel.banner.text() == state.message
    assert panel.banner.text().endswith(".")
    assert list(tmp_path.iterdir()) == []


def test_suggested_names_hold_no_path_of_a_hostile_layer_name(indexed, qtbot):
    viewer, widget = indexed
    names = []
    widget.export_panel._ask_path = lambda parent, name: names.append(name)
    viewer.layers["cells"].name = "../../etc/passwd: a\\b"
    widget.index_button.click()
    qtbot.waitUntil(
        lambda: widget.session.index.source.startswith(".."), timeout=WAIT_MS
    )
    widget.export_button.click()
    widget.export_panel.write_button.click()
    assert names == ["etc_passwd__a_b-coords.csv"]


def answer_dialog(qtbot, answer):
    """Answer the modal file dialog as soon as it is there."""

    def on_shown():
        dialog = QApplication.activeModalWidget()
        answer(dialog) if isinstance(dialog, QFileDialog) else begin()

    def begin():
        QTimer.singleShot(10, on_shown)

    begin()


def test_the_file_dialog_adds_the_ending_that_was_left_out(qtbot, tmp_path):
    def answer(dialog):
        assert dialog.selectedFiles()[0].endswith("cells.csv")
        # As typed: `setDirectory` would list the folder later, and then select again.
        dialog.findChild(QLineEdit).setText(str(tmp_path / "mine"))
        dialog.accept()

    answer_dialog(qtbot, answer)
    parent = QWidget()
    qtbot.addWidget(parent)
    assert ask_path(parent, "cells.csv") == tmp_path / "mine.csv"


def test_the_file_dialog_knows_endings_of_two_parts_and_folders(qtbot, tmp_path):
    parent = QWidget()
    qtbot.addWidget(parent)
    for suggested, expected in (("a.csv.gz", "mine.csv.gz"), ("a-coords", "mine")):

        def answer(dialog):
            dialog.findChild(QLineEdit).setText(str(tmp_path / "mine"))
            dialog.accept()

        answer_dialog(qtbot, answer)
        assert ask_path(parent, suggested) == tmp_path / expected


def test_the_file_dialog_gives_no_path_once_rejected(qtbot):
    answer_dialog(qtbot, lambda dialog: dialog.reject())
    parent = QWidget()
    qtbot.addWidget(parent)
    assert ask_path(parent, "cells.csv") is None
