"""The filter: what is shown, what it waits for, and what is wrong with it."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.errors import QueryError
from napari_label_index.index import LabelImage, build_index, select_labels
from napari_label_index.session import (
    Filtered,
    IndexSession,
    Inspection,
    LabelFilter,
    Waiting,
    Wrong,
)
from napari_label_index.session import _filter as filter_module
from planted_faults import SPECKS, SPLIT, faulty_volume
from session.immediate import submit_now


@pytest.fixture
def label_filter(store, submit):
    return LabelFilter(store, submit, select_labels)


@pytest.fixture
def told(label_filter):
    told = []
    label_filter.changed.connect(
        lambda labels: told.append(None if labels is None else labels.tolist())
    )
    return told


def test_a_query_of_columns_at_hand_is_answered_at_once(label_filter, told):
    label_filter.set_text("num_pixels < 2")
    assert isinstance(label_filter.state, Filtered)
    assert told == [list(SPECKS)]
    label_filter.set_text("")
    assert told[-1] is None


def test_a_query_waits_for_columns_and_shows_the_old_answer_meanwhile(
    label_filter, store, submit, told
):
    label_filter.set_text("num_pixels < 2")
    label_filter.set_text("n_components > 1 and n_holes = 0")
    assert label_filter.state == Waiting(
        "n_components > 1 and n_holes = 0", ("n_components", "n_holes")
    )
    assert label_filter.labels.tolist() == list(SPECKS)
    submit.jobs[0].finish()
    assert isinstance(label_filter.state, Waiting)
    submit.jobs[1].finish()
    assert told[-1] == [SPLIT, 4]


def test_the_answer_to_an_older_text_is_dropped(label_filter, submit, told):
    label_filter.set_text("n_components > 1")
    label_filter.set_text("num_pixels < 2")
    submit.jobs[0].finish()
    assert told == [list(SPECKS)]
    assert label_filter.text == "num_pixels < 2"


@pytest.mark.parametrize(
    ("text", "position", "length"),
    [
        pytest.param("num_pixels >", 12, 0, id="unfinished"),
        pytest.param("num_pixels > 3 3", 15, 1, id="stray"),
        pytest.param("z > 1 and colour > 3", 10, 6, id="no such column"),
        pytest.param("num_pixels is red", 14, 3, id="no such value"),
    ],
)
def test_what_is_wrong_has_a_place_and_shows_what_was_shown(
    label_filter, told, text, position, length
):
    label_filter.set_text("num_pixels < 2")
    label_filter.set_text(text)
    state = label_filter.state
    assert isinstance(state, Wrong)
    assert (state.position, state.length) == (position, length)
    with pytest.raises(QueryError):
        select_labels(build_index(faulty_volume()), text)
    assert told == [list(SPECKS)]


def test_a_wrong_query_computes_nothing(label_filter, submit):
    label_filter.set_text("n_components > 1 and")
    assert isinstance(label_filter.state, Wrong)
    assert submit.jobs == []


def test_a_column_that_cannot_be_computed_is_told(label_filter, submit):
    from napari_label_index.session import Faulted

    label_filter.set_text("n_holes > 0")
    submit.jobs[0].on_done(Faulted("There is not enough memory."))
    assert label_filter.state.message == "There is not enough memory."


def test_labels_are_sorted_whatever_order_the_query_asks_for(label_filter):
    label_filter.set_text("num_pixels > 1 sort by -z")
    labels = label_filter.labels
    np.testing.assert_array_equal(labels, np.sort(labels))
    assert label_filter.state.sort == ("centroid-0", True)


def test_a_new_index_is_asked_the_same_query(label_filter, store, told):
    label_filter.set_text("num_pixels < 2")
    store.set_index(build_index(np.array([[5, 5, 8], [0, 0, 0]])))
    assert told[-1] == [8]
    store.set_index(None)
    assert label_filter.labels is None
    assert label_filter.text == "num_pixels < 2"


def test_extra_columns_can_be_asked_for_and_refreshed(label_filter, index, told):
    status = np.full(len(index), "accepted", "<U9")
    label_filter.extra_columns = lambda _index: {"status": status}
    label_filter.set_text("status is rejected")
    assert told[-1] == []
    status[index.row_of(SPLIT)] = "rejected"
    label_filter.refresh()
    assert told[-1] == [SPLIT]


def test_a_big_index_is_asked_elsewhere(label_filter, submit, told, monkeypatch):
    monkeypatch.setattr(filter_module, "MAX_LABELS_AT_ONCE", 3)
    label_filter.set_text("num_pixels < 2")
    assert label_filter.state == Waiting("num_pixels < 2", ())
    label_filter.set_text("num_pixels is red")
    for job in submit.jobs:
        job.finish()
    assert isinstance(label_filter.state, Wrong)
    assert told == []
    label_filter.set_text("num_pixels < 2")
    submit.jobs[-1].finish()
    assert told == [list(SPECKS)]


def test_filtering_leaves_the_selection_alone():
    session = IndexSession(submit_now)
    inspection = Inspection(session, submit_now)
    session.request_index(LabelImage(faulty_volume()))
    session.selection.select([1, SPLIT])
    inspection.filter.set_text("n_components > 1")
    assert session.selection.labels.tolist() == [1, SPLIT]
    session.selection.select(SPECKS)
    assert inspection.filter.labels.tolist() == [SPLIT, 4]
