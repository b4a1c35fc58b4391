"""Runs of one label from several blocks, put together and into order."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index import kernels


def both(kernel):
    return [
        pytest.param(kernel, id="compiled"),
        pytest.param(kernel.py_func, id="plain"),
    ]


def test_pieces_of_two_blocks_are_placed_one_behind_the_other():
    starts, lengths = np.zeros(5, np.uint32), np.zeros(5, np.uint16)
    cursors = np.array([0, 3], np.int64)  # row 0 has three runs, row 1 has two
    for kernel in (kernels.place_pieces.py_func, kernels.place_pieces):
        cursors[:] = 0, 3
        for rows, offsets, own in (
            ([0, 1], [10, 12, 13], [7, 9, 4]),
            ([0, 1], [0, 1, 2], [2, 6]),
        ):
            kernel(
                np.array(rows), np.array(offsets), np.array(own, np.uint32),
                np.array(own, np.uint16), cursors, starts, lengths,
            )  # fmt: skip
        assert starts.tolist() == lengths.tolist() == [7, 9, 2, 4, 6]
        assert cursors.tolist() == [3, 5]


@st.composite
def tables(draw):
    """Offsets, and starts that are unique within a label, in any order."""
    sizes = draw(st.lists(st.integers(1, 30), max_size=5))
    starts = [draw(st.permutations(range(size))) for size in sizes]
    offsets = np.cumsum([0, *sizes])
    return offsets, np.array([start for own in starts for start in own], np.uint64)


@given(tables())
def test_each_label_is_sorted_whatever_order_its_pieces_come_in(table):
    offsets, starts = table
    for place, find, merge in (
        ("plain", kernels.longest_unordered.py_func, kernels.merge_pieces.py_func),
        ("compiled", kernels.longest_unordered, kernels.merge_pieces),
    ):
        sorted_starts, lengths = starts.copy(), (starts + 5).astype(np.uint16)
        unordered = [
            int(stop - begin)
            for begin, stop in pairwise(offsets)
            if (np.diff(starts[begin:stop].astype(np.int64)) < 0).any()
        ]
        room = find(offsets, starts)
        assert room == max(unordered, default=0), place
        merge(
            offsets, sorted_starts, lengths,
            np.empty(room, np.uint64), np.empty(room, np.uint16),
        )  # fmt: skip
        for begin, stop in pairwise(offsets):
            assert sorted_starts[begin:stop].tolist() == sorted(starts[begin:stop])
        assert (lengths == sorted_starts + 5).all()


@pytest.mark.parametrize("function", both(kernels.longest_unordered))
def test_a_table_in_order_needs_no_room(function):
    starts = np.array([1, 2, 3, 0, 9], np.uint32)
    assert function(np.array([0, 3, 5]), starts) == 0
    assert function(np.array([0, 5]), starts) == 5
