"""What lies in `layer.features` after publishing, as napari itself reads it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from napari.layers import Labels
from qtpy.QtCore import QItemSelectionModel, Qt

from napari_label_index._widget.exports._publish import publish
from napari_label_index.index import build_index

DENSE = np.array([[1, 1, 0, 4], [2, 0, 3, 4], [2, 2, 3, 4]], np.uint16)
SPARSE = DENSE.astype(np.int64) * 1000


def published(volume, features=None):
    layer = Labels(volume)
    if features is not None:
        layer.features = pd.DataFrame(features)
    return layer, publish(layer, build_index(volume))


@pytest.mark.parametrize("volume", [DENSE, SPARSE], ids=["dense", "sparse"])
def test_each_label_has_its_row_and_the_first_is_the_background(volume):
    layer, done = published(volume)
    labels = np.unique(volume)
    table = layer.features
    assert table["index"].tolist() == table["label"].tolist() == labels.tolist()
    assert table["num_pixels"].tolist() == [(volume == n).sum() for n in labels]
    for axis in range(2):
        centers = [np.argwhere(volume == n).mean(axis=0)[axis] for n in labels[1:]]
        np.testing.assert_allclose(table[f"centroid-{axis}"][1:], centers)
    assert np.isnan(table["centroid-0"][0])
    assert table["num_pixels"].dtype == np.int64
    assert done.n_labels == 4


def test_dense_ids_are_row_numbers_as_naparis_table_takes_them():
    layer, done = published(DENSE)
    assert layer.features["label"].tolist() == list(range(5))
    assert done.is_dense
    assert "gaps" not in done.sentence


def test_sparse_ids_are_found_by_the_status_bar():
    layer, done = published(SPARSE)
    assert not done.is_dense
    assert "gaps" in done.sentence
    assert "label: 3000" in layer.get_status((1, 2))["coordinates"]
    assert "num_pixels: 2" in layer.get_status((1, 2))["coordinates"]


def test_the_users_columns_stay_with_their_labels():
    names = ["none", "one", "two", "three", "four"]
    layer, done = published(DENSE, {"name": names, "score": [0.0, 1, 2, 3, 4]})
    assert layer.features["name"].tolist() == names
    assert layer.features["score"].tolist() == [0, 1, 2, 3, 4]
    assert done.kept == ("name", "score")
    assert "Kept: name, score." in done.sentence


def test_the_users_index_says_which_label_a_row_is_for():
    layer, _ = published(
        SPARSE, {"index": [4000, 1000, 7], "name": ["four", "one", "gone"]}
    )
    table = layer.features.set_index("index")
    assert table.loc[4000, "name"] == "four"
    assert table.loc[1000, "name"] == "one"
    assert pd.isna(table.loc[2000, "name"])
    assert table.loc[7, "name"] == "gone", "a label that has no voxel keeps its row"
    assert table.loc[7, "num_pixels"] == 0


def test_a_column_of_the_user_with_one_of_our_names_is_not_lost():
    layer, done = published(DENSE, {"num_pixels": [1.0, 2, 3, 4, 5]})
    assert layer.features["num_pixels (before)"].tolist() == [1, 2, 3, 4, 5]
    assert layer.features["num_pixels"].tolist() == [2, 2, 3, 2, 3]
    assert done.kept == ("num_pixels (before)",)


def test_publishing_again_replaces_what_was_published():
    layer, _ = published(DENSE, {"name": list("abcde")})
    edited = DENSE.copy()
    edited[0, 2] = 9
    done = publish(layer, build_index(edited), ("n_components",))
    assert list(layer.features) == [
        "index", "label", "num_pixels", "centroid-0", "centroid-1", "n_components",
        "name",
    ]  # fmt: skip
    assert layer.features["label"].tolist() == [0, 1, 2, 3, 4, 9]
    assert layer.features["n_components"].tolist()[1:] == [1, 1, 1, 1, 1]
    assert layer.features["name"].tolist()[:5] == list("abcde")
    assert done.kept == ("name",)


def test_ids_beyond_the_exact_floats_are_not_run_together():
    top = 2**63 + 2**60
    volume = np.array([[0, top + 1, top + 2]], np.uint64)
    layer = Labels(volume)
    publish(layer, build_index(volume))
    assert layer.features["label"].tolist() == [0, top + 1, top + 2]


@pytest.fixture
def table_of(make_napari_viewer, qtbot):
    """Opens napari's own table on a layer, in a window."""

    def open_table(volume):
        viewer = make_napari_viewer()
        layer = viewer.add_labels(volume)
        publish(layer, build_index(volume))
        _, widget = viewer.window.add_plugin_dock_widget(
            "napari", "Features table widget"
        )
        viewer.layers.selection.clear()
        viewer.layers.selection.active = layer
        n_rows = len(layer.features)
        qtbot.waitUntil(lambda: widget.table.model().rowCount() == n_rows)
        return layer, widget.table

    return open_table


def select_row(table, row):
    # Not `selectRow`: that takes a Shift key of an earlier test for held.
    flags = QItemSelectionModel.SelectionFlag
    cell = table.model().index(row, 0)
    table.selectionModel().select(cell, flags.ClearAndSelect | flags.Rows)


def cells(table, name):
    """What a column shows, from the top."""
    model = table.model()
    columns = range(model.columnCount())
    headers = [model.headerData(i, Qt.Orientation.Horizontal) for i in columns]
    column = headers.index(name)
    return [model.data(model.index(row, column)) for row in range(model.rowCount())]


def test_naparis_own_table_selects_the_label_of_a_row(table_of):
    layer, table = table_of(DENSE)
    select_row(table, 3)
    assert layer.selected_label == 3
    assert layer.features["label"][3] == 3


def test_publishing_while_naparis_own_table_is_sorted(table_of):
    layer, table = table_of(DENSE)
    by_voxels = list(layer.features).index("num_pixels") + 1  # after the row number
    table.sortByColumn(by_voxels, Qt.SortOrder.DescendingOrder)
    edited = DENSE.copy()
    edited[0, 2] = 4
    layer.data = edited
    publish(layer, build_index(edited), ("n_components",))
    voxels, labels = cells(table, "num_pixels"), cells(table, "label")
    assert voxels == sorted(voxels, reverse=True)
    assert voxels == [int((edited == label).sum()) for label in labels]
    assert cells(table, "n_components")[labels.index(4)] == 1
    for row, label in enumerate(labels):
        select_row(table, row)
        assert layer.selected_label == label
