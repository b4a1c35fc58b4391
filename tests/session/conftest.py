"""Columns of an index with faults, computed when the test says so."""

from __future__ import annotations

import pytest

from napari_label_index.index import build_index
from napari_label_index.session import ColumnStore
from planted_faults import faulty_volume
from session.immediate import HeldSubmit


@pytest.fixture
def index():
    return build_index(faulty_volume())


@pytest.fixture
def submit():
    return HeldSubmit()


@pytest.fixture
def store(submit, index):
    store = ColumnStore(submit)
    store.set_index(index)
    return store
