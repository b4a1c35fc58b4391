"""Very many runs are grouped by time in a thread: shown, cancelled, edited, failed."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index import build_index_dataset, open_index
from napari_label_index.index import LabelImage, build_index
from napari_label_index.session import Indexing, IndexSession, Ready, Stale, _row_kind
from session.immediate import HeldSubmit

FILM = np.random.default_rng(0).integers(0, 4, (3, 4, 6)).astype(np.uint16)


@pytest.fixture
def submit():
    return HeldSubmit()


@pytest.fixture
def session(submit, monkeypatch):
    monkeypatch.setattr(_row_kind, "MAX_RUNS_AT_ONCE", 5)
    session = IndexSession(submit, prepare=lambda dtype: None)
    session.request_index(film())
    submit.jobs[-1].finish()
    return session


def film(data=FILM):
    return LabelImage(data, axes=("t", "y", "x"))


def test_rows_stay_as_they_are_until_the_others_are_there(session, submit):
    before = session.index
    phases = []
    session.progressed.connect(lambda progress: phases.append(progress.phase))
    session.selection.select([2])
    session.set_by_time(True)
    assert isinstance(session.state, Indexing)
    assert session.index is before
    assert not session.is_by_time
    submit.jobs[-1].finish()
    assert isinstance(session.state, Ready)
    assert session.is_by_time
    assert phases[-1] == "Grouping by time"
    expected = build_index(film()).by_time()
    np.testing.assert_array_equal(session.index.labels, expected.labels)
    assert set(session.index.ids_of(session.selection.labels)) == {2}
    session.set_by_time(False)
    submit.jobs[-1].finish()
    np.testing.assert_array_equal(session.index.labels, before.labels)
    np.testing.assert_array_equal(session.index.to_label_image(), FILM)


def test_a_cancel_and_a_second_thought_leave_all_as_it_was(session, submit):
    before = session.state
    for undo in (session.cancel, lambda: session.set_by_time(False)):
        session.set_by_time(True)
        session.set_by_time(True)  # is under way
        job = submit.jobs[-1]
        undo()
        assert job.is_cancelled
        job.finish()
        assert session.state is before
        assert not session.is_by_time


def test_edits_meanwhile_are_in_the_other_rows_too(session, submit):
    session.set_by_time(True)
    data = FILM.copy()
    data[1, :2] = 7
    session.apply_edit(film(data), (slice(1, 2), slice(0, 2), slice(0, 6)))
    np.testing.assert_array_equal(session.index.to_label_image(), data)
    submit.jobs[-1].finish()
    assert session.index.is_by_time
    np.testing.assert_array_equal(session.index.to_label_image(), data)


def test_an_index_that_is_out_of_date_stays_so(session, submit):
    session.mark_changed("Somebody else wrote into it.")
    session.set_by_time(True)
    submit.jobs[-1].finish()
    assert isinstance(session.state, Stale)
    assert session.state.notice == "Somebody else wrote into it."
    assert session.index.is_by_time


def test_ids_that_are_too_large_for_keys_are_told_and_the_rows_stay(
    submit, monkeypatch
):
    monkeypatch.setattr(_row_kind, "MAX_RUNS_AT_ONCE", 0)
    session = IndexSession(submit, prepare=lambda dtype: None)
    told = []
    session.rows_failed.connect(told.append)
    session.request_index(film(np.full((3, 4, 6), 2**64 - 1, np.uint64)))
    submit.jobs[-1].finish()
    before = session.state
    session.set_by_time(True)
    submit.jobs[-1].finish()
    assert session.state is before
    assert not session.is_by_time
    assert len(told) == 1
    assert str(2**64 - 1) in told[0]


@pytest.mark.parametrize("is_first", [True, False])
def test_rows_asked_for_while_the_layer_is_indexed_are_grouped_after_that(
    submit, session, is_first
):
    """And not in the thread that shows the window."""
    if is_first:
        session.clear()
    before = session.index
    session.request_index(film())
    indexing = submit.jobs[-1]
    session.set_by_time(True)
    assert session.is_by_time
    assert session.index is before
    indexing.finish()
    assert isinstance(session.state, Indexing)
    assert not session.index.is_by_time
    assert submit.jobs[-1] is not indexing
    submit.jobs[-1].finish()
    assert session.is_by_time
    expected = build_index(film()).by_time()
    np.testing.assert_array_equal(session.index.labels, expected.labels)


def test_rows_asked_for_while_the_layer_is_indexed_come_after_a_cancel(session, submit):
    before = session.index
    session.request_index(film())
    session.set_by_time(True)
    session.cancel()
    assert session.index is before
    assert not session.is_by_time  # as yet
    submit.jobs[-1].finish()
    assert session.index.is_by_time
    session.request_index(film())
    session.set_by_time(False)
    session.set_by_time(True)  # a second thought
    session.cancel()
    assert isinstance(session.state, Ready)
    assert session.index.is_by_time


def test_runs_in_files_are_split_at_times_elsewhere_however_few(
    submit, tmp_path, monkeypatch
):
    """They may lie at an address, and all of them are read for that."""
    monkeypatch.undo()
    build_index_dataset(film(), tmp_path / "film.labelindex")
    stored = open_index(tmp_path / "film.labelindex")
    session = IndexSession(submit, prepare=lambda dtype: None)
    session.request_open(film(), lambda *_args: (stored, ""))
    submit.jobs[-1].finish()
    session.set_by_time(True)
    assert not session.index.is_by_time
    submit.jobs[-1].finish()
    expected = build_index(film()).by_time()
    np.testing.assert_array_equal(session.index.labels, expected.labels)
    session.set_by_time(False)  # they are there
    assert session.index.runs is stored.runs
