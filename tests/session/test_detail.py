"""The focused label in detail: parts, holes, neighbours."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.index import LabelImage
from napari_label_index.session import IndexSession, Inspection
from planted_faults import HOLLOW, SPLIT, TOUCHING, faulty_volume
from session.immediate import HeldSubmit, submit_now


@pytest.fixture
def session():
    return IndexSession(submit_now)


def inspect(session, submit, spacing=()):
    inspection = Inspection(session, submit)
    session.request_index(LabelImage(faulty_volume(), spacing=spacing))
    return inspection.detail


def test_parts_come_largest_first_with_their_boxes(session):
    finder = inspect(session, submit_now)
    finder.set_active(True)
    session.selection.focus(SPLIT)
    detail = finder.detail
    boxes = [detail.parts.bbox(part) for part in detail.part_order]
    assert [box[0] for box in boxes] == [slice(4, 7), slice(8, 10)]
    assert detail.parts.voxel_counts.tolist() == [108, 72]
    assert (detail.label, detail.n_voxels, detail.holes) == (SPLIT, 180, (0, 0))


def test_neighbours_come_with_their_contact_area_in_world_units(session):
    finder = inspect(session, submit_now, spacing=(2.0, 0.5, 0.25))
    finder.set_active(True)
    session.selection.focus(TOUCHING[0])
    neighbours = finder.detail.neighbours
    assert neighbours.labels.tolist() == [TOUCHING[1]]
    np.testing.assert_allclose(neighbours.areas, 36 * 2.0 * 0.25)


def test_holes_are_told(session):
    finder = inspect(session, submit_now)
    finder.set_active(True)
    session.selection.focus(HOLLOW)
    assert finder.detail.holes == (1, 1)


def test_nothing_is_computed_while_the_detail_is_folded(session):
    submit = HeldSubmit()
    finder = inspect(session, submit)
    n_before = len(submit.jobs)
    session.selection.focus(SPLIT)
    assert len(submit.jobs) == n_before
    assert finder.detail is None
    finder.set_active(True)
    assert len(submit.jobs) > n_before
    assert finder.detail.parts is None


def test_parts_of_a_label_that_is_no_longer_focused_are_dropped(session):
    submit = HeldSubmit()
    finder = inspect(session, submit)
    finder.set_active(True)
    session.selection.focus(SPLIT)
    older = submit.jobs[-1]
    session.selection.focus(HOLLOW)
    older.finish()
    assert finder.detail.label == HOLLOW
    assert finder.detail.parts is None


def test_another_index_without_the_label_shows_nothing(session):
    finder = inspect(session, submit_now)
    finder.set_active(True)
    session.selection.focus(SPLIT)
    session.request_index(LabelImage(np.array([[1, 2]])))
    assert finder.detail is None
