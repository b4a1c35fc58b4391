"""Neighbours of the selection, compared with every pair of voxels side by side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.index import build_index
from napari_label_index.session import IndexSession, Inspection
from napari_label_index.session._neighbourhood import neighbours_of
from session.immediate import HeldSubmit, submit_now
from strategies import label_images


def touching(volume, labels):
    found = set()
    for axis in range(volume.ndim):
        a = np.moveaxis(volume, axis, 0)[:-1].ravel().tolist()
        b = np.moveaxis(volume, axis, 0)[1:].ravel().tolist()
        for one, other in [*zip(a, b, strict=True), *zip(b, a, strict=True)]:
            if one in labels and other not in (0, one):
                found.add(other)
    return sorted(found)


@given(label_images(), st.data())
def test_neighbours_are_what_lies_beside_a_voxel(volume, data):
    index = build_index(volume)
    if index.time_axis is not None or not len(index):
        return
    chosen = data.draw(st.lists(st.sampled_from(index.labels.tolist()), unique=True))
    labels = np.array(sorted(chosen), index.labels.dtype)
    expected = touching(np.asarray(volume), set(chosen))
    assert neighbours_of(index, labels).tolist() == expected


VOLUME = np.array([[1, 2, 0, 4], [1, 3, 0, 4], [0, 5, 0, 0]], np.uint16)


@pytest.fixture
def later():
    return HeldSubmit()


def finish_all(later):
    for job in later.jobs:
        job.finish()


@pytest.fixture
def inspection(later):
    session = IndexSession(submit_now)
    inspection = Inspection(session, later)
    index = build_index(VOLUME)
    session.selection.set_known(index.labels)
    inspection.columns.set_index(index)
    return session.selection, inspection.neighbourhood


def test_the_selection_grows_once_the_contacts_are_known(inspection, later):
    selection, neighbourhood = inspection
    said = []
    neighbourhood.told.connect(said.append)
    selection.select([1])
    neighbourhood.select()
    assert selection.labels.tolist() == [1]
    assert said == ["Computing neighbours\N{HORIZONTAL ELLIPSIS}"]
    finish_all(later)
    assert selection.labels.tolist() == [1, 2, 3]
    neighbourhood.select()
    assert selection.labels.tolist() == [1, 2, 3, 5]
    neighbourhood.select()
    assert "No other label" in said[-1]


def test_another_selection_meanwhile_stays_as_it_is(inspection, later):
    selection, neighbourhood = inspection
    selection.select([1])
    neighbourhood.select()
    selection.select([4])
    finish_all(later)
    assert selection.labels.tolist() == [4]
