"""Any sequence of marks, undos, restarts and kills against a plain dictionary."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from napari_label_index.index import build_index
from napari_label_index.io import ReviewColumns, ReviewStatus, VolumeHint, open_review
from napari_label_index.session import Review, ReviewProgress
from review_files import Clock, content_of

LABELS = [-(2**63), -1, 3, 2**53 + 1, 2**53 + 2, 2**63 - 1]
STATUSES = ["accepted", "rejected", "unsure", "unreviewed"]
INDEX = build_index(np.array(LABELS))
HINT = VolumeHint.of(INDEX)

some_labels = st.lists(st.sampled_from(LABELS), max_size=4)


class ReviewMachine(RuleBasedStateMachine):
    """Marks, undoes, saves, opens; a second program marks in the same file."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "cells.labelreview.json"
        self.clock = Clock()
        self.expected: dict[int, tuple[str, str]] = {}
        self.undo_steps: list[tuple[dict, dict]] = []
        self.redo_steps: list[tuple[dict, dict]] = []
        self.open()

    def open(self):
        opened = open_review(self.path, HINT)
        assert opened.damage is opened.stale is None
        self.review = Review(opened, clock=self.clock)
        self.review.save_failed.connect(pytest.fail)

    def set(self, content):
        for label, told in content.items():
            self.expected[label] = told
            if told == ("unreviewed", ""):
                del self.expected[label]

    def change(self, labels, change_of):
        before = {k: self.expected.get(k, ("unreviewed", "")) for k in labels}
        before = {k: told for k, told in before.items() if change_of(*told) != told}
        after = {k: change_of(*told) for k, told in before.items()}
        if after:
            self.undo_steps.append((before, after))
            self.redo_steps.clear()
            self.set(after)

    @rule(labels=some_labels, status=st.sampled_from(STATUSES))
    def mark(self, labels, status):
        self.review.mark(labels, status)
        self.change(labels, lambda _, note: (status, note))

    @rule(labels=some_labels)
    def clear(self, labels):
        self.review.mark(np.array(labels, np.int64), "unreviewed")
        self.change(labels, lambda _, note: ("unreviewed", note))

    @rule(label=st.sampled_from(LABELS), text=st.sampled_from(["", "a\nb", "=é😀\0"]))
    def note(self, label, text):
        self.review.note(label, text)
        self.change([label], lambda status, _: (status, text))

    @rule()
    def undo(self):
        labels = self.review.undo()
        assert (labels is not None) == bool(self.undo_steps)
        if self.undo_steps:
            self.redo_steps.append(self.undo_steps.pop())
            self.set(self.redo_steps[-1][0])
            assert set(labels.tolist()) == set(self.redo_steps[-1][0])

    @rule()
    def redo(self):
        labels = self.review.redo()
        assert (labels is not None) == bool(self.redo_steps)
        if self.redo_steps:
            self.undo_steps.append(self.redo_steps.pop())
            self.set(self.undo_steps[-1][1])

    @rule()
    def open_again(self):
        """As after a restart, or a kill: nothing was said to the review before."""
        self.open()
        self.undo_steps, self.redo_steps = [], []

    @rule(label=st.sampled_from(LABELS), status=st.sampled_from(STATUSES))
    def mark_in_another_program(self, label, status):
        other = Review(open_review(self.path, HINT), clock=self.clock)
        other.mark([label], status)
        self.set({label: (status, self.expected.get(label, ("", ""))[1])})
        self.review.flush()  # takes in what the other wrote

    @rule()
    def lose_the_end_of_the_last_line(self):
        """As a kill in the middle of a write: only what is under way is missing."""
        if self.path.exists():
            with self.path.open("ab") as file:
                file.write(b'{"crc":"0000')
            opened = open_review(self.path, HINT)
            assert opened.damage is not None
            assert content_of(opened.marks) == self.expected
            self.review.flush()

    @invariant()
    def says_what_is_expected(self):
        assert content_of(self.review.marks) == self.expected
        assert content_of(open_review(self.path, HINT).marks) == self.expected
        assert self.review.can_undo is bool(self.undo_steps)
        assert self.review.can_redo is bool(self.redo_steps)
        names = [self.expected.get(k, ("unreviewed", ""))[0] for k in LABELS]
        columns = ReviewColumns(self.review.marks, INDEX)
        assert np.asarray(columns["status"]).tolist() == names
        counts = ReviewProgress.of(self.review.marks.codes_of(INDEX.labels)).counts
        assert counts == {status: names.count(status) for status in ReviewStatus}

    def teardown(self):
        shutil.rmtree(self.folder)


TestReview = ReviewMachine.TestCase
TestReview.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
