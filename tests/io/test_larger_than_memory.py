"""A zarr larger than the memory that is given to the process is indexed exactly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import zarr

from napari_label_index.io import open_index

SCRIPT = Path(__file__).parents[1] / "larger_than_memory.py"
SHAPE, CHUNKS = (384, 512, 1024), (64, 64, 256)  # 1.5 GiB of uint64
MEMORY = 11 << 27  # 1.375 GiB, of which Python with numba and zarr takes 0.6


def boxes():
    """Boxes with a label each, none over another, some over many chunks."""
    random = np.random.default_rng(5)
    for number, cell in enumerate(np.ndindex(2, 2, 3)):
        low = np.array(cell) * (190, 250, 340) + random.integers(0, 60, 3)
        high = low + random.integers(1, 68, 3)
        yield tuple(map(slice, low.tolist(), high.tolist())), 2**40 + 17 * number
    yield (slice(383, 384), slice(511, 512), slice(1020, 1024)), 7


@pytest.fixture
def large(tmp_path):
    """The folder of a zarr of which most chunks are not stored."""
    path = tmp_path / "large.zarr"
    array = zarr.create_array(path, shape=SHAPE, chunks=CHUNKS, dtype=np.uint64)
    for box, label in boxes():
        array[box] = label
    return path


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="memory is limited on Linux only"
)
def test_a_zarr_larger_than_memory_is_indexed_exactly(large, tmp_path):
    out = tmp_path / "large.labelindex.parquet"
    n_bytes = 8 * int(np.prod(SHAPE))
    command = [sys.executable, SCRIPT, n_bytes, MEMORY, "build", large, "-o", out]
    one_each = {"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        list(map(str, command)),
        env=os.environ | one_each,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "block by block" in done.stderr
    index = open_index(out)
    assert index.shape == SHAPE
    expected = {label: box for box, label in boxes()}
    assert index.labels.tolist() == sorted(expected)
    for label, box in expected.items():
        grid = np.meshgrid(*(np.arange(x.start, x.stop) for x in box), indexing="ij")
        places = np.stack([axis.ravel() for axis in grid], axis=1)
        np.testing.assert_array_equal(index.coords(label), places)
