"""What a user does in the export panel, for several test files."""

from __future__ import annotations

from dock_index import WAIT_MS
from napari_label_index.session import Exported


def choose(panel, kind, file_type=None):
    """Choose a kind of export and a type of file, by the words on the screen."""
    panel.form.kind_box.setCurrentText(kind)
    assert panel.form.kind_box.currentText() == kind
    if file_type is not None:
        panel.form.file_type.setCurrentText(file_type)
        assert panel.form.file_type.currentText() == file_type


def settled(panel, qtbot):
    """Wait until nothing is under way; returns the state."""
    exporter = panel._exporter
    qtbot.waitUntil(lambda: not exporter.is_busy, timeout=WAIT_MS)
    return exporter.state


def write(panel, qtbot):
    """Write what is chosen; returns the state that comes of it."""
    assert panel.write_button.isEnabled(), panel.estimate.text()
    panel.write_button.click()
    return settled(panel, qtbot)


def written(panel, qtbot):
    """Write what is chosen; returns its path."""
    state = write(panel, qtbot)
    assert isinstance(state, Exported), state
    return state.path
