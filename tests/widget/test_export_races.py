"""What happens while something is written, and after: in a real window."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest
import tifffile
from qtpy.QtCore import QPoint
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QPushButton

from dock_index import WAIT_MS, index_layer
from export_window import choose, settled, write, written
from napari_label_index.session import (
    Exported,
    Exporting,
    Idle,
    NotVerified,
    Verifying,
)

# Some 2 s as CSV, so that whatever is done at once is done meanwhile.
LARGE = (64, 512, 512)


def large_volume():
    volume = np.ones(LARGE, np.uint8)
    volume[:, :, 256:] = 2
    return volume


@pytest.fixture
def window(dock, tmp_path, qtbot):
    """A window with a large volume, indexed, and its export panel."""
    viewer, widget = dock()
    viewer.add_labels(large_volume(), name="cells")
    index_layer(widget, qtbot)
    widget.export_button.click()
    return viewer, widget


def begin(widget, qtbot):
    """Begin to write, and wait until some of it is written."""
    panel, told = widget.export_panel, []
    widget.exporter.progressed.connect(told.append)
    panel.write_button.click()
    qtbot.waitUntil(lambda: any(each.done for each in told), timeout=WAIT_MS)
    assert isinstance(widget.exporter.state, Exporting)
    return panel


def n_lines(path):
    with path.open("rb") as file:
        return sum(part.count(b"\n") for part in iter(lambda: file.read(1 << 20), b""))


def test_cancel_leaves_nothing_and_says_what_to_do(window, tmp_path, qtbot):
    _, widget = window
    panel = begin(widget, qtbot)
    assert panel.progress.isVisibleTo(widget)
    assert not panel.write_button.isEnabled()
    panel.progress.cancel_button.click()
    assert isinstance(settled(panel, qtbot), Idle)
    assert list(tmp_path.iterdir()) == []
    assert panel.banner.text().startswith("Export cancelled; no file was written.")
    assert panel.result.isHidden()
    assert panel.write_button.isEnabled()


def test_a_file_that_was_there_survives_a_cancel(window, tmp_path, qtbot):
    _, widget = window
    (tmp_path / "cells-coords.csv").write_text("mine")
    begin(widget, qtbot).progress.cancel_button.click()
    settled(widget.export_panel, qtbot)
    assert (tmp_path / "cells-coords.csv").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_closing_the_dock_stops_the_export_and_no_file_is_left(window, tmp_path, qtbot):
    viewer, widget = window
    begin(widget, qtbot)
    viewer.window.remove_dock_widget(widget)
    assert widget._submit.wait(5)
    qtbot.wait(1)
    assert list(tmp_path.iterdir()) == []


def test_a_layer_deleted_meanwhile_is_written_as_it_was(window, tmp_path, qtbot):
    viewer, widget = window
    choose(widget.export_panel, "Coordinates", "Parquet")
    panel = begin(widget, qtbot)
    viewer.layers.remove("cells")
    assert widget.session.index is None
    assert panel.isVisibleTo(widget), "what is written can be watched to its end"
    state = settled(panel, qtbot)
    assert isinstance(state, Exported), state
    assert pq.ParquetFile(state.path).metadata.num_rows == np.prod(LARGE)
    assert "The layer is gone" in panel.banner.text()
    assert panel.estimate.text() == "There is no index. Press Index first."
    panel.result.verify_button.click()
    settled(panel, qtbot)
    assert "agrees with the index: the layer" in panel.banner.text()


def test_a_layer_painted_and_renamed_meanwhile_is_written_as_it_was(
    window, tmp_path, qtbot
):
    viewer, widget = window
    choose(widget.export_panel, "Runs", "CSV")
    index = widget.session.index
    widget.export_panel.write_button.click()
    viewer.layers["cells"].data_setitem(
        tuple(np.array([0]) for _ in LARGE), np.array([9], np.uint8)
    )
    viewer.layers["cells"].name = "other"
    panel = widget.export_panel
    state = settled(panel, qtbot)
    assert state.path == tmp_path / "cells-runs.csv"
    assert n_lines(state.path) == 1 + index.n_runs
    qtbot.waitUntil(lambda: widget.session.index is not index, timeout=WAIT_MS)
    panel.verify()
    settled(panel, qtbot)
    assert "agrees with the index: the layer has changed" in panel.banner.text()
    # W writes what the labels are now, to the same file.
    panel.write_again()
    settled(panel, qtbot)
    assert n_lines(state.path) == 2 + index.n_runs
    panel.verify()
    settled(panel, qtbot)
    assert "agrees with the layer" in panel.banner.text()


def test_verifying_is_stopped_by_cancel_and_begins_again(window, qtbot):
    _, widget = window
    panel = widget.export_panel
    choose(panel, "Coordinates", "NPZ (NumPy)")
    written(panel, qtbot)
    panel.result.verify_button.click()
    assert isinstance(widget.exporter.state, Verifying)
    assert panel.progress.isVisibleTo(widget)
    assert not panel.result.verify_button.isEnabled()
    panel.progress.cancel_button.click()
    assert isinstance(settled(panel, qtbot), NotVerified)
    assert panel.banner.text() == "Verifying was stopped. Verify starts it again."
    panel.result.verify_button.click()
    assert settled(panel, qtbot).report.ok


@pytest.fixture
def panel(indexed):
    _, widget = indexed
    widget.export_button.click()
    return widget.export_panel


def test_verify_finds_a_planted_fault(panel, tmp_path, qtbot):
    choose(panel, "Coordinates", "CSV")
    path = written(panel, qtbot)
    lines = path.read_text().splitlines(keepends=True)
    assert lines[3] == "1,1,0,0\n"
    path.write_text("".join([*lines[:3], "1,1,0,1\n", *lines[4:]]))
    panel.verify()
    state = settled(panel, qtbot)
    assert not state.report.ok
    said = panel.banner.text()
    assert said.startswith("cells-coords.csv does not agree with the layer: ")
    assert said.endswith(" Write it again.")
    write(panel, qtbot)
    panel.verify()
    assert settled(panel, qtbot).report.ok


def test_verify_finds_that_the_file_is_gone(panel, qtbot):
    written(panel, qtbot).unlink()
    panel.verify()
    settled(panel, qtbot)
    assert "there is no such file" in panel.banner.text()


def test_a_lazy_layer_is_verified_with_its_index(bare, tmp_path, volume, qtbot):
    import dask.array as da

    viewer, widget = bare()
    viewer.add_labels(da.from_array(volume), name="cells")
    index_layer(widget, qtbot)
    widget.export_button.click()
    panel = widget.export_panel
    written(panel, qtbot)
    panel.verify()
    settled(panel, qtbot)
    assert "the index: the layer is read from disk" in panel.banner.text()


def test_the_path_can_be_copied(panel, tmp_path, qtbot):
    path = written(panel, qtbot)
    assert panel.result.path.text() == str(path)
    panel.result.copy_button.click()
    clipboard = QGuiApplication.clipboard()
    qtbot.waitUntil(lambda: clipboard.text() == str(path), timeout=WAIT_MS)


def test_copied_python_reads_the_file_and_asks_the_query(
    opened, tmp_path, qtbot, monkeypatch
):
    _, widget = opened()
    widget.inspection.filter.set_text("num_pixels > 300")
    shown = widget.inspection.filter.labels.tolist()
    widget.export_button.click()
    panel = widget.export_panel
    panel.form.scope.setCurrentText("Shown labels")
    choose(panel, "Labels TIFF")
    path = written(panel, qtbot)
    panel.copy_python()
    clipboard = QGuiApplication.clipboard()
    qtbot.waitUntil(lambda: str(path) in clipboard.text(), timeout=WAIT_MS)
    script = clipboard.text()
    assert "index.select('num_pixels > 300')" in script
    path.unlink()
    exec(compile(script, "copied.py", "exec"), {})
    assert np.unique(tifffile.imread(path))[1:].tolist() == shown


def test_w_writes_with_all_choices_of_the_last_time(panel, tmp_path, qtbot):
    choose(panel, "Runs", "Parquet")
    panel.form.options.order.setCurrentIndex(1)
    path = written(panel, qtbot)
    before = path.read_bytes()
    choose(panel, "Mask")
    panel.form.options.order.setCurrentIndex(0)
    path.unlink()
    panel.write_again()
    settled(panel, qtbot)
    assert path.read_bytes() == before
    assert panel.form.kind_box.currentText() == "Runs"


def test_a_folder_with_other_files_is_not_replaced(panel, tmp_path, qtbot):
    (tmp_path / "cells-coords").mkdir()
    (tmp_path / "cells-coords" / "thesis.doc").write_text("mine")
    panel.form.options.files.setCurrentIndex(1)
    write(panel, qtbot)
    assert (tmp_path / "cells-coords" / "thesis.doc").read_text() == "mine"
    assert "thesis.doc" in panel.banner.text() or "other files" in panel.banner.text()


def test_a_failure_is_forgotten_with_the_choice_that_it_was_about(
    panel, tmp_path, qtbot
):
    panel._ask_path = lambda parent, name: tmp_path / "missing" / name
    write(panel, qtbot)
    assert "make its folder first" in panel.banner.text()
    choose(panel, "Runs")
    assert panel.banner.isHidden()


@pytest.mark.parametrize("height", [640, 900])
def test_what_was_written_comes_into_view_in_a_narrow_dock(bare, volume, qtbot, height):
    viewer, widget = bare()
    widget.resize(320, height)
    widget.show()
    viewer.add_labels(volume, name="cells")
    index_layer(widget, qtbot)
    widget.export_button.click()
    panel = widget.export_panel
    written(panel, qtbot)
    area, button = widget._panels, panel.result.python_button

    def is_in_view():
        end = button.mapTo(area.viewport(), QPoint(0, button.height())).y()
        return button.height() <= end <= area.viewport().height()

    qtbot.waitUntil(is_in_view, timeout=WAIT_MS)
    assert widget.minimumSizeHint().width() <= 320
    for each in panel.findChildren(QPushButton):
        if each.isVisible():
            assert each.width() >= each.minimumSizeHint().width(), each.text()
