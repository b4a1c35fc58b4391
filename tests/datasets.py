"""Index datasets for tests: small limits, whole folders as bytes, the same index."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import dask.array as da
import numpy as np
import zarr

from atomic_saves import NoFsync
from napari_label_index import LabelImage, build_index, build_index_dataset
from napari_label_index.distributed import (
    _merged_runs,
    _partition_files,
    _partition_ranges,
)
from napari_label_index.errors import CorruptIndexError
from napari_label_index.io import _files, open_index
from napari_label_index.io.index_dataset import _run_files
from napari_label_index.io.index_dataset._layout import MANIFEST

_LIMITS = {
    (_partition_ranges, "_PART_RUNS"): 16,
    (_merged_runs, "WINDOW_RUNS"): 6,
    (_merged_runs, "_COPIED_RUNS"): 3,
    (_partition_files, "GROUP_RUNS"): 7,
    (_run_files, "GROUP_RUNS"): 7,
    (_partition_files, "GROUP_ROWS"): 3,
    (_partition_ranges, "_SAMPLED"): 2,
    (_partition_ranges, "_WINDOW_SAMPLES"): 3,
}


def shrink(patch, scale=1):
    """Make limits so small that a small volume meets all of them."""
    for (module, name), value in _LIMITS.items():
        patch.setattr(module, name, value * scale)


def flush_nothing(patch):
    patch.setattr(_files, "os_calls", NoFsync())


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too, by its path."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def in_chunks(array, chunks, path=None):
    """The same voxels in a zarr array, in memory if there is no path."""
    array = np.asarray(array)
    store = {} if path is None else path
    stored = zarr.create_array(
        store, shape=array.shape, chunks=chunks, dtype=array.dtype
    )
    stored[...] = array
    return stored


def in_dask(array, ends):
    """The same voxels in a dask array whose chunks end at these places."""
    chunks = tuple(tuple(np.diff([0, *sorted(each)]).tolist()) for each in ends)
    return da.from_array(np.asarray(array), chunks)


def blocky(shape, n_labels, seed, dtype=np.uint32, scale=3):
    """A volume of blocky labels, a third of it background."""
    rng = np.random.default_rng(seed)
    coarse = [-(-size // scale) for size in shape]
    image = rng.integers(-n_labels // 2, n_labels, coarse).clip(0)
    for axis, size in enumerate(shape):
        image = np.repeat(image, scale, axis).take(range(size), axis)
    return image.astype(dtype)


def read_all(path):
    """Read every file of a dataset."""
    index = open_index(path)
    index.to_label_image()
    return index, index.bboxes, index.contacts().first, index.column("n_neighbours")


def is_refused(path, name, expected):
    """Whether it is told that this file is bad; else all must be right."""
    try:
        index, *_ = read_all(path)
    except CorruptIndexError as error:
        told = str(error)
    else:
        assert_same_index(index, expected)
        return False
    assert str(path) in told
    assert name in told or name == MANIFEST, told
    return True


def assert_same_index(found, expected):
    """All that an index has, and what is computed from its runs by parts of it."""
    np.testing.assert_array_equal(found.labels, expected.labels)
    assert found.labels.dtype == expected.labels.dtype
    for name in ("shape", "dtype", "background", "axes", "spacing", "origin", "unit"):
        assert getattr(found, name) == getattr(expected, name), name
    for label in [*expected][:3]:  # one by one, while the runs are in their files
        np.testing.assert_array_equal(found.coords(label), expected.coords(label))
        assert found.coords(label).dtype == expected.coords(label).dtype
    np.testing.assert_array_equal(found.voxel_counts, expected.voxel_counts)
    np.testing.assert_array_equal(found.bboxes, expected.bboxes)
    assert_same_centroids(found, expected)
    for name in expected.columns:
        if name.startswith(("n_components", "touches", "border", "n_neigh", "n_holes")):
            one, other = found.column(name), expected.column(name)
            np.testing.assert_array_equal(one, other, name)
    assert_same_runs(found, expected)


def assert_same_centroids(found, expected):
    """The same bits but for labels that came in several windows."""
    is_large = np.diff(expected.runs.offsets) > _merged_runs.WINDOW_RUNS
    one, other = found.centroids, expected.centroids
    np.testing.assert_array_equal(one[~is_large], other[~is_large])
    np.testing.assert_allclose(one[is_large], other[is_large], rtol=1e-12, atol=1e-12)


def assert_same_runs(found, expected):
    for name in ("labels", "offsets", "starts", "lengths"):
        one, other = getattr(found.runs, name), getattr(expected.runs, name)
        assert one.dtype == other.dtype, name
        np.testing.assert_array_equal(one, other, name)


class Deadly:
    """A volume that kills the process that reads it."""

    shape, dtype = (4, 5, 6), np.dtype(np.uint8)

    def __getitem__(self, key):
        os.kill(os.getpid(), signal.SIGKILL)


class Unreadable(Deadly):
    """A volume whose reader raises what is none of our errors."""

    def __getitem__(self, key):
        raise ValueError("the disk of this worker is not mounted")


def beside_memory(volume, axes, folder):
    """An index in memory, and the folder of the dataset of the same volume."""
    image = LabelImage(volume, axes, (2.0, 1.0, 0.5))
    build_index_dataset(image, folder, block_voxels=700)
    return build_index(image), folder
