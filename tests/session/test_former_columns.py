"""What columns said before an edit stays, by label, until it is computed again."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.index import build_index
from napari_label_index.session import ColumnStore
from session.immediate import HeldSubmit

BEFORE = np.array([[1, 1, 3, 3], [5, 5, 0, 3]])


@pytest.fixture
def held():
    return HeldSubmit()


@pytest.fixture
def store(held):
    store = ColumnStore(held)
    index = build_index(BEFORE)
    index.contacts()
    assert index.column("n_neighbours").tolist() == [2, 1, 1]
    store.set_index(index)
    return store


def edited(store):
    after = BEFORE.copy()
    after[0, :2], after[1, 2] = 0, 2
    store.set_index(store.index.update(after, (slice(0, 2), slice(0, 3))))
    return store.index.labels.tolist()


def test_values_are_kept_for_the_labels_that_there_still_are(store):
    assert store.former("n_neighbours") is None
    assert edited(store) == [2, 3, 5]
    former = store.former("n_neighbours")
    assert former.is_known.tolist() == [False, True, True]
    assert former.values[1:].tolist() == [1, 1]
    assert np.isnan(former.with_gaps).tolist() == [True, False, False]
    assert store.values("n_neighbours") is None
    assert store.former("num_pixels") is None


def test_they_go_when_the_column_arrives_or_the_index_goes(store, held):
    edited(store)
    store.set_index(store.index.update(BEFORE, (slice(0, 2), slice(0, 3))))
    former = store.former("n_neighbours")
    assert former.is_known.tolist() == [False, True, True], "1 was away"
    store.request(["n_neighbours"])
    held.jobs[0].finish()
    assert store.former("n_neighbours") is None
    assert store.values("n_neighbours").tolist() == [2, 1, 1]
    edited(store)
    store.set_index(None)
    assert store.former("n_neighbours") is None


def test_nothing_is_computed_while_the_store_is_held(store, held):
    store.hold()
    edited(store)
    store.request(["n_neighbours", "contact_area"])
    assert not held.jobs
    store.release()
    assert len(held.jobs) == 1
    held.jobs[0].finish()
    assert store.is_ready("n_neighbours")
