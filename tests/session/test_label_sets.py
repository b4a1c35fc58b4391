"""Named sets without Qt: made, changed, saved, and asked for by queries."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import VolumeHint, read_sets, save_sets
from napari_label_index.session import IndexSession, Inspection, LabelSets, Wrong
from session.immediate import HeldSubmit, submit_now

VOLUME = np.array([[1, 1, 0, 4], [2, 0, 3, 4], [9, 9, 3, 0]], np.uint16)


@pytest.fixture
def index():
    return build_index(VOLUME)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cells.labelsets.json"


@pytest.fixture
def sets(index, path):
    sets = LabelSets(submit_now)
    sets.open(path, index)
    return sets


def told(sets):
    return {name: ids.tolist() for name, ids in sets.by_name.items()}


def reopened(path, index):
    sets = LabelSets(submit_now)
    sets.open(path, index)
    return told(sets)


def test_each_change_is_saved(sets, path, index):
    sets.put("b", np.array([3, 1, 3]))
    sets.add("a", np.array([2], np.uint16))
    sets.add("a", np.array([9], np.uint16))
    assert told(sets) == reopened(path, index) == {"a": [2, 9], "b": [1, 3]}
    sets.remove("a", np.array([9, 1]))
    sets.rename("b", "c")
    assert told(sets) == reopened(path, index) == {"a": [2], "c": [1, 3]}
    sets.delete("c")
    assert told(sets) == reopened(path, index) == {"a": [2]}
    assert sets.last_deleted == "c"
    sets.bring_back()
    assert told(sets) == reopened(path, index) == {"a": [2], "c": [1, 3]}
    assert sets.last_deleted == ""


def test_a_clock_that_was_set_back_brings_nothing_back(index, path):
    now = [1_000.0]
    sets = LabelSets(submit_now, clock=lambda: now[0])
    sets.open(path, index)
    sets.put("a", np.array([1]))
    now[0] = 1.0
    sets.delete("a")
    assert reopened(path, index) == {}


@pytest.mark.parametrize("name", ["", "  ", 'a"b', "a\nb", "x" * 61])
def test_a_name_that_no_query_could_ask_for_is_refused(sets, name):
    with pytest.raises(ValueError, match=r"[Nn]ame"):
        sets.put(name, np.array([1]))
    assert told(sets) == {}


def test_renaming_takes_no_other_set_away(sets):
    sets.put("a", np.array([1]))
    sets.put("b", np.array([2]))
    with pytest.raises(ValueError, match="already"):
        sets.rename("a", "b")
    sets.rename("a", "a ")
    assert told(sets) == {"a": [1], "b": [2]}


def test_sets_made_before_the_file_was_read_are_kept(path, index):
    earlier = LabelSets(submit_now)
    earlier.open(path, index)
    earlier.put("old", np.array([1]))
    later = HeldSubmit()
    sets = LabelSets(later)
    sets.open(path, index)
    sets.put("new", np.array([2]))
    [job] = later.jobs
    job.finish()
    assert told(sets) == reopened(path, index) == {"new": [2], "old": [1]}


def test_without_a_file_sets_last_as_long_as_the_index(index):
    sets = LabelSets(submit_now)
    sets.open(None, index)
    sets.put("a", np.array([1]))
    assert told(sets) == {"a": [1]}
    assert sets.path is None
    sets.open(None, None)
    assert told(sets) == {}


def test_sets_of_another_volume_are_shown_and_told(path, index):
    other = build_index(np.ones((4, 4), np.uint8))
    sets = LabelSets(submit_now)
    sets.open(path, other)
    sets.put("a", np.array([1]))
    said = []
    again = LabelSets(submit_now)
    again.told.connect(said.append)
    again.open(path, index)
    assert told(again) == {"a": [1]}
    assert "were made for" in said[0]


def test_a_save_that_fails_is_told_and_the_set_is_there(sets, path):
    said = []
    sets.told.connect(said.append)
    path.mkdir()
    sets.put("a", np.array([1]))
    assert "not saved" in said[0]
    assert told(sets) == {"a": [1]}
    path.rmdir()
    sets.put("b", np.array([2]))
    assert set(read_sets(path).sets) == {"a", "b"}


def test_what_somebody_else_saved_meanwhile_appears(sets, path, index):
    other = LabelSets(submit_now)
    other.open(path, index)
    other.put("theirs", np.array([4]))
    sets.put("ours", np.array([1]))
    assert told(sets) == {"ours": [1], "theirs": [4]}
    assert save_sets(path, sets._hint, []).sets.keys() == {"ours", "theirs"}


def test_sets_are_saved_as_those_of_the_volume_as_it_is_now(index, path):
    session = IndexSession(submit_now, prepare=lambda dtype: None)
    inspection = Inspection(session, submit_now)
    session.request_index(LabelImage(VOLUME))
    inspection.sets.open(path, session.index)
    edited = VOLUME.copy()
    edited[0, 0] = 77
    session.apply_edit(LabelImage(edited), (slice(0, 1), slice(0, 1)))
    inspection.sets.put("new", np.array([77]))
    assert read_sets(path).hint == VolumeHint.of(session.index)
    inspection.close()


def test_the_filter_asks_for_sets_and_follows_them(index, path):
    session = IndexSession(submit_now)
    inspection = Inspection(session, submit_now)
    inspection.columns.set_index(index)
    inspection.sets.open(path, index)
    inspection.filter.set_text('in "my set"')
    state = inspection.filter.state
    assert isinstance(state, Wrong)
    assert (state.position, state.length) == (3, 8)
    inspection.sets.put("my set", np.array([9, 1, 77]))
    assert inspection.filter.labels.tolist() == [1, 9]
    inspection.sets.add("my set", np.array([4]))
    assert inspection.filter.labels.tolist() == [1, 4, 9]
    inspection.sets.delete("my set")
    assert isinstance(inspection.filter.state, Wrong)
