"""The plugin as napari opens it: through its manifest, with a proxied viewer."""

from __future__ import annotations

import pytest

from napari_label_index.session import Ready

WAIT_MS = 20_000


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
    widget.index_button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS)
    index = widget.session.index
    assert len(index) > 2_000
    widget.session.selection.select(index.labels[:3])
    widget.focus_button.click()
    widget.picture.show_highlight()
    assert viewer.layers[0] == layer
    assert len(viewer.layers) == 2
    assert widget.chooser.names == [layer.name]
