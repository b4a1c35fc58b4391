"""Runs of ids that are scattered over a volume are read once, whatever the slabs."""

from __future__ import annotations

import errno
import tempfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atomic_saves import FailingCalls
from child_processes import said_by
from napari_label_index.errors import Cancelled, WriteFailedError
from napari_label_index.index import _slabs, build_index
from napari_label_index.index._dealt_runs import dealt
from napari_label_index.index._placed_runs import PlacedRuns, copied
from napari_label_index.index._slabs import slabs_of
from napari_label_index.io import _files
from napari_label_index.io._scratch import ScratchFile, scratch_for
from posix_only import needs_fork
from runs_elsewhere import PART_RUNS, elsewhere, shrink
from strategies import INTEGER_DTYPES, label_images


@pytest.fixture(autouse=True)
def small_slabs(monkeypatch, tmp_path):
    shrink(monkeypatch)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def never():
    """Ask for nothing to stop."""


def cells(seed=None, shape=(24, 6, 18)):
    """Cells of 3^3 voxels; ids follow the volume, or are shuffled by a seed."""
    coarse = [size // 3 for size in shape]
    ids = np.arange(1, np.prod(coarse) + 1)
    if seed is not None:
        np.random.default_rng(seed).shuffle(ids)
    return np.kron(ids.reshape(coarse), np.ones((3, 3, 3), np.int64)).astype(np.int32)


WORK = {
    "contacts": lambda index: index.contacts().faces,
    "compare": lambda index: index.compare(build_index(cells(1))).voxels,
    "intensities": lambda index: index.intensities(cells(2))["intensity_sum"],
}


@pytest.mark.parametrize("what", WORK)
def test_scattered_runs_are_taken_once(what):
    index = build_index(cells(0))
    there, without = elsewhere(index), elsewhere(index, has_disk=False)
    np.testing.assert_array_equal(WORK[what](there), WORK[what](index))
    assert there.runs.n_taken.tolist() == [1] * len(index)
    np.testing.assert_array_equal(WORK[what](without), WORK[what](index))
    assert without.runs.n_taken.max() > 1
    assert all(scratch.is_closed for scratch in there.runs.scratches)


def test_runs_in_the_order_of_the_volume_need_no_temporary_file(monkeypatch):
    monkeypatch.setattr(_slabs, "_runs_at_once", lambda _tables: 250)
    index = elsewhere(build_index(cells()))
    WORK["intensities"](index)
    assert index.runs.scratches == []
    assert index.runs.n_taken.mean() <= 2


@st.composite
def stretches(draw, n_items):
    """Sorted stretches of an axis that are apart."""
    edges = draw(st.lists(st.integers(0, n_items), unique=True, max_size=6))
    edges = sorted(edges)[: len(edges) // 2 * 2]
    return list(zip(edges[::2], edges[1::2], strict=True))


@given(label_images(INTEGER_DTYPES, max_dims=4), st.integers(0, 2), st.data())
def test_what_was_dealt_out_is_what_lies_there(volume, n_before, data):
    index = build_index(volume)
    placed = PlacedRuns.of(elsewhere(index).runs, index.shape, index.bboxes)
    whole = PlacedRuns.of(index.runs, index.shape, index.bboxes)
    windows = data.draw(stretches(placed.shape[0]))
    needed = [(max(begin - n_before, 0), stop) for begin, stop in windows]
    if not needed:
        return
    runs = dealt(placed, needed, never)
    for begin, stop in needed:
        inner = sorted(data.draw(st.integers(begin, stop)) for _ in range(2))
        for first, last in ((begin, stop), inner):
            assert_same(runs.within(first, last, None, never), whole, first, last)
    runs.close()


@given(label_images(INTEGER_DTYPES, max_dims=3), st.booleans(), st.data())
def test_windows_are_cut_into_slabs_that_have_all_their_runs(volume, has_disk, data):
    index = build_index(volume)
    runs = elsewhere(index, has_disk=has_disk).runs
    placed = PlacedRuns.of(runs, index.shape, index.bboxes)
    whole = PlacedRuns.of(index.runs, index.shape, index.bboxes)
    windows = data.draw(stretches(placed.shape[0]))
    limit, items = data.draw(st.sampled_from([1, 3, 1000])), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_slabs, "_runs_at_once", lambda tables: limit)
        for begin, stop, (slab,) in slabs_of(placed, check=never, windows=windows):
            items += range(begin, stop)
            if slab.items == placed.items:  # few runs: those of all windows at once
                slab = slab.kept(begin, stop, *cut(slab, begin, stop))
            assert_same(slab, whole, begin, stop)
    assert items == [item for window in windows for item in range(*window)]
    assert all(scratch.is_closed for scratch in runs.scratches)


def cut(slab, begin, stop):
    """Numbers of the labels that a slab has in a stretch, and their runs there."""
    met = slab.meeting(begin, stop)
    _, bounds = slab.bounds(begin, stop)
    runs = copied(bounds, slab.runs.starts, slab.runs.lengths)
    return met, [(bounds[:, 1] - bounds[:, 0], *runs)]


def assert_same(slab, whole, begin, stop):
    """A slab has the runs of the volume there, label by label, and no others."""
    expected = {}
    rows, bounds = whole.bounds(begin, stop)
    for row, (first, last) in zip(rows.tolist(), bounds.tolist(), strict=True):
        if first < last:
            own = slice(first, last)
            expected[row] = (
                whole.runs.starts[own].tolist(), whole.runs.lengths[own].tolist()
            )  # fmt: skip
    found = {}
    for row, own in zip(slab.rows.tolist(), slab.own.tolist(), strict=True):
        starts, lengths = slab.runs.of_row(own)
        if starts.size:
            found[row] = starts.tolist(), lengths.tolist()
    assert found == expected
    np.testing.assert_array_equal(slab.bboxes, whole.bboxes[slab.rows])
    np.testing.assert_array_equal(
        slab.runs.labels[slab.own], whole.runs.labels[slab.rows]
    )


@pytest.mark.parametrize("k", [1, 2, 40])
def test_a_full_disk_is_told_and_nothing_is_left(monkeypatch, tmp_path, k):
    index = elsewhere(build_index(cells(0)))
    monkeypatch.setattr(_files, "os_calls", FailingCalls(k, errno.ENOSPC, True))
    with pytest.raises(WriteFailedError, match="free some space") as caught:
        index.contacts()
    assert caught.value.errno == errno.ENOSPC
    assert all(scratch.is_closed for scratch in index.runs.scratches)
    assert list(tmp_path.iterdir()) == []


def test_a_cancel_is_heard_while_runs_are_dealt_out():
    index = elsewhere(build_index(cells(0)))
    with pytest.raises(Cancelled):
        index.contacts(cancel=lambda: index.runs.n_taken.any())
    assert 0 < index.runs.n_taken.sum() < len(index)
    assert [scratch.is_closed for scratch in index.runs.scratches] == [True]


def test_of_a_disk_with_little_room_nothing_is_taken(tmp_path):
    assert scratch_for(1 << 62) is None
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_for_temporary_files_there_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert scratch_for(1) is None
    index = build_index(cells(0))
    np.testing.assert_array_equal(
        elsewhere(index).contacts().faces, index.contacts().faces
    )


def test_what_is_read_of_a_temporary_file_was_written_to_it(tmp_path):
    scratch = ScratchFile(tmp_path)
    arrays = np.arange(5, dtype=np.uint16), np.arange(0), np.arange(3) << 40
    assert scratch.write(*arrays) == 0
    assert scratch.write(arrays[0]) == 34
    for place, array in ((0, arrays[0]), (10, arrays[2]), (34, arrays[0])):
        found = np.empty_like(array)
        scratch.read(place, found)
        np.testing.assert_array_equal(found, array)
    with pytest.raises(WriteFailedError, match="ends too early"):
        scratch.read(40, np.empty(9, np.uint8))
    scratch.close()


@needs_fork
def test_a_killed_process_leaves_no_temporary_file(tmp_path):
    code = f"""
    import tempfile
    import pytest
    from napari_label_index.index import build_index
    from napari_label_index.io import _files
    from child_processes import KillingCalls, in_child, say, was_killed
    from index.test_dealt_runs import cells
    from runs_elsewhere import elsewhere, shrink

    tempfile.tempdir = {str(tmp_path)!r}
    with pytest.MonkeyPatch.context() as patch:
        shrink(patch)
        index = build_index(cells(0))
        for k in (1, 2, 30):
            _files.os_calls = KillingCalls(k)
            say(was_killed(in_child(lambda: elsewhere(index).contacts())))
    """
    assert said_by(code) == [True, True, True]
    assert list(tmp_path.iterdir()) == []


def test_parts_are_bounded_while_runs_are_dealt_out():
    index = elsewhere(build_index(cells(0)))
    index.contacts()
    assert index.runs.most[0] <= max(PART_RUNS, np.diff(index.runs.offsets).max())
