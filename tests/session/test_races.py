"""Any order of requests, answers, cancels and edits: no stale answer is ever shown."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from napari_label_index.index import LabelImage, build_index
from napari_label_index.session import Empty, Indexing, IndexSession, Ready, Stale
from session.immediate import HeldSubmit

PREBUILT = {
    source: build_index(LabelImage(np.array(labels), source=source))
    for source, labels in {"a": [1, 2, 3], "b": [2, 3, 4], "c": [9]}.items()
}


def look_up(label_image, *, on_progress, cancel):
    return PREBUILT[label_image.source]


class Races(RuleBasedStateMachine):
    """The oracle keeps one request that may still answer, and what is on show."""

    def __init__(self):
        super().__init__()
        self.held = HeldSubmit()
        self.session = IndexSession(
            self.held, build=look_up, prepare=lambda dtype: None
        )
        self.sources = []  # of each job
        self.awaited = None  # number of the job that may still answer
        self.shown = None  # source of the index on show
        self.is_stale = False

    @rule(source=st.sampled_from("abc"))
    def request(self, source):
        self.session.request_index(LabelImage(np.zeros(1, int), source=source))
        self.sources.append(source)
        self.awaited = len(self.sources) - 1

    @rule(number=st.integers(0, 20), heard_cancel=st.booleans())
    def answer(self, number, heard_cancel):
        if not self.held.jobs:
            return
        number %= len(self.held.jobs)
        job = self.held.jobs[number]
        job.is_cancelled &= heard_cancel  # it may have finished just before
        job.finish()
        if number == self.awaited:
            self.shown, self.is_stale = self.sources[number], False
            self.awaited = None

    @rule()
    def cancel(self):
        self.session.cancel()
        self.awaited = None

    @rule()
    def edit(self):
        self.session.mark_changed()
        self.awaited = None
        self.is_stale = self.shown is not None

    @rule()
    def clear(self):
        self.session.clear()
        self.awaited = self.shown = None
        self.is_stale = False

    @rule(labels=st.sets(st.integers(0, 10)))
    def select(self, labels):
        self.session.selection.select(labels)

    @invariant()
    def what_is_shown_is_the_latest_answer_that_was_awaited(self):
        index = self.session.index
        assert (index and index.source) == self.shown
        kinds = {
            (False, False): Empty,
            (True, False): Ready,
            (True, True): Stale,
        }
        kind = kinds[self.shown is not None, self.is_stale]
        expected = kind if self.awaited is None else Indexing
        assert type(self.session.state) is expected

    @invariant()
    def only_labels_of_the_index_are_selected(self):
        index = self.session.index
        known = set() if index is None else set(index.labels.tolist())
        assert set(self.session.selection.labels.tolist()) <= known


TestRaces = Races.TestCase
TestRaces.settings = settings(max_examples=60, stateful_step_count=25)
