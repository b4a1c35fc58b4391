"""Kernels, compiled and as plain Python, against the oracle."""

from __future__ import annotations

import numpy as np
import pytest

import oracle
from napari_label_index import kernels

RNG = np.random.default_rng(5)
ROWS = RNG.integers(0, 4, (6, 150)).astype(np.uint16).repeat(2, axis=1)[:, :299]
# One set bit in each place of a word, and a row that changes at every voxel.
BITS = np.eye(130, dtype=np.uint16)
STRIPES = np.tile(np.array([1, 2], np.uint16), (3, 64))


def both(kernel):
    return [
        pytest.param(kernel, id="compiled"),
        pytest.param(kernel.py_func, id="plain"),
    ]


def scan(function, rows, first=0, background=0, has_background=True):
    padded = -(-rows.shape[1] // 64) * 64
    labels = np.empty(rows.size, rows.dtype)
    starts = np.empty(rows.size, np.uint32)
    lengths = np.empty(rows.size, np.uint16)
    n_runs = function(
        rows, first, rows.dtype.type(background), has_background,
        np.zeros(padded, np.uint8), np.empty(padded + 1, np.uint32),
        labels, starts, lengths,
    )  # fmt: skip
    runs = zip(labels[:n_runs], starts[:n_runs], lengths[:n_runs], strict=True)
    return sorted((int(a), int(b), int(c)) for a, b, c in runs)


@pytest.mark.parametrize("function", both(kernels.scan_rows))
@pytest.mark.parametrize(
    "rows", [ROWS, BITS, STRIPES], ids=["random", "bits", "stripes"]
)
def test_scan_finds_the_runs_of_each_row(function, rows):
    assert scan(function, rows) == oracle.runs(rows)
    assert scan(function, rows, background=2) == oracle.runs(rows, background=2)
    assert scan(function, rows, has_background=False) == oracle.runs(rows, None)


@pytest.mark.parametrize("function", both(kernels.scan_rows))
def test_scan_counts_positions_from_where_the_slab_begins(function):
    moved = scan(function, ROWS, first=1000)
    assert moved == [(a, b + 1000, c) for a, b, c in oracle.runs(ROWS)]


@pytest.mark.parametrize("function", both(kernels.encode_labels))
def test_encode_numbers_labels_as_they_appear_and_stops_when_full(function):
    labels = np.array([70, 5, 70, 9, 5], np.uint64)
    keys, slots = np.zeros(4, np.uint64), np.full(4, kernels.EMPTY_SLOT)
    known, counts = np.empty(2, np.uint64), np.zeros(2, np.int64)
    codes = np.empty(5, np.uint32)
    with np.errstate(over="ignore"):
        done, n_known = function(labels, 5, 0, keys, slots, 62, known, 0, codes, counts)
    assert (done, n_known) == (3, 2)
    assert codes[:3].tolist() == [0, 1, 0]
    assert known.tolist() == [70, 5]
    assert counts.tolist() == [2, 1]


@pytest.mark.parametrize("function", both(kernels.rebuild_slots))
def test_a_rebuilt_table_finds_every_label_again(function):
    known = np.array([70, 5, 9], np.uint64)
    keys, slots = np.zeros(8, np.uint64), np.full(8, kernels.EMPTY_SLOT)
    with np.errstate(over="ignore"):
        function(known, 3, keys, slots, 61)
    codes, counts = np.empty(3, np.uint32), np.zeros(3, np.int64)
    kernels.encode_labels(
        known[::-1].copy(), 3, 0, keys, slots, 61, known, 3, codes, counts
    )
    assert codes.tolist() == [2, 1, 0]


@pytest.mark.parametrize("function", both(kernels.place_runs))
def test_place_keeps_the_order_within_a_code(function):
    codes = np.array([1, 0, 1, 1, 0], np.uint32)
    starts = np.arange(5, dtype=np.uint32)
    lengths = np.arange(5, dtype=np.uint16) + 10
    cursors = np.array([0, 2], np.uint64)
    out_starts, out_lengths = np.empty(5, np.uint32), np.empty(5, np.uint16)
    function(codes, starts, lengths, cursors, out_starts, out_lengths)
    assert out_starts.tolist() == [1, 4, 0, 2, 3]
    assert out_lengths.tolist() == [11, 14, 10, 12, 13]
    assert cursors.tolist() == [2, 5]


@pytest.mark.parametrize("function", both(kernels.expand_positions))
def test_positions_are_those_of_every_voxel_of_a_run(function):
    out = np.empty(5, np.int64)
    function(np.array([7, 20], np.uint32), np.array([2, 3], np.uint16), out)
    assert out.tolist() == [7, 8, 20, 21, 22]


@pytest.mark.parametrize("function", both(kernels.expand_coords))
def test_coords_are_unravelled_positions(function):
    shape = (3, 4, 5)
    starts, lengths = np.array([3, 45], np.uint32), np.array([2, 4], np.uint16)
    out = np.empty((6, 3), np.uint8)
    function(starts, lengths, shape, out)
    expected = np.transpose(np.unravel_index([3, 4, 45, 46, 47, 48], shape))
    np.testing.assert_array_equal(out, expected)


@pytest.mark.parametrize("function", both(kernels.draw_runs))
def test_a_window_is_drawn_where_runs_meet_it(function):
    image = (RNG.random((4, 6, 9)) < 0.5) * np.uint8(7)
    runs = oracle.runs(image)
    starts = np.array([run[1] for run in runs], np.uint32)
    lengths = np.array([run[2] for run in runs], np.uint16)
    begin, end, step = (1, 0, 2), (4, 5, 8), (1, 2, 3)
    window = image[1:4:1, 0:5:2, 2:8:3]
    picture = np.zeros(window.size, np.uint8)
    function(
        np.array([0]), np.array([7], np.uint8),
        np.array([0, len(runs)]), starts, lengths,
        image.shape, begin, end, step, picture,
    )  # fmt: skip
    np.testing.assert_array_equal(picture.reshape(window.shape), window)
