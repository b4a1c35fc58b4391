"""A film that is painted while its rows change from kind to kind, at any moment."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from napari_label_index.index import LabelImage, build_index
from napari_label_index.session import Indexing, IndexSession, Ready, _row_kind
from session.immediate import HeldSubmit

MAX_RUNS_AT_ONCE = _row_kind.MAX_RUNS_AT_ONCE
SHAPE = (3, 4, 5)


def film(data):
    return LabelImage(data, axes=("t", "y", "x"))


class EditsByTime(RuleBasedStateMachine):
    """A film is painted and indexed while its rows change from kind to kind."""

    @initialize(seed=st.integers(0, 99), max_runs=st.sampled_from([0, 9, 1000]))
    def open(self, seed, max_runs):
        _row_kind.MAX_RUNS_AT_ONCE = max_runs  # more are grouped elsewhere
        self.image = np.random.default_rng(seed).integers(0, 4, SHAPE)
        self.held = HeldSubmit()
        self.session = IndexSession(self.held, prepare=lambda dtype: None)

    @rule()
    def request(self):
        self.session.request_index(film(self.image.copy()))

    def teardown(self):
        _row_kind.MAX_RUNS_AT_ONCE = MAX_RUNS_AT_ONCE

    @rule()
    def cancel(self):
        self.session.cancel()

    @rule()
    def answer(self):
        if self.held.jobs:
            self.held.jobs[-1].finish()

    @rule(by_time=st.booleans())
    def choose(self, by_time):
        self.session.set_by_time(by_time)

    @rule(
        bounds=st.tuples(
            *[st.tuples(st.integers(0, n), st.integers(0, n)) for n in SHAPE]
        ),
        label=st.integers(0, 5),
    )
    def edit(self, bounds, label):
        box = tuple(slice(*sorted(pair)) for pair in bounds)
        self.image[box] = label
        self.session.apply_edit(film(self.image), box)

    @rule(n=st.integers(0, 20))
    def select(self, n):
        if self.session.index is not None:
            self.session.selection.select(self.session.index.labels[n::3])

    @invariant()
    def what_is_ready_is_what_is_there_in_the_rows_asked_for(self):
        if not hasattr(self, "session"):
            return
        state = self.session.state
        shown = state.before if isinstance(state, Indexing) else state
        if not isinstance(shown, Ready):
            return
        assert shown.index.is_by_time == self.session.is_by_time
        expected = build_index(film(self.image))
        if self.session.is_by_time:
            expected = expected.by_time()
        assert shown.index.labels.tolist() == expected.labels.tolist()
        assert shown.index.bboxes.tolist() == expected.bboxes.tolist()
        np.testing.assert_array_equal(shown.index.to_label_image(), self.image)
        selected = self.session.selection.labels
        assert np.isin(selected, shown.index.labels).all()


TestEditsByTime = EditsByTime.TestCase
TestEditsByTime.settings = settings(
    settings.default,
    max_examples=max(10, settings.default.max_examples // 10),
    stateful_step_count=min(60, max(12, settings.default.max_examples // 50)),
)
