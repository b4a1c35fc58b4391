from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.index import LabelImage
from napari_label_index.session import IndexSession, SelectionTrail
from session.immediate import submit_now


@pytest.fixture
def session():
    session = IndexSession(submit_now, prepare=lambda dtype: None)
    session.request_index(LabelImage(np.arange(6).reshape(2, 3)))
    return session


@pytest.fixture
def trail(session):
    return SelectionTrail(session)


def selected(session):
    return session.selection.labels.tolist()


def test_back_and_forward_select_what_was_selected(session, trail):
    for labels in ([1], [2, 3], [5]):
        session.selection.select(labels)
        trail.settle()
    trail.back()
    assert selected(session) == [2, 3]
    trail.back()
    assert selected(session) == [1]
    assert not trail.can_go_back
    trail.forward()
    trail.forward()
    assert selected(session) == [5]
    assert not trail.can_go_forward


def test_what_was_passed_through_is_no_step(session, trail):
    session.selection.select([1])
    trail.settle()
    for last in (2, 3, 4, 5):
        session.selection.select(range(2, last + 1))
    trail.settle()
    trail.back()
    assert selected(session) == [1]


def test_going_back_keeps_a_selection_that_has_not_settled(session, trail):
    session.selection.select([1])
    trail.settle()
    session.selection.select([4])
    trail.back()
    assert selected(session) == [1]
    trail.forward()
    assert selected(session) == [4]


def test_going_nowhere_leaves_the_selection(session, trail):
    session.selection.select([4])
    trail.back()
    trail.forward()
    assert selected(session) == [4]


def test_another_volume_starts_a_new_trail(session, trail):
    for labels in ([1], [2]):
        session.selection.select(labels)
        trail.settle()
    session.clear()
    assert not trail.can_go_back
    trail.close()
    trail.close()
