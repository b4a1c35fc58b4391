"""Runs are dealt out to stretches of a volume, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index import kernels
from napari_label_index.index import build_index


@pytest.fixture(params=[False, True], ids=["compiled", "plain"])
def kernel(request):
    def named(name):
        function = getattr(kernels, name)
        return function.py_func if request.param else function

    return named


RUNS = build_index(np.random.default_rng(2).integers(0, 6, (8, 5, 7))).runs
EDGES = np.array([35, 70, 71, 200, 245], np.uint64)  # some runs lie before and behind


def dealt(kernel, is_needed):
    """{(stretch, row): starts and lengths}, in the order in which they are dealt."""
    n = EDGES.size - 1
    n_pieces, n_runs = np.zeros(n, np.int64), np.zeros(n, np.int64)
    cut = EDGES, np.array(is_needed)
    kernel("count_pieces")(RUNS.offsets, RUNS.starts, *cut, n_pieces, n_runs)
    ends = [np.append(0, np.cumsum(counts)) for counts in (n_pieces, n_runs)]
    rows, sizes = np.full((2, ends[0][-1]), 99, np.uint32)
    starts, lengths = np.full((2, ends[1][-1]), 9999, np.uint32)
    kernel("deal_pieces")(
        RUNS.offsets, RUNS.starts, RUNS.lengths, *cut,
        ends[0][:-1].copy(), ends[1][:-1].copy(), rows, sizes, starts, lengths,
    )  # fmt: skip
    stretches = np.repeat(np.arange(n), n_pieces).tolist()
    bounds = [0, *np.cumsum(sizes, dtype=np.int64).tolist()]
    return {
        (stretch, row): (starts[own].tolist(), lengths[own].tolist())
        for stretch, row, own in zip(
            stretches, rows.tolist(), map(slice, bounds, bounds[1:]), strict=False
        )
    }


def expected(is_needed):
    found = {}
    for stretch in np.flatnonzero(is_needed).tolist():
        low, high = EDGES[stretch : stretch + 2]
        for row in range(RUNS.n_labels):
            starts, lengths = RUNS.of_row(row)
            is_in = (starts >= low) & (starts < high)
            if is_in.any():
                found[stretch, row] = starts[is_in].tolist(), lengths[is_in].tolist()
    return found


@pytest.mark.parametrize("is_needed", [[True] * 4, [True, False, False, True]])
def test_each_stretch_gets_its_pieces_label_by_label(kernel, is_needed):
    found = dealt(kernel, is_needed)
    assert found == expected(is_needed)
    assert list(found) == sorted(found)


def test_runs_are_copied_behind_each_other(kernel):
    bounds = np.array([[3, 5], [0, 0], [9, 10], [1, 3]])
    starts, lengths = np.empty(5, RUNS.starts.dtype), np.empty(5, RUNS.lengths.dtype)
    kernel("copy_runs")(bounds, RUNS.starts, RUNS.lengths, starts, lengths)
    chosen = [3, 4, 9, 1, 2]
    assert starts.tolist() == RUNS.starts[chosen].tolist()
    assert lengths.tolist() == RUNS.lengths[chosen].tolist()


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_intensities_of_long_labels_are_those_of_their_voxels(kernel, dtype):
    rng = np.random.default_rng(4)
    labels = rng.integers(0, 2, (40, 40))  # more runs than are looked at together
    runs, values = build_index(labels).runs, rng.integers(0, 99, 1600).astype(dtype)
    sums, lows, highs = np.zeros(1), np.full(1, np.inf), np.full(1, -np.inf)
    bounds = np.array([[0, runs.n_runs]])
    kernel("add_intensities")(
        np.array([0]), bounds, runs.starts, runs.lengths, 0, values, sums, lows, highs
    )
    inside = values[labels.reshape(-1) == 1]
    assert (sums[0], lows[0], highs[0]) == (
        inside.sum(dtype=float),
        inside.min(),
        inside.max(),
    )
