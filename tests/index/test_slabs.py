"""What goes through a volume in its own order, of runs that are never all in memory."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracle
from films import assert_same_rows
from napari_label_index.errors import Cancelled
from napari_label_index.index import (
    LabelImage,
    _edited_contacts,
    _slabs,
    build_index,
    relabeled_image,
    split_labels,
)
from napari_label_index.index._placed_runs import PlacedRuns
from napari_label_index.index._slabs import slabs_of
from runs_elsewhere import SLAB_RUNS, elsewhere, shrink
from strategies import INTEGER_DTYPES, label_images

AXES = ("c", "z", "y", "x")  # none of them is time
volumes = label_images(INTEGER_DTYPES, max_dims=4)


@pytest.fixture(autouse=True)
def small_slabs(monkeypatch):
    shrink(monkeypatch)


def never():
    """Ask for nothing to stop."""


def runs_in(slab, begin, stop):
    """(row of the index, start) of the runs that a slab has of some items."""
    rows, bounds = slab.bounds(begin, stop)
    return sorted(
        (row, start)
        for row, bound in zip(rows.tolist(), bounds.tolist(), strict=True)
        for start in slab.runs.starts[slice(*bound)].tolist()
    )


@given(volumes, st.integers(0, 2), st.data())
def test_every_run_is_in_the_slab_of_its_place_with_what_lies_before(
    volume, n_before, data
):
    index = build_index(volume)
    rows = np.array(data.draw(st.permutations(range(len(index)))), np.int64)
    rows = rows[: data.draw(st.integers(0, rows.size))]
    placed = PlacedRuns.of(elsewhere(index).runs, index.shape, index.bboxes, rows)
    whole = PlacedRuns.of(index.runs, index.shape, index.bboxes, rows)
    slabs = list(slabs_of(placed, check=never, n_before=n_before))
    edges = [begin for begin, _, _ in slabs] + [slabs[-1][1]]
    assert edges[0] == 0
    assert edges[-1] == placed.shape[0]
    assert [(begin, stop) for begin, stop, _ in slabs] == list(pairwise(edges))
    for begin, stop, (slab,) in slabs:
        first = max(begin - n_before, 0)
        assert runs_in(slab, first, stop) == runs_in(whole, first, stop)
        assert slab.runs.n_runs == len(runs_in(whole, first, stop))


def test_a_slab_with_more_runs_than_expected_is_cut_in_two():
    volume = np.zeros((64, 8, 32), np.uint8)
    volume[::63, 0, 0] = 1  # a box from end to end
    volume[20:24, :, ::2] = 1  # and all runs in the middle
    index = build_index(volume)
    placed = PlacedRuns.of(elsewhere(index).runs, index.shape, index.bboxes)
    sizes = {}
    for begin, stop, (slab,) in slabs_of(placed, check=never):
        sizes[begin, stop] = slab.runs.n_runs
    assert sum(sizes.values()) == index.n_runs
    assert all(
        n_runs <= 2 * SLAB_RUNS or stop - begin == 1
        for (begin, stop), n_runs in sizes.items()
    )
    assert (20, 21) in sizes


@given(volumes)
def test_contacts_are_those_of_the_volume(volume):
    index = build_index(LabelImage(volume, axes=AXES[: volume.ndim]))
    found, expected = elsewhere(index).contacts(), oracle.contacts(volume)
    pairs = zip(
        index.labels[found.first].tolist(),
        index.labels[found.second].tolist(),
        strict=True,
    )
    assert dict(zip(pairs, found.faces.tolist(), strict=True)) == expected


@given(volumes, st.integers(0, 99))
def test_overlaps_are_those_of_the_index_in_memory(volume, seed):
    other = np.random.default_rng(seed).integers(0, 4, volume.shape)
    index, reference = build_index(volume), build_index(other)
    expected = index.compare(reference)
    for one, two in (
        (elsewhere(index), elsewhere(reference)),
        (elsewhere(index), reference),
        (index, elsewhere(reference)),
    ):
        found = one.compare(two)
        for name in ("first", "second", "voxels", "counts", "reference_counts"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))


@given(volumes, st.integers(0, 99), st.sampled_from(["u2", "f4", "f8"]))
def test_intensities_are_the_same_to_the_last_bit(volume, seed, dtype):
    image = (np.random.default_rng(seed).random(volume.shape) * 100).astype(dtype)
    if dtype == "f8" and image.size:
        image.flat[0] = np.nan
    index = build_index(volume)
    found, expected = elsewhere(index).intensities(image), index.intensities(image)
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)


@pytest.mark.parametrize("many", [1000, 0])
@given(volumes, st.integers(0, 99))
def test_contacts_after_edits_are_those_of_the_volume_now(many, volume, seed):
    rng = np.random.default_rng(seed)
    volume = np.ascontiguousarray(volume)
    index = build_index(volume)
    edited, now = elsewhere(index, index.contacts()), volume.copy()
    for _ in range(3):
        box = tuple(
            slice(*np.sort(rng.integers(0, size + 1, 2)).tolist())
            for size in volume.shape
        )
        now[box] = rng.integers(0, 4)
        edited = edited.update(now, box)
    expected = build_index(now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_edited_contacts, "_MANY_CHANGED", many)
        found = edited.contacts()
    for one, other in zip(
        found.totals(len(expected)), expected.contacts().totals(len(expected)),
        strict=True,
    ):  # fmt: skip
        np.testing.assert_array_equal(one, other)
    rows = np.arange(0, len(expected), 2)
    around = expected.contacts().around(rows)
    np.testing.assert_array_equal(found.around(rows), around)
    for row in range(len(expected)):
        for one, other in zip(
            found.of_row(row), expected.contacts().of_row(row), strict=True
        ):
            np.testing.assert_array_equal(one, other)
    for name in ("first", "second", "faces"):
        np.testing.assert_array_equal(
            getattr(found, name), getattr(expected.contacts(), name)
        )


@given(volumes, st.integers(1, 3))
def test_parts_of_labels_are_those_of_the_index_in_memory(volume, connectivity):
    index = build_index(volume)
    found, rows = split_labels(elsewhere(index), connectivity)
    expected, expected_rows = split_labels(index, connectivity)
    assert found.runs.is_in_files
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_array_equal(found.bboxes, expected.bboxes)
    np.testing.assert_array_equal(found.to_label_image(), expected.to_label_image())
    every = np.arange(len(found))[::-1]
    one, other = found.runs.take(every), expected.runs.take(every)
    for name in ("labels", "offsets", "starts", "lengths"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@given(volumes)
def test_a_volume_with_other_ids_is_drawn_part_by_part(volume):
    index = build_index(volume)
    ids = np.arange(len(index), dtype=np.uint32)[::-1] // 2
    np.testing.assert_array_equal(
        relabeled_image(elsewhere(index), ids).data, relabeled_image(index, ids).data
    )


def film(axes, shape=(5, 6, 12)):
    rng = np.random.default_rng(3)
    small = rng.integers(0, 9, [-(-size // 2) for size in shape])
    volume = np.kron(small, np.ones((2, 2, 2), np.int64))[tuple(map(slice, shape))]
    return LabelImage(volume.astype(np.int32), axes=axes)


@pytest.mark.parametrize("axes", [("t", "y", "x"), ("z", "t", "x")])
def test_rows_by_time_are_those_of_the_index_in_memory(axes):
    index = build_index(film(axes))
    found, expected = elsewhere(index).by_time(), index.by_time()
    assert found.runs.is_in_files
    np.testing.assert_array_equal(found.labels, expected.labels)
    for name in ("num_pixels", "centroid-2", "n_components", "n_neighbours", "t"):
        np.testing.assert_array_equal(found.column(name), expected.column(name))
    for key in expected:
        np.testing.assert_array_equal(found.coords(key), expected.coords(key))
    chosen = expected.labels[1::3]
    assert_same_rows(found.by_label(chosen), expected.by_label(chosen))
    assert found.by_label().runs is found.runs.base
    assert found.by_label().runs is found.runs.base


@pytest.mark.parametrize("axes", [("t", "y", "x"), ("z", "t", "x")])
def test_rows_by_time_are_edited_in_their_files_and_are_labels_again(axes):
    image = film(axes)
    box = (slice(1, 4), slice(0, 5), slice(2, 9))
    edited = elsewhere(build_index(image)).by_time()
    image.data[box] = 3
    edited = edited.update(image, box)
    expected = build_index(image)
    again = edited.by_label()
    for found, wanted in ((edited, expected.by_time()), (again, expected)):
        assert found.runs.is_in_files
        np.testing.assert_array_equal(found.labels, wanted.labels)
        for name in ("num_pixels", "n_components", "n_neighbours"):
            np.testing.assert_array_equal(found.column(name), wanted.column(name))
        for label in wanted:
            np.testing.assert_array_equal(found.coords(label), wanted.coords(label))
    assert again.by_time().runs is edited.runs


def test_an_edited_index_says_what_it_is_without_its_runs():
    image = film(("z", "y", "x"))
    index = elsewhere(build_index(image)).update(image, (slice(0, 3),) * 3)
    image.data[:3, :3, :3] = 1
    assert "n_labels" in repr(index.update(image, (slice(0, 3),) * 3))


@pytest.mark.parametrize("what", ["contacts", "compare", "intensities"])
def test_progress_reaches_its_total_and_a_cancel_is_heard_while_runs_are_read(what):
    volume = film(("z", "y", "x"), (40, 8, 16)).data
    index = build_index(volume)
    given_too = {"contacts": (), "compare": (index,), "intensities": (volume,)}[what]

    def call(**watch):
        return getattr(elsewhere(index), what)(*given_too, **watch)

    seen, asked = [], []
    call(on_progress=lambda *step: seen.append(step))
    assert [step[0] for step in seen] == sorted(step[0] for step in seen)
    assert seen[-1] == (40, 40)
    call(cancel=lambda: bool(asked.append(1)))
    n_slabs = -(-index.n_runs // SLAB_RUNS)
    assert len(asked) > 2 * n_slabs
    with pytest.raises(Cancelled):
        call(cancel=lambda: True)


def test_more_is_read_at_once_where_slabs_may_be_larger(monkeypatch):
    index = elsewhere(build_index(film(("z", "y", "x"), (40, 8, 16)).data))
    monkeypatch.setattr(_slabs, "_runs_at_once", lambda _tables: 1 << 20)
    placed = PlacedRuns.of(index.runs, index.shape, index.bboxes)
    assert len(list(slabs_of(placed, check=never))) == 1
    assert index.runs.most[0] < index.n_runs  # part by part, all the same
