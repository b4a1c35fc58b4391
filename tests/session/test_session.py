"""The session without Qt: requests answered at once, late, or out of order."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.errors import Cancelled, UnsupportedLabelsError
from napari_label_index.index import LabelImage, build_index
from napari_label_index.session import (
    Empty,
    Failed,
    Indexing,
    IndexSession,
    Ready,
    Stale,
)
from session.immediate import HeldSubmit, submit_now

FIRST = LabelImage(np.array([[1, 1, 0], [2, 0, 3]]), source="first")
SECOND = LabelImage(np.array([[3, 3, 0], [4, 4, 4]]), source="second")


@pytest.fixture
def held():
    return HeldSubmit()


@pytest.fixture
def session(held):
    return IndexSession(held, prepare=lambda dtype: None)


def ready_session(image=FIRST):
    session = IndexSession(submit_now, prepare=lambda dtype: None)
    session.request_index(image)
    assert isinstance(session.state, Ready), session.state
    return session


def test_an_immediate_answer_leaves_the_session_ready():
    session = ready_session()
    assert session.index.labels.tolist() == [1, 2, 3]
    assert session.selection.known.tolist() == [1, 2, 3]


def test_a_request_shows_indexing_until_it_is_answered(session, held):
    assert session.state == Empty()
    session.request_index(FIRST)
    assert isinstance(session.state, Indexing)
    assert session.state.source == "first"
    held.jobs[0].finish()
    assert isinstance(session.state, Ready)


def test_a_second_request_cancels_and_drops_the_first(session, held):
    indexes = []
    session.index_changed.connect(lambda index: indexes.append(index.source))
    session.request_index(FIRST)
    session.request_index(SECOND)
    first, second = held.jobs
    assert first.is_cancelled
    assert not second.is_cancelled
    second.finish()
    first.is_cancelled = False  # it finished before it heard of the cancel
    first.finish()
    assert indexes == ["second"]
    assert session.index.source == "second"


def test_late_progress_of_a_dropped_request_is_not_passed_on(session, held):
    told = []
    session.progressed.connect(told.append)
    session.request_index(FIRST)
    session.request_index(SECOND)
    held.jobs[0].is_cancelled = False
    held.jobs[0].finish()
    assert told == []
    held.jobs[1].finish()
    assert told[0].phase.startswith("Preparing")
    assert told[-1].phase == "Indexing"


def test_cancel_goes_back_to_the_index_before(held):
    session = IndexSession(held, prepare=lambda dtype: None)
    session.request_index(FIRST)
    held.jobs[0].finish()
    before = session.state
    session.request_index(SECOND)
    session.cancel()
    assert session.state is before
    assert held.jobs[1].is_cancelled
    held.jobs[1].finish()
    assert session.state is before


def test_cancel_without_a_request_changes_nothing():
    session = ready_session()
    state = session.state
    session.cancel()
    assert session.state is state


def test_a_cancelled_build_does_not_start(held):
    built = []
    session = IndexSession(held, build=built.append, prepare=lambda dtype: None)
    session.request_index(FIRST)
    session.cancel()
    held.jobs[0].finish()
    assert built == []
    assert session.state == Empty()


def test_a_build_that_stops_by_itself_goes_back():
    def build(label_image, *, on_progress, cancel):
        raise Cancelled("enough")

    session = IndexSession(submit_now, build=build, prepare=lambda dtype: None)
    session.request_index(FIRST)
    assert session.state == Empty()


def test_an_error_is_shown_as_its_sentence():
    def build(label_image, *, on_progress, cancel):
        raise UnsupportedLabelsError("labels must be integers, got complex64")

    session = IndexSession(submit_now, build=build, prepare=lambda dtype: None)
    session.request_index(FIRST)
    assert session.state == Failed("labels must be integers, got complex64")
    assert session.index is None


def test_a_change_makes_a_ready_index_stale_once():
    session = ready_session()
    states = []
    session.state_changed.connect(states.append)
    session.mark_changed()
    session.mark_changed()
    assert [type(state) for state in states] == [Stale]
    assert session.index.source == "first"


def test_a_change_while_indexing_drops_the_answer(session, held):
    session.request_index(FIRST)
    session.mark_changed()
    assert held.jobs[0].is_cancelled
    held.jobs[0].is_cancelled = False
    held.jobs[0].finish()
    assert isinstance(session.state, Empty)
    assert "changed" in session.state.notice


def test_a_change_while_indexing_again_leaves_the_old_index_stale(session, held):
    session.request_index(FIRST)
    held.jobs[0].finish()
    session.request_index(SECOND)
    session.mark_changed()
    assert isinstance(session.state, Stale)
    assert session.index.source == "first"


def test_a_change_before_any_index_says_nothing(session):
    states = []
    session.state_changed.connect(states.append)
    session.mark_changed()
    assert states == []


def test_selection_survives_indexing_again_where_labels_still_exist():
    session = ready_session()
    session.selection.select([1, 3])
    session.selection.focus(3)
    session.request_index(SECOND)
    assert session.selection.labels.tolist() == [3]
    assert session.selection.focused == 3


def test_selection_is_right_when_the_index_change_is_told():
    session = ready_session()
    session.selection.select([1, 3])
    seen = []
    session.index_changed.connect(lambda _: seen.append(session.selection.labels))
    session.request_index(SECOND)
    assert [labels.tolist() for labels in seen] == [[3]]


def test_clear_forgets_index_selection_and_request(session, held):
    session.request_index(FIRST)
    held.jobs[0].finish()
    session.selection.select([1])
    session.request_index(SECOND)
    session.clear("The layer is gone.")
    assert session.state == Empty("The layer is gone.")
    assert session.index is None
    assert len(session.selection) == 0
    held.jobs[1].is_cancelled = False
    held.jobs[1].finish()
    assert session.index is None


def test_close_drops_the_answer_without_a_word(session, held):
    session.request_index(FIRST)
    states = []
    session.state_changed.connect(states.append)
    session.close()
    held.jobs[0].is_cancelled = False
    held.jobs[0].finish()
    assert states == []


def test_work_prepares_the_dtype_before_it_builds(held):
    calls = []

    def build(label_image, *, on_progress, cancel):
        calls.append("build")
        on_progress(6, 6)
        return build_index(label_image)

    def prepare(dtype):
        calls.append(str(dtype))

    session = IndexSession(held, build=build, prepare=prepare)
    session.request_index(LabelImage(np.ones((2, 3), np.uint16)))
    held.jobs[0].finish()
    assert calls == ["uint16", "build"]
    assert isinstance(session.state, Ready)
