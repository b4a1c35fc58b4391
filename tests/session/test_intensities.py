"""Intensities as columns: measured once an image, dropped with it, asked in queries."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.index import build_index
from napari_label_index.session import (
    INTENSITIES,
    ColumnStore,
    Faulted,
    Filtered,
    Inspection,
    IntensityImage,
    Waiting,
    Wrong,
)
from napari_label_index.session._session import IndexSession
from session.immediate import HeldSubmit

LABELS = np.array([[1, 1, 0, 2], [1, 0, 0, 2], [5, 5, 5, 0]])
FIRST = IntensityImage("first", np.arange(12).reshape(3, 4), key=1)
OTHER = IntensityImage("other", np.full((3, 4), 7.5), key=2)


@pytest.fixture
def submit():
    return HeldSubmit()


@pytest.fixture
def store(submit):
    store = ColumnStore(submit)
    store.set_index(build_index(LABELS))
    return store


def test_one_pass_gives_all_intensities(store, submit):
    arrived = []
    store.arrived.connect(arrived.append)
    store.set_image(FIRST)
    store.request(INTENSITIES)
    submit.jobs[0].finish()
    assert store.values("intensity_mean").tolist() == [5 / 3, 5.0, 9.0]
    assert store.values("intensity_sum").tolist() == [5.0, 10.0, 27.0]
    assert set(arrived) == set(INTENSITIES)
    assert len(submit.jobs) == 1


def test_without_an_image_the_store_says_why(store, submit):
    store.set_image(None, "There is none.")
    assert store.knows("intensity_min")
    assert store.failure("intensity_min") == "There is none."
    store.request(["intensity_min"])
    assert submit.jobs == []


def test_each_image_is_measured_once(store, submit):
    for image in (FIRST, OTHER, FIRST):
        store.set_image(image)
        store.request(["intensity_max"])
        if len(submit.jobs) < 3:
            submit.jobs[-1].finish()
    assert len(submit.jobs) == 2
    assert store.values("intensity_max").tolist() == [4.0, 7.0, 10.0]
    store.set_image(IntensityImage("first", FIRST.voxels * 2, key=3))  # replaced
    assert store.values("intensity_max") is None
    store.set_index(build_index(LABELS))
    store.set_image(FIRST)
    assert store.values("intensity_max") is None


def test_another_name_of_the_same_image_keeps_what_was_measured(store, submit):
    store.set_image(FIRST)
    store.request(["intensity_max"])
    submit.jobs[0].finish()
    store.set_image(IntensityImage("renamed", FIRST.voxels, key=1))
    assert store.is_ready("intensity_max")
    assert store.intensities.meaning("intensity_max").startswith("Largest value of 're")


@pytest.mark.parametrize("heard_cancel", [True, False])
def test_an_image_that_is_replaced_drops_its_answer(store, submit, heard_cancel):
    store.set_image(FIRST)
    store.request(["intensity_max"])
    store.set_image(OTHER)
    assert submit.jobs[0].is_cancelled
    submit.jobs[0].is_cancelled = heard_cancel
    submit.jobs[0].finish()
    assert store.values("intensity_max") is None
    assert store.computing == ""
    store.request(["intensity_max"])
    submit.jobs[1].finish()
    assert store.values("intensity_max").tolist() == [7.5] * 3


def test_cancel_stops_measuring_until_it_is_asked_for_again(store, submit):
    store.set_image(FIRST)
    store.request(["intensity_max", "n_components"])
    store.cancel()
    assert submit.jobs[0].is_cancelled
    assert "cancelled" in store.failure("intensity_max")
    assert store.computing == "n_components"
    store.request(["intensity_max"])
    submit.jobs[1].finish()
    assert len(submit.jobs) == 2
    store.forgive(INTENSITIES)
    store.request(["intensity_max"])
    submit.jobs[2].finish()
    assert store.is_ready("intensity_max")


def test_progress_is_told_and_a_fault_is_a_reason(store, submit):
    reports = []
    store.progressed.connect(reports.append)
    store.set_image(FIRST)
    store.request(["intensity_max"])
    submit.jobs[0].finish()
    assert {report.phase for report in reports} == {"Measuring 'first'"}
    assert reports[-1].fraction == 1.0
    store.set_image(OTHER)
    store.request(["intensity_max"])
    submit.jobs[1].on_done(Faulted("The disk is gone."))
    assert {store.failure(name) for name in INTENSITIES} == {"The disk is gone."}


class LazyImage:
    """An image that is not in memory, and tells what was read of it."""

    def __init__(self, voxels):
        self.voxels, self.shape, self.dtype = voxels, voxels.shape, voxels.dtype
        self.keys = []

    def __getitem__(self, key):
        self.keys.append(key)
        return self.voxels[key]


def paint(store, volume, box, label):
    volume[box] = label
    store.set_index(store.index.update(volume, box))


def test_after_an_edit_intensities_are_there_at_once(store, submit):
    volume = LABELS.copy()
    store.set_image(FIRST)
    store.request(INTENSITIES)
    submit.jobs[0].finish()
    paint(store, volume, (slice(0, 1), slice(2, 4)), 9)
    assert store.index.labels.tolist() == [1, 2, 5, 9]
    for name, wanted in build_index(volume).intensities(FIRST.voxels).items():
        np.testing.assert_array_equal(store.values(name), wanted)
    store.request(INTENSITIES)
    assert len(submit.jobs) == 1


def test_of_a_large_or_lazy_image_the_box_that_changed_is_measured_later(store, submit):
    volume, image = LABELS.copy(), LazyImage(FIRST.voxels)
    store.set_image(IntensityImage("lazy", image, key=7))
    store.request(["intensity_sum"])
    submit.jobs[0].finish()
    image.keys.clear()
    paint(store, volume, (slice(0, 1), slice(2, 4)), 9)
    paint(store, volume, (slice(1, 2), slice(3, 4)), 0)
    assert not store.is_ready("intensity_sum")
    assert image.keys == []
    store.request(["intensity_sum"])
    submit.jobs[1].finish()
    assert store.index.labels.tolist() == [1, 5, 9]
    assert store.values("intensity_sum").tolist() == [5.0, 27.0, 5.0]
    assert image.keys == [(slice(0, 1), slice(2, 4))]


def test_of_images_out_of_use_what_changed_is_measured_once_they_are_back(
    store, submit
):
    volume, image = LABELS.copy(), LazyImage(FIRST.voxels)
    lazy = IntensityImage("lazy", image, key=7)
    for each in (lazy, OTHER):
        store.set_image(each)
        store.request(["intensity_sum"])
        submit.jobs[-1].finish()
    paint(store, volume, (slice(0, 1), slice(2, 4)), 5)
    assert store.values("intensity_sum").tolist() == [22.5, 7.5, 37.5]
    image.keys.clear()
    store.set_image(lazy)
    assert not store.is_ready("intensity_sum")
    store.request(["intensity_sum"])
    submit.jobs[-1].finish()
    assert store.values("intensity_sum").tolist() == [5.0, 7.0, 32.0]
    assert image.keys == [(slice(0, 3), slice(0, 4))]


@pytest.fixture
def inspection(submit):
    inspection = Inspection(IndexSession(submit), submit)
    inspection.columns.set_index(build_index(LABELS))
    for job in submit.jobs:
        job.finish()
    return inspection


def finish_all(submit, done):
    while len(done) < len(submit.jobs):
        done.append(submit.jobs[len(done)])
        done[-1].finish()


def test_a_query_waits_for_the_image_that_it_asks_about(inspection, submit):
    done = list(submit.jobs)
    found = inspection.filter
    inspection.columns.set_image(FIRST)
    found.set_text("intensity_mean > 4 and num_pixels > 1 sort by -intensity_max")
    assert isinstance(found.state, Waiting)
    finish_all(submit, done)
    assert found.labels.tolist() == [2, 5]
    assert found.state.sort == ("intensity_max", True)


def test_a_query_is_asked_again_when_the_image_is_another(inspection, submit):
    done = list(submit.jobs)
    found = inspection.filter
    inspection.columns.set_image(FIRST)
    found.set_text("intensity_mean > 7")
    finish_all(submit, done)
    assert found.labels.tolist() == [5]
    inspection.columns.set_image(OTHER)
    finish_all(submit, done)
    assert found.labels.tolist() == [1, 2, 5]
    inspection.columns.set_image(None, "The image is gone.")
    assert found.state == Wrong("intensity_mean > 7", "The image is gone.", 0, 18)


def test_a_cancelled_query_says_so_and_may_be_asked_anew(inspection, submit):
    done = list(submit.jobs)
    found = inspection.filter
    inspection.columns.set_image(FIRST)
    found.set_text("intensity_sum > 7")
    inspection.columns.cancel()
    assert isinstance(found.state, Wrong)
    assert "cancelled" in found.state.message
    found.set_text("intensity_sum > 8")
    finish_all(submit, done)
    assert isinstance(found.state, Filtered)
    assert found.labels.tolist() == [2, 5]
