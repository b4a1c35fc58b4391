"""Any order of answers and changes: no comparison of what is gone is ever shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from napari_label_index.index import LabelImage, build_index
from napari_label_index.session import (
    Compared,
    CompareFailed,
    Comparer,
    Comparing,
    Faulted,
    Finished,
    IndexSession,
    NotCompared,
    Ready,
)
from session.immediate import HeldSubmit, submit_now

FIRST = np.array([[1, 1, 0, 3], [1, 1, 0, 3]])
SECOND = np.array([[1, 1, 0, 0], [2, 2, 0, 0]])
SMALL = np.array([[1]])


def no_wait(submit):
    return IndexSession(submit, prepare=lambda dtype: None)


@pytest.fixture
def session():
    session = no_wait(submit_now)
    session.request_index(LabelImage(FIRST, source="first"))
    return session


@pytest.fixture
def held():
    return HeldSubmit()


@pytest.fixture
def comparer(session, held):
    return Comparer(session, held, no_wait)


def asked(comparer, image=SECOND):
    comparer.compare(LabelImage(image, source="second"))


def test_the_second_image_is_indexed_then_compared(comparer, held):
    states, reports = [], []
    comparer.state_changed.connect(states.append)
    comparer.progressed.connect(reports.append)
    asked(comparer)
    for place in range(2):
        assert comparer.state == Comparing("second")
        held.jobs[place].finish()
    state = comparer.state
    assert [type(each) for each in states] == [Comparing, Compared]
    assert state.rows.comparison.labels.tolist() == [1, 3]
    assert state.second.source == "second"
    assert [report.phase for report in reports][-1] == "Comparing"


def test_without_an_index_nothing_is_compared(held):
    comparer = Comparer(no_wait(submit_now), held, no_wait)
    asked(comparer)
    assert comparer.state == NotCompared()
    assert held.jobs == []


def test_cancel_stops_the_indexing_and_the_comparing(comparer, held):
    asked(comparer)
    comparer.cancel()
    assert held.jobs[0].is_cancelled
    assert comparer.state == NotCompared()
    asked(comparer)
    held.jobs[1].finish()
    comparer.cancel()
    assert held.jobs[2].is_cancelled
    held.jobs[2].is_cancelled = False  # it had finished just before
    held.jobs[2].finish()
    assert comparer.state == NotCompared()


def test_what_cannot_be_compared_says_why(comparer, held):
    asked(comparer, SMALL)
    held.jobs[0].finish()
    held.jobs[1].finish()
    assert isinstance(comparer.state, CompareFailed)
    assert "must have one shape" in comparer.state.message
    asked(comparer)
    held.jobs[2].on_done(Faulted("There is not enough memory."))
    assert comparer.state == CompareFailed("There is not enough memory.")


def test_rows_of_another_kind_are_no_change_of_the_layer(held):
    session = no_wait(submit_now)
    session.request_index(LabelImage(np.stack([FIRST] * 2), axes=("t", "y", "x")))
    comparer = Comparer(session, held, no_wait)
    asked(comparer, np.stack([SECOND] * 2))
    session.set_by_time(True)
    assert comparer.state == NotCompared("")


@pytest.mark.parametrize("n_answers", [0, 1, 2])
@pytest.mark.parametrize("which", ["first", "second"])
def test_a_change_at_any_moment_drops_the_comparison(
    comparer, session, held, n_answers, which
):
    asked(comparer)
    for place in range(n_answers):
        held.jobs[place].finish()
    (session if which == "first" else comparer.second).mark_changed()
    assert isinstance(comparer.state, NotCompared)
    assert comparer.state.notice
    for job in held.jobs[n_answers:]:
        job.is_cancelled = False
        job.finish()
    assert isinstance(comparer.state, NotCompared)
    assert comparer.second.index is None


def test_indexing_the_first_layer_again_drops_the_comparison(comparer, session, held):
    asked(comparer)
    held.jobs[0].finish()
    held.jobs[1].finish()
    session.request_index(LabelImage(FIRST.copy(), source="first"))
    assert isinstance(comparer.state, NotCompared)


def test_the_rows_are_written_as_csv(comparer, held, tmp_path):
    outcomes = []
    comparer.exported.connect(outcomes.append)
    asked(comparer)
    held.jobs[0].finish()
    held.jobs[1].finish()
    comparer.export(tmp_path / "comparison.csv")
    held.jobs[2].finish()
    assert outcomes == [Finished(tmp_path / "comparison.csv")]
    lines = (tmp_path / "comparison.csv").read_text().splitlines()
    assert lines[0] == "label,status,partner,shared,iou"
    assert [line.split(",")[1] for line in lines[1:]] == ["merge", "missing there"]


IMAGES = {"a": SECOND, "b": FIRST, "c": np.zeros_like(FIRST)}
PREBUILT = {name: build_index(image) for name, image in IMAGES.items()}


def look_up(label_image, *, on_progress, cancel):
    return PREBUILT[label_image.source]


def quick(submit):
    return IndexSession(submit, build=look_up, prepare=lambda dtype: None)


class Races(RuleBasedStateMachine):
    """The oracle knows which two images would be compared, if any are."""

    def __init__(self):
        super().__init__()
        self.held = HeldSubmit()
        self.session = quick(submit_now)
        self.comparer = Comparer(self.session, self.held, quick)
        self.asked = None

    @rule(source=st.sampled_from("abc"))
    def index_first(self, source):
        before = self.session.index
        is_fresh = isinstance(self.session.state, Ready)
        self.session.request_index(LabelImage(IMAGES[source], source=source))
        if self.session.index is not before or not is_fresh:
            self.asked = None

    @rule(source=st.sampled_from("abc"))
    def compare(self, source):
        if isinstance(self.session.state, Ready):
            self.asked = (self.session.index, PREBUILT[source])
        self.comparer.compare(LabelImage(IMAGES[source], source=source))

    @rule(number=st.integers(0, 20), heard_cancel=st.booleans())
    def answer(self, number, heard_cancel):
        if self.held.jobs:
            job = self.held.jobs[number % len(self.held.jobs)]
            job.is_cancelled &= heard_cancel
            job.finish()

    @rule()
    def edit_first(self):
        if self.session.index is not None:
            self.asked = None
        self.session.mark_changed()

    @rule()
    def edit_second(self):
        if self.asked is not None:
            self.asked = None
        self.comparer.second.mark_changed()

    @rule()
    def rename(self):
        self.comparer.drop("renamed")
        self.asked = None

    @invariant()
    def what_is_shown_was_asked_for_last(self):
        state = self.comparer.state
        if isinstance(state, Compared):
            assert (state.first, state.second) == self.asked
            assert state.first is self.session.index
        elif self.asked is None:
            assert isinstance(state, NotCompared)
        else:
            assert isinstance(state, Comparing)


TestRaces = Races.TestCase
TestRaces.settings = settings(max_examples=40, stateful_step_count=25)
