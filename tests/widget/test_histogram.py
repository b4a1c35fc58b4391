"""The histogram: bins against plain counting, and a brush over them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from qtpy.QtCore import QPoint, Qt

from napari_label_index._widget._wording import number
from napari_label_index._widget.filter._bins import MAX_BINS, bins_of
from napari_label_index._widget.filter._histogram import Histogram

LEFT = Qt.MouseButton.LeftButton


def held(values, bins, place):
    low, high = bins.range_of(place, place)
    return int(((values >= low) & (values <= high)).sum())


@given(
    hnp.arrays(np.int64, st.integers(1, 60), elements=st.integers(-500, 500)),
    st.randoms(),
)
def test_every_integer_is_in_one_bin(values, random):
    is_shown = np.array([random.random() < 0.5 for _ in values])
    bins = bins_of(values, is_shown)
    n_bins = len(bins.counts)
    assert n_bins <= MAX_BINS + 1
    assert [held(values, bins, i) for i in range(n_bins)] == bins.counts.tolist()
    only = values[is_shown]
    assert [held(only, bins, i) for i in range(n_bins)] == bins.shown.tolist()


@given(
    hnp.arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e9, 1e9, width=32))
)
def test_every_float_is_in_a_bin_within_the_range(values):
    bins = bins_of(values, None)
    assert bins.counts.sum() == len(values)
    low, high = bins.range_of(0, len(bins.counts) - 1)
    assert (low, high) == (values.min(), values.max())


def test_the_last_bin_ends_at_the_largest_value():
    values = np.arange(0, 434)  # in bins of five: they would go to 434
    bins = bins_of(values, None)
    assert bins.stop > 434
    assert bins.range_of(0, len(bins.counts) - 1) == (0, 433)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(np.empty(0), id="nothing"),
        pytest.param(np.array([np.nan, np.inf]), id="no number"),
    ],
)
def test_without_numbers_there_are_no_bins(values):
    assert bins_of(values, None) is None


def test_what_is_no_number_is_left_out():
    bins = bins_of(np.array([1.0, np.nan, 3.0, np.inf]), None)
    assert bins.counts.sum() == 2


@pytest.mark.parametrize(
    ("ids", "dtype"),
    [
        ([1, 2**63, 2**64 - 1], np.uint64),
        ([2**53, 2**53 + 1, 2**53 + 2], np.int64),
        ([-(2**63), -1, 0, 2**63 - 1], np.int64),
        ([2**60 + i * 10**9 + 1 for i in range(200)], np.int64),
        ([-128, 127], np.int8),
    ],
)
def test_large_ids_are_counted_in_ranges_that_are_exact(ids, dtype):
    values = np.array(ids, dtype)
    bins = bins_of(values, None)
    n_bins = len(bins.counts)
    ranges = [bins.range_of(i, i) for i in range(n_bins)]
    assert bins.counts.tolist() == [
        sum(low <= each <= high for each in ids) for low, high in ranges
    ]
    assert all(type(end) is int for ends in ranges for end in ends)
    assert ranges[0][0] == ids[0]
    assert ranges[-1][1] >= ids[-1]


@pytest.fixture
def histogram(qtbot):
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.resize(200, 70)
    histogram.show_bins(bins_of(np.arange(10), None), None)
    return histogram


def drag(histogram, qtbot, begin, end):
    qtbot.mousePress(histogram, LEFT, pos=QPoint(begin, 20))
    qtbot.mouseMove(histogram, QPoint(end, 20))
    qtbot.mouseRelease(histogram, LEFT, pos=QPoint(end, 20))


@pytest.mark.parametrize(
    ("begin", "end", "values"),
    [
        pytest.param(45, 95, (2, 4), id="right"),
        pytest.param(95, 45, (2, 4), id="left"),
        pytest.param(-30, 500, (0, 9), id="beyond the ends"),
    ],
)
def test_a_drag_tells_the_values_below_it(histogram, qtbot, begin, end, values):
    with qtbot.waitSignal(histogram.brushed) as brushed:
        drag(histogram, qtbot, begin, end)
    assert tuple(brushed.args) == values
    assert {type(each) for each in brushed.args} == {int}


def test_a_click_is_no_drag(histogram, qtbot):
    with qtbot.assertNotEmitted(histogram.brushed):
        drag(histogram, qtbot, 50, 51)


@pytest.mark.parametrize("is_log", [False, True])
def test_taller_bars_hold_more(histogram, is_log):
    values = np.repeat([0, 1, 2], [1, 10, 100])
    histogram.set_log(is_log)
    histogram.show_bins(bins_of(values, values > 0), (1, 2))
    picture = histogram.grab().toImage()
    x = [33, 100, 166]  # the middle of each bar

    def tall(column):
        background = picture.pixelColor(2, 2)
        return sum(picture.pixelColor(column, y) != background for y in range(40))

    assert tall(x[0]) <= tall(x[1]) <= tall(x[2])
    assert tall(x[2]) >= 40


def test_numbers_are_short():
    assert [number(1204.0), number(0.53), number(3.0)] == ["1,204", "0.53", "3"]
