"""One volume gives one file, in whatever pieces and by how many threads it is read."""

from __future__ import annotations

import dask.array as da
import numpy as np
import zarr

from campaigns import rounds
from napari_label_index.index import LabelImage, _build, _run_grouping, build_index
from napari_label_index.io import export_coords, save_index

SHAPE = (13, 22, 40)
CHUNKS = [(13, 22, 40), (1, 22, 40), (4, 5, 7), (13, 3, 40), (2, 22, 9)]


def test_index_file_and_csv_are_the_same_bytes_each_time(
    tmp_path, monkeypatch, campaign
):
    random = np.random.default_rng(4)
    with campaign("C21", "other threads, chunks, block sizes: same bytes", 4) as count:
        for _ in range(rounds(1, 10)):
            volume = np.repeat(random.integers(0, 50, (*SHAPE[:2], 10)), 4, axis=2)
            volume = volume.astype(np.uint32)
            expected = written(tmp_path, volume)
            for number, chunks in enumerate(CHUNKS):
                for array in (da.from_array(volume, chunks), stored(volume, chunks)):
                    monkeypatch.setattr(_build, "n_usable_cores", lambda k=number: 2**k)
                    block_size = int(random.integers(1, volume.size))
                    monkeypatch.setattr(
                        _run_grouping, "_COPIED_BLOCK_VOXELS", block_size
                    )
                    count.case()
                    assert written(tmp_path, array) == expected


def stored(volume, chunks):
    array = zarr.create_array({}, shape=volume.shape, chunks=chunks, dtype=volume.dtype)
    array[...] = volume
    return array


def written(folder, array):
    """Return the bytes of the index file and of the coordinates."""
    index = build_index(LabelImage(array, source="volume"))
    paths = [
        save_index(index, folder / "a.labelindex.parquet"),
        export_coords(index, None, folder / "a.csv", manifest=False),
    ]
    return [path.read_bytes() for path in paths]
