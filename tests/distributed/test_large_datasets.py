"""Positions beyond 31, 32 and 36 bits, in a zarr whose chunks are not stored."""

from __future__ import annotations

import psutil
import pytest
import zarr

from campaigns import rounds
from datasets import flush_nothing
from napari_label_index.distributed import build_index_dataset
from napari_label_index.io import open_index, read_meta
from napari_label_index.io.images._zarr_chunks import ZarrVoxels


@pytest.mark.parametrize(
    ("shape", "block_voxels"),
    [
        ((2**11, 2**10, 2**10), 2**25),
        ((2**12, 2**10, 2**10), 2**25),
        ((2**13 + 1, 2**10, 2**10), 2**27),
        ((10_000, 10_000, 10_000), 2**29),
    ],
    ids=["2^31", "2^32", "2^33 and a plane", "10^11, or 10^12 for a release"],
)
def test_labels_at_both_ends_and_in_the_middle(
    tmp_path, monkeypatch, shape, block_voxels, campaign
):
    flush_nothing(monkeypatch)
    if shape[0] == 10_000:
        shape = (rounds(1_000, 10_000), *shape[1:])
    chunks = (16, 512, shape[-1])
    array = zarr.create_array(
        tmp_path / "a.zarr", shape=shape, chunks=chunks, dtype="u1"
    )
    last, middle = (tuple(size - k for size in shape) for k in (1, 777))
    for place, label in (((0, 0, 0), 7), ((0, 0, 1), 7), (middle, 8), (last, 9)):
        array[place] = label
    n_chunks = -(-shape[0] // 16) * -(-shape[1] // 512)
    read = []

    def reading(voxels, key, real=ZarrVoxels.__getitem__):
        read.append(key)
        return real(voxels, key)

    monkeypatch.setattr(ZarrVoxels, "__getitem__", reading)
    with campaign(
        "C5", "datasets of 2^31, 2^32, 2^33 and 10^11 or 10^12 voxels"
    ) as count:
        count.case()
        build_index_dataset(
            tmp_path / "a.zarr", tmp_path / "a", block_voxels=block_voxels
        )
        index = open_index(tmp_path / "a")
        assert list(index) == [7, 8, 9]
        assert index.coords(7).tolist() == [[0, 0, 0], [0, 0, 1]]
        assert index.coords(8).tolist() == [list(middle)]
        assert index.coords(9).tolist() == [list(last)]
        assert index.bboxes[2].tolist() == [*last, *(k + 1 for k in last)]
    assert len(read) == 3, "a block without chunks is not read"
    assert read_meta(tmp_path / "a").n_missing_chunks == n_chunks - 3
    assert psutil.Process().memory_info().rss < 3e9
