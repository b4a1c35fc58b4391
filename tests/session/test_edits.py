"""Edits at any moment: what is shown as ready is always the index of what is there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from napari_label_index.index import LabelImage, build_index
from napari_label_index.session import Indexing, IndexSession, Ready, Stale, _edit
from session.immediate import HeldSubmit, submit_now

SHAPE = (7, 8)


@st.composite
def boxes(draw):
    bounds = [
        sorted(draw(st.tuples(st.integers(0, n), st.integers(0, n)))) for n in SHAPE
    ]
    return tuple(slice(*pair) for pair in bounds)


class EditsWhileIndexing(RuleBasedStateMachine):
    """A build reads some voxels before an edit, and some after it."""

    @initialize(seed=st.integers(0, 99))
    def open(self, seed):
        self.random = np.random.default_rng(seed)
        self.image = self.random.integers(0, 4, SHAPE)
        self.held = HeldSubmit()
        self.session = IndexSession(
            self.held, build=self.build_torn, prepare=lambda dtype: None
        )
        self.snapshots = []
        self.is_marked = False

    def build_torn(self, label_image, *, on_progress, cancel):
        before = self.snapshots[int(label_image.source)]
        read_late = self.random.random(SHAPE) < 0.5
        return build_index(np.where(read_late, self.image, before))

    @rule()
    def request(self):
        source = str(len(self.snapshots))
        self.snapshots.append(self.image.copy())
        self.session.request_index(LabelImage(self.image, source=source))
        self.is_marked = False

    @rule(box=boxes(), label=st.integers(0, 5))
    def edit(self, box, label):
        self.image[box] = label
        self.session.apply_edit(LabelImage(self.image), box)

    @rule()
    def answer(self):
        if self.held.jobs:
            self.held.jobs[-1].finish()

    @rule()
    def cancel(self):
        self.session.cancel()

    @rule(label=st.integers(0, 5))
    def edit_nobody_knows_where(self, label):
        self.image[self.random.random(SHAPE) < 0.3] = label
        self.session.mark_changed()

    @invariant()
    def what_is_ready_is_the_index_of_what_is_there(self):
        if not hasattr(self, "session"):
            return
        state = self.session.state
        shown = state.before if isinstance(state, Indexing) else state
        if isinstance(shown, Ready):
            np.testing.assert_array_equal(shown.index.to_label_image(), self.image)
            expected = build_index(self.image)
            assert shown.index.bboxes.tolist() == expected.bboxes.tolist()
            assert shown.index.voxel_counts.tolist() == expected.voxel_counts.tolist()


TestEditsWhileIndexing = EditsWhileIndexing.TestCase
TestEditsWhileIndexing.settings = settings(
    settings.default,
    max_examples=max(25, settings.default.max_examples // 10),
    stateful_step_count=20,
)


@pytest.fixture
def image():
    return LabelImage(np.array([[1, 1, 0, 7], [2, 0, 7, 7]]))


@pytest.fixture
def session(image):
    session = IndexSession(submit_now, prepare=lambda dtype: None)
    session.request_index(image)
    return session


def test_an_edit_is_in_the_index_at_once_and_keeps_the_selection(session, image):
    told = []
    session.selection.select([1, 7])
    session.index_changed.connect(told.append)
    image.data[0, :2] = 7
    session.apply_edit(image, (slice(0, 1), slice(0, 2)))
    assert isinstance(session.state, Ready)
    assert session.index.voxel_counts.tolist() == [1, 5]
    assert session.selection.labels.tolist() == [7], "1 is gone"
    assert told == [session.index]


def test_a_large_edit_is_indexed_anew(session, image, monkeypatch):
    monkeypatch.setattr(_edit, "MAX_EDITED_VOXELS", 7)
    built = []
    session.progressed.connect(lambda progress: built.append(progress.phase))
    image.data[:] = 3
    session.apply_edit(image, (slice(0, 2), slice(0, 1)))
    assert isinstance(session.state, Ready)
    assert list(session.index) == [3]
    assert built, "it went the long way"


def test_an_index_that_cannot_follow_is_out_of_date(session):
    other = LabelImage(np.zeros((2, 4), np.uint8))
    session.apply_edit(other, (slice(0, 1), slice(0, 1)))
    assert isinstance(session.state, Stale)
    session.apply_edit(other, (slice(0, 1), slice(0, 1)))
    assert isinstance(session.state, Stale)


def test_an_edit_without_an_index_is_nobodys_business(image):
    session = IndexSession(submit_now)
    session.apply_edit(image, (slice(0, 1), slice(0, 1)))
    assert session.index is None
