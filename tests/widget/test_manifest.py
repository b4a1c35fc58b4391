"""The plugin as napari opens it: through its manifest, with a proxied viewer."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtGui import QGuiApplication

from dock_index import WAIT_MS, index_layer


@pytest.fixture
def viewer(make_napari_viewer, npe2pm, repository):
    from npe2 import PluginManifest

    path = repository / "src/napari_label_index/napari.yaml"
    npe2pm.register(PluginManifest.from_file(path))
    return make_napari_viewer()


def test_sample_widget_and_main_job_work_as_a_user_opens_them(viewer, qtbot):
    _, widget = viewer.window.add_plugin_dock_widget("napari-label-index")
    viewer.open_sample("napari-label-index", "generated_cells")
    [layer] = viewer.layers
    assert widget.link.layer is layer  # the layer itself, though the viewer is a proxy
    index_layer(widget, qtbot)
    index = widget.session.index
    assert len(index) > 2_000
    widget.session.selection.select(index.labels[:3])
    widget.focus_button.click()
    widget.picture.show_highlight()
    assert viewer.layers[0] == layer
    assert len(viewer.layers) == 2
    assert widget.chooser.names == [layer.name]


def test_commands_of_the_palette_open_the_dock_and_mark(viewer, qtbot):
    from napari._app_model import get_app_model

    def run(name):
        app.commands.execute_command(f"napari-label-index.{name}").result()

    app = get_app_model()
    titles = {command.id: command.title for command in app.commands._commands.values()}
    assert titles["napari-label-index.accept_labels"].startswith("Accept the selected")
    viewer.add_labels(np.arange(6).reshape(2, 3))
    run("index_layer")
    [widget] = viewer.window.dock_widgets.values()
    qtbot.waitUntil(lambda: widget.review.desk.review is not None, timeout=WAIT_MS)
    widget.session.selection.select([2])
    run("reject_labels")
    assert widget.session.selection.labels.tolist() == [3]
    run("accept_labels")
    assert widget.review.desk.codes.tolist() == [0, 2, 1, 0, 0]
    run("put_into_set")
    assert widget.inspector.sets.name.isVisibleTo(widget)
    run("copy_ids")
    clipboard = QGuiApplication.clipboard()
    qtbot.waitUntil(lambda: clipboard.text() == "4", timeout=WAIT_MS)
    widget.inspection.columns.request(("n_neighbours",))
    run("select_neighbours")
    qtbot.waitUntil(lambda: len(widget.session.selection) == 4, timeout=WAIT_MS)
    run("select_same_status")
    assert widget.session.selection.labels.tolist() == [1, 3, 4, 5]  # 2 is rejected
    run("export_labels")
    assert widget.export_panel.isVisibleTo(widget)
    run("undo_mark")
    assert widget.review.desk.codes.tolist() == [0, 2, 0, 0, 0]
