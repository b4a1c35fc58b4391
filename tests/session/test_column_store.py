"""Columns that are computed elsewhere: one at a time, the newest request first."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from datasets import beside_memory
from napari_label_index import open_index
from napari_label_index.index import build_index
from napari_label_index.session import PLACES, ColumnStore, Faulted
from planted_faults import SPLIT
from session.immediate import submit_now


def test_what_an_index_has_anyway_is_at_hand(store, index, submit):
    for name in ("label", "num_pixels", "centroid-0", "bbox-5", "touches_border"):
        np.testing.assert_array_equal(store.values(name), index.column(name))
    store.request(["num_pixels"])
    assert submit.jobs == []


def test_other_columns_arrive_after_a_request(store, index, submit):
    arrived = []
    store.arrived.connect(arrived.append)
    assert store.values("n_components") is None
    store.request(["n_components"])
    assert store.computing == "n_components"
    submit.jobs[0].finish()
    assert arrived == ["n_components"]
    assert store.values("n_components")[index.row_of(SPLIT)] == 2
    assert store.computing == ""


def test_the_newest_request_goes_first_and_none_twice(store, submit):
    store.request(["n_components", "n_holes"])
    store.request(["n_neighbours", "n_components"])
    computed = []
    store.computing_changed.connect(lambda name: computed.append(name) if name else 0)
    for place in range(3):
        submit.jobs[place].finish()
    assert computed == ["n_neighbours", "n_holes"]
    assert len(submit.jobs) == 3


def test_another_index_drops_what_was_computed_for_the_one_before(store, submit):
    store.request(["n_components", "n_holes"])
    store.set_index(build_index(np.array([[1, 2], [1, 2]])))
    assert submit.jobs[0].is_cancelled
    submit.jobs[0].finish()
    assert not store.is_ready("n_components")
    assert len(submit.jobs) == 1
    assert store.computing == ""


def test_a_column_that_fails_says_why_and_is_not_asked_again(store, submit):
    store.request(["n_holes", "n_components"])
    submit.jobs[0].on_done(Faulted("There is not enough memory."))
    assert store.failure("n_holes") == "There is not enough memory."
    assert store.missing(["n_holes", "n_components"]) == ("n_components",)
    submit.jobs[1].finish()
    assert store.is_ready("n_components")


def test_a_name_that_is_no_column_is_left_alone(store, submit):
    store.request(["nothing"])
    assert submit.jobs == []
    assert not store.is_ready("nothing")


def test_every_column_of_an_index_can_be_had(index):
    store = ColumnStore(submit_now)
    store.set_index(index)
    store.request(index.columns)
    for name in index.columns:
        assert len(store.values(name)) == len(index), name


@pytest.fixture
def dataset(index, tmp_path):
    folder = tmp_path / "faults.labelindex"
    return beside_memory(index.to_label_image(), index.axes, folder)[1]


def test_boxes_of_a_dataset_are_read_before_anything_else(dataset, index, submit):
    store = ColumnStore(submit)
    store.set_index(open_index(dataset))
    assert not store.is_ready("centroid-0")
    store.request(["n_holes"])
    store.request(["n_components"])
    assert store.computing == PLACES
    submit.jobs[0].finish()
    for name in ("centroid-0", "bbox-5", "area_bbox", "touches_border"):
        np.testing.assert_array_equal(store.values(name), index.column(name))
    assert store.computing == "n_components"


def test_what_cannot_be_read_of_a_dataset_is_said_and_the_rest_goes_on(dataset, submit):
    store = ColumnStore(submit)
    store.set_index(open_index(dataset))
    shutil.rmtree(dataset / "places")
    store.request([PLACES, "n_times", "n_neighbours"])
    submit.jobs[0].finish()
    assert "places" in store.failure(PLACES)
    assert store.values("centroid-0") is None
    submit.jobs[1].finish()
    assert store.is_ready("n_neighbours")
    assert store.computing == ""


def test_boxes_of_an_index_before_do_not_stand_in_for_those_that_come(dataset, index):
    """Of ten million labels they would be a gigabyte, nearly all of it unasked."""
    store = ColumnStore(submit_now)
    store.set_index(index)
    store.request(["n_components"])
    store.set_index(open_index(dataset))
    assert store.former("n_components") is not None
    for name in ("bbox-0", "centroid-1", "extent", "touches_border"):
        assert not store.is_ready(name)
        assert store.former(name) is None
