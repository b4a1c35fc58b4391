"""The walk around a mask, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.kernels import count_corners, trace_outlines

RING = ["###", "#.#", "###"]
TOUCHING = ["#.", ".#"]


def traced(picture, run):
    mask = np.array([[mark == "#" for mark in row] for row in picture], np.uint8)
    n_corners = run(count_corners)(mask)
    points = np.zeros((n_corners, 2), np.int32)
    ends = np.zeros(n_corners // 4 + 1, np.int64)
    n_outlines = run(trace_outlines)(mask, np.zeros_like(mask), points, ends)
    assert ends[n_outlines - 1] == n_corners
    return [part.tolist() for part in np.split(points, ends[: n_outlines - 1])]


@pytest.mark.parametrize("run", [lambda k: k, lambda k: k.py_func], ids=["jit", "py"])
@pytest.mark.parametrize(
    ("picture", "outlines"),
    [
        (["#"], [[[0, 0], [1, 0], [1, 1], [0, 1]]]),
        (
            RING,
            [
                [[0, 0], [3, 0], [3, 3], [0, 3]],
                [[2, 1], [1, 1], [1, 2], [2, 2]],
            ],
        ),
        (
            TOUCHING,
            [
                [[0, 0], [1, 0], [1, 1], [0, 1]],
                [[1, 1], [2, 1], [2, 2], [1, 2]],
            ],
        ),
    ],
    ids=["dot", "ring", "touching"],
)
def test_outlines_keep_the_inside_on_the_right(picture, outlines, run):
    assert traced(picture, run) == outlines
