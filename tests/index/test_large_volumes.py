"""Positions beyond 31 and 32 bits, without the memory: volumes made on demand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import psutil
import pytest

from napari_label_index.index import build_index


@dataclass
class MostlyEmptyVolume:
    """Background but for a few voxels; only what is asked for is made."""

    shape: tuple[int, int, int]
    voxels: dict[tuple[int, int, int], int] = field(default_factory=dict)
    dtype = np.dtype(np.uint8)

    def __getitem__(self, key):
        rows = key[0] if isinstance(key, tuple) else key
        block = np.zeros((rows.stop - rows.start, *self.shape[1:]), self.dtype)
        for (z, y, x), label in self.voxels.items():
            if rows.start <= z < rows.stop:
                block[z - rows.start, y, x] = label
        return block


@pytest.mark.parametrize(
    ("planes", "dtype"),
    [(2**11, np.uint32), (2**12, np.uint32), (2**12 + 1, np.uint64)],
)
def test_labels_at_both_ends_of_a_very_large_volume(planes, dtype, campaign):
    shape = (planes, 2**10, 2**10)  # 2**31 and 2**32 voxels, and a plane more
    last = tuple(size - 1 for size in shape)
    voxels = {(0, 0, 0): 1, (0, 0, 1): 1, (planes // 2, 5, 7): 2, last: 3}
    index = build_index(MostlyEmptyVolume(shape, voxels))
    assert index.runs.starts.dtype == dtype
    with campaign("C5", "volumes of 2^31 and 2^32 voxels, and a plane more") as count:
        count.case()
        assert list(index) == [1, 2, 3]
        assert index.coords(1).tolist() == [[0, 0, 0], [0, 0, 1]]
        assert index.coords(2).tolist() == [[planes // 2, 5, 7]]
        assert index.coords(3).tolist() == [list(last)]
        assert index.positions(3).tolist() == [planes * 2**20 - 1]
    assert index.centroids[2].tolist() == list(last)
    assert index.label_at(last) == 3
    assert index.mask(3).tolist() == [[[True]]]


def test_a_row_longer_than_16_bits_keeps_its_run_whole():
    image = np.ones((2, 70_000), np.uint8)
    index = build_index(image)
    assert index.runs.lengths.tolist() == [70_000, 70_000]
    assert index.coords(1)[-1].tolist() == [1, 69_999]


def test_memory_does_not_follow_the_largest_id(campaign):
    small = np.arange(1000, dtype=np.uint64).reshape(10, 100)
    spread = small * np.uint64(2**54)
    process = psutil.Process()
    build_index(small)
    before = process.memory_info().rss
    index = build_index(spread)
    with campaign("C6", "ids spread over 64 bits take no more memory") as count:
        count.case()
        assert index.nbytes < 40 * 1000
        assert process.memory_info().rss - before < 50e6
