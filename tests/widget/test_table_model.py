"""The table model, with a sort by plain Python as oracle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from qtpy.QtCore import Qt
from qtpy.QtGui import QColor

from napari_label_index._widget.table._columns import TIMES, columns_of
from napari_label_index._widget.table._roles import (
    ALIGNMENT,
    ASCENDING,
    DECORATION,
    DESCENDING,
    TOOLTIP,
)
from napari_label_index._widget.table._row_order import NO_ROWS
from napari_label_index._widget.table._table_model import RegionTableModel
from napari_label_index.index import LabelImage, build_index

HORIZONTAL = Qt.Orientation.Horizontal


def model_of(label_image, colors=None):
    model = RegionTableModel()
    index = build_index(label_image)
    show(model, index, colors)
    return model, index


def show(model, index, colors=None):
    model.set_rows(index.labels, columns_of(index), colors)


def shown(model, column):
    return [model.data(model.index(row, column)) for row in range(model.rowCount())]


def headers(model):
    return [model.headerData(i, HORIZONTAL) for i in range(model.columnCount())]


def test_columns_follow_the_axes_of_the_volume(volume, qapp):
    model, _ = model_of(LabelImage(volume, axes=("p", "q", "r")))
    assert [h.split()[0] for h in headers(model)] == [
        "Label",
        "Voxels",
        "p",
        "q",
        "r",
        "Box",
    ]
    tooltip = model.headerData(2, HORIZONTAL, TOOLTIP)
    assert "Centroid along p" in tooltip


def test_cells_are_readable_and_right_aligned(qapp):
    volume = np.zeros((3, 2000), np.int64)
    volume[0, 100:1334] = 123456
    volume[1:, 1999] = -7
    model, _ = model_of(volume)
    first = [model.data(model.index(0, column)) for column in range(5)]
    second = [model.data(model.index(1, column)) for column in range(5)]
    assert first == ["-7", "2", "1.5", "1,999.0", f"2{TIMES}1"]
    assert second == ["123456", "1,234", "0.0", "716.5", f"1{TIMES}1234"]
    alignment = model.data(model.index(0, 1), ALIGNMENT)
    assert alignment & Qt.AlignmentFlag.AlignRight


def test_swatches_stay_with_their_labels_when_sorted(volume, qapp):
    colors = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1], [1, 1, 0, 1]], float)
    model, _ = model_of(volume, colors)
    by_label = dict(zip(["1", "3", "5", "7"], colors, strict=True))
    model.sort(0, DESCENDING)
    for row, label in enumerate(shown(model, 0)):
        color = model.data(model.index(row, 0), DECORATION)
        assert color == QColor.fromRgbF(*by_label[label].tolist())


@pytest.mark.parametrize("order", [ASCENDING, DESCENDING], ids=["up", "down"])
@given(
    label_image=hnp.arrays(
        np.int16, (4, 7), elements=st.integers(-3, 5), fill=st.nothing()
    )
)
def test_every_column_sorts_stably(label_image, order):
    model, index = model_of(label_image)
    sizes = index.bboxes[:, 2:] - index.bboxes[:, :2]
    keys = [
        index.labels,
        index.voxel_counts,
        index.centroids[:, 0],
        index.centroids[:, 1],
        sizes.prod(axis=1),
    ]
    sign = 1 if order == ASCENDING else -1
    for column, key in enumerate(keys):
        model.sort(column, order)
        rows = sorted(range(len(index)), key=lambda row: sign * key[row])
        expected = [str(index.labels[row]) for row in rows]
        assert shown(model, 0) == expected


@pytest.mark.parametrize("column", range(6))
def test_rows_and_labels_are_each_others_inverse(volume, column, qapp):
    model, index = model_of(volume)
    model.sort(column, DESCENDING)
    rows = np.arange(len(index))
    labels = model.labels_at(rows)
    assert sorted(labels.tolist()) == index.labels.tolist()
    for row, label in zip(rows, labels, strict=True):
        assert model.view_rows_of(np.array([label])).tolist() == [row]


def test_labels_above_two_to_the_53_have_rows_of_their_own(qapp):
    ids = np.array([2**63 + 1, 2**63 + 2, 2**63 + 3], np.uint64)
    model, _ = model_of(ids)
    assert shown(model, 0) == [str(2**63 + k) for k in (1, 2, 3)]
    for row in range(3):
        assert model.view_rows_of(ids[row : row + 1]).tolist() == [row]


def test_copied_rows_are_plain_numbers_named_as_in_the_table_of_the_index(volume, qapp):
    model, index = model_of(volume)
    model.sort(1, DESCENDING)
    header, *lines, end = model.tsv(np.array([0, 2])).split("\n")
    rows = [dict(zip(header.split("\t"), x.split("\t"), strict=True)) for x in lines]
    table = index.table()
    assert sorted(rows[0]) == sorted(table)
    assert [row["label"] for row in rows] == ["1", "3"]
    for row, at in zip(rows, (0, 1), strict=True):
        for key, values in table.items():
            assert float(row[key]) == pytest.approx(values[at], abs=5e-4), key
    assert end == ""


def test_another_index_keeps_the_order_that_was_asked_for(volume, qapp):
    model, _ = model_of(volume)
    model.sort(1, DESCENDING)
    other = np.where(volume == 5, 1, volume)
    show(model, build_index(other))
    assert shown(model, 1) == ["5", "3", "2"]
    assert model.sorted_by == (1, DESCENDING)


def test_an_index_with_fewer_columns_goes_back_to_label_order(volume, qapp):
    model, _ = model_of(volume)
    model.sort(5, DESCENDING)
    show(model, build_index(np.array([4, 4, 2])))
    assert shown(model, 0) == ["2", "4"]
    assert headers(model)[0].startswith("Label ")
    assert model.sorted_by == (0, ASCENDING)


def test_an_empty_index_and_no_index_show_nothing(qapp):
    model, _ = model_of(np.zeros((2, 3), np.uint8))
    assert model.rowCount() == 0
    assert model.columnCount() == 5
    model.sort(1, DESCENDING)
    model.set_rows(NO_ROWS, ())
    assert (model.rowCount(), model.columnCount()) == (0, 0)
    assert model.headerData(0, HORIZONTAL) is None


def test_qt_finds_no_fault_with_the_model(volume, qtmodeltester):
    model, _ = model_of(volume, np.ones((4, 4)))
    qtmodeltester.check(model)
    model.sort(1, DESCENDING)
    qtmodeltester.check(model)
