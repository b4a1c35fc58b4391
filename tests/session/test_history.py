"""Back and forward over selections against a plain list and a place in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from napari_label_index.session import SelectionHistory

MAX_LENGTH = 4

selections = st.lists(st.integers(0, 3), max_size=2, unique=True).map(sorted)


def as_list(labels):
    return None if labels is None else labels.tolist()


class HistoryMachine(RuleBasedStateMachine):
    """A browser's history, as it would be written down on paper."""

    def __init__(self):
        super().__init__()
        self.history = SelectionHistory(MAX_LENGTH)
        self.before, self.now, self.after = [], None, []
        self.nothing_selected = False

    @rule(labels=selections)
    def visit(self, labels):
        self.history.visit(np.array(labels, np.int64))
        self.nothing_selected = not labels
        if labels and labels != self.now:
            if self.now is not None:
                self.before = [*self.before, self.now][-(MAX_LENGTH - 1) :]
            self.now, self.after = labels, []

    @rule()
    def back(self):
        got = as_list(self.history.back())
        if self.nothing_selected and self.now is not None:
            assert got == self.now
            self.nothing_selected = False
        elif self.before:
            self.after.insert(0, self.now)
            self.now = self.before.pop()
            assert got == self.now
        else:
            assert got is None

    @rule()
    def forward(self):
        got = as_list(self.history.forward())
        if not self.after:
            assert got is None
            return
        self.before.append(self.now)
        self.now = self.after.pop(0)
        self.nothing_selected = False
        assert got == self.now

    @rule()
    def visit_where_it_stands(self):
        """A view tells what it was just given: nothing may change."""
        if self.now is not None:
            self.history.visit(np.array(self.now, np.int64))
            self.nothing_selected = False

    @rule()
    def clear(self):
        self.history.clear()
        self.before, self.now, self.after = [], None, []
        self.nothing_selected = False

    @invariant()
    def knows_where_it_can_go(self):
        goes_back = bool(self.before) or (
            self.nothing_selected and self.now is not None
        )
        assert self.history.can_go_back is goes_back
        assert self.history.can_go_forward is bool(self.after)
        n = len(self.before) + (self.now is not None) + len(self.after)
        assert len(self.history) == n <= MAX_LENGTH


TestHistory = HistoryMachine.TestCase
TestHistory.settings = settings(max_examples=100, stateful_step_count=30)


def test_what_is_remembered_does_not_change_with_the_array_that_was_visited():
    history, labels = SelectionHistory(), np.array([1, 2])
    history.visit(labels)
    labels[:] = 9
    history.visit(labels)
    assert as_list(history.back()) == [1, 2]


def test_a_returned_selection_cannot_be_written_to():
    history = SelectionHistory()
    history.visit(np.array([1]))
    history.visit(np.array([2]))
    with pytest.raises(ValueError, match="read-only"):
        history.back()[0] = 5


def test_ids_above_two_to_the_53_are_different_selections():
    history = SelectionHistory()
    for label in (2**63, 2**63 + 1):
        history.visit(np.array([label], np.uint64))
    assert as_list(history.back()) == [2**63]
