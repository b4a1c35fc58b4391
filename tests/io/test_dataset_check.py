"""A dataset is compared with its volume, in bounded memory and without a mistake."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index import build_index_dataset, open_index
from napari_label_index.errors import Cancelled
from napari_label_index.io import check_index, check_source
from napari_label_index.io.index_dataset._stored_runs import StoredRuns
from napari_label_index.io.index_file import _compare_voxels

SHAPE = (40, 5, 9)


@pytest.fixture(scope="module")
def volume():
    rng = np.random.default_rng(8)
    return rng.choice([0, 0, 3, 5, -70_000, 80_000], SHAPE).astype(np.int32)


@pytest.fixture(scope="module")
def folder(volume, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dataset") / "cells.labelindex"
    return build_index_dataset(volume, folder)


@pytest.fixture(autouse=True)
def small_windows(monkeypatch):
    """Three slices are held at a time, and all runs are never in memory."""
    monkeypatch.setattr(_compare_voxels, "_STEP_VOXELS", 2 * SHAPE[1] * SHAPE[2])
    monkeypatch.setattr(_compare_voxels, "_HELD_BYTES", 3 * SHAPE[1] * SHAPE[2] * 4)
    monkeypatch.setattr(StoredRuns, "whole", None)


KINDS = {
    "in memory": lambda volume: volume,
    "Fortran order": np.asfortranarray,
    "lazy": lambda volume: da.from_array(volume, chunks=(7, 5, 4)),
    "floats": lambda volume: volume.astype(np.float32),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_volume_itself_is_the_same(folder, volume, kind):
    found = check_index(open_index(folder), KINDS[kind](volume))
    assert (found.verdict, found.looked_at) == ("same", "content")
    assert found.told == "every voxel is the same"


@given(
    st.tuples(*(st.integers(0, size - 1) for size in SHAPE)),
    st.sampled_from([0, 3, 5, 9, -70_000]),
    st.sampled_from(["in memory", "lazy"]),
)
def test_another_voxel_is_noticed_wherever_it_is(folder, volume, place, value, kind):
    changed = volume.copy()
    changed[place] = value
    found = check_index(open_index(folder), KINDS[kind](changed))
    is_same = np.array_equal(changed, volume)
    assert found.verdict == ("same" if is_same else "changed")


def test_what_differs_is_told(folder, volume):
    index = open_index(folder)
    without = np.where(volume == 5, 0, volume)
    assert check_index(index, without).told == "label 5 differs"
    more = np.where(volume == 0, 7, volume)
    assert check_index(index, more).told == "more voxels have a label than before"
    assert "shape" in check_index(index, volume[1:]).told


def test_a_sample_looks_at_32_slices(folder, volume):
    index = open_index(folder)
    looked_at = np.linspace(0, SHAPE[0] - 1, 32).astype(int)
    found = check_index(index, volume, "sample")
    assert (found.verdict, found.looked_at) == ("same", "sample")
    assert found.told.startswith("32 of 40 slices are the same")
    for z in range(SHAPE[0]):
        changed = volume.copy()
        changed[z, 2, 3] = 9
        found = check_index(index, changed, "sample")
        if z in looked_at:
            assert (found.verdict, found.told) == ("changed", f"slice {z} differs")
        else:
            assert found.verdict == "same"


def test_a_sample_of_few_slices_is_all_of_them(tmp_path, volume):
    folder = build_index_dataset(volume[:9], tmp_path / "few")
    found = check_index(open_index(folder), volume[:9], "sample")
    assert (found.looked_at, found.told) == ("content", "all 9 slices are the same")


@pytest.mark.parametrize("shape", [(30,), (0, 4), (5, 4), (2, 3, 4, 5)], ids=str)
def test_any_number_of_axes(tmp_path, shape):
    volume = np.random.default_rng(0).integers(0, 4, shape).astype(np.uint8)
    index = open_index(build_index_dataset(volume, tmp_path / "some"))
    for thoroughness in ("sample", "content"):
        assert check_index(index, volume, thoroughness).verdict == "same"
        if volume.size:
            other = volume.copy()
            other.flat[-1] += 1
            assert check_index(index, other, thoroughness).verdict == "changed"


def test_another_background_counts_as_none(tmp_path, volume):
    index = open_index(build_index_dataset(volume, tmp_path / "b", background=3))
    assert check_index(index, volume).verdict == "same"
    assert check_index(index, np.where(volume == 3, 5, volume)).verdict == "changed"
    assert check_index(index, np.where(volume == 5, 3, volume)).verdict == "changed"


def test_progress_is_told_and_a_cancel_heard(folder, volume):
    told = []
    index = open_index(folder)
    check_index(
        index, KINDS["lazy"](volume), on_progress=lambda *pair: told.append(pair)
    )
    assert told == sorted(told)
    assert len(set(told)) > 10
    assert told[-1][0] == told[-1][1]
    with pytest.raises(Cancelled):
        check_index(index, volume, cancel=lambda: True)


def test_a_file_is_compared_with_a_dataset(tmp_path, volume):
    path = tmp_path / "cells.tif"
    tifffile.imwrite(path, volume)
    folder = build_index_dataset(path, tmp_path / "cells.labelindex")
    assert check_source(folder, path, "stamp").verdict == "same"
    assert check_source(folder, path).verdict == "same"
    tifffile.imwrite(path, volume + (volume == 5))
    assert check_source(folder, path).verdict == "changed"
