"""A dataset on a web server, beside a layer that was read from there, in the dock."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
import zarr
from napari.layers._source import Source

from dock_index import WAIT_MS
from dock_table import table_labels
from napari_label_index import build_index_dataset
from napari_label_index.session import Ready
from web_server import Handler, serving

pytest.importorskip("aiohttp")


def test_it_is_offered_opened_and_looked_at(bare, tmp_path, qtbot):
    volume = np.kron(np.arange(64).reshape(4, 4, 4), np.ones((4, 8, 8), int))
    path = str(tmp_path / "cells.zarr")
    zarr.create_array(path, data=volume, chunks=(8, 32, 32))
    build_index_dataset(path, tmp_path / "cells.labelindex")
    viewer, widget = bare()
    layer = viewer.add_labels(da.from_zarr(path), name="cells")
    with serving(tmp_path) as url:
        layer._source = Source(path=f"{url}/cells.zarr")
        widget.saved.follow(layer)
        panel = widget.saved.panel
        qtbot.waitUntil(lambda: panel.button.isVisibleTo(widget), timeout=WAIT_MS)
        # A server that does not tell when it was written.
        assert panel.text.text() == "63 labels, in a folder"
        assert panel.text.toolTip() == f"{url}/cells.labelindex"
        panel.button.click()
        qtbot.waitUntil(
            lambda: isinstance(widget.session.state, Ready), timeout=WAIT_MS
        )
        index = widget.session.index
        assert index.runs.is_in_files
        np.testing.assert_array_equal(index.coords(5), np.argwhere(volume == 5))
        qtbot.waitUntil(
            lambda: table_labels(widget) == index.labels.tolist(), timeout=WAIT_MS
        )
        widget.table.select_label(7)
        assert widget.session.selection.focused == 7
        assert "/cells.labelindex/runs/part-00000.parquet" in Handler.asked
        widget.saved.save()
        assert "cells.labelindex already" in panel.banner.text()
