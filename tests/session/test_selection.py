"""Selection: sets of labels against plain Python sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.session import LabelSelection


def selection_among(known, dtype=np.int64):
    selection = LabelSelection()
    selection.set_known(np.array(sorted(known), dtype))
    return selection


ids = st.sets(st.integers(-5, 12))


@given(ids, st.lists(st.tuples(st.sampled_from(["select", "add", "toggle"]), ids)))
def test_any_sequence_of_steps_agrees_with_python_sets(known, steps):
    selection = selection_among(known)
    expected: set[int] = set()
    for name, labels in steps:
        getattr(selection, name)(labels)
        fitting = labels & known
        expected = {
            "select": fitting,
            "add": expected | fitting,
            "toggle": expected ^ fitting,
        }[name]
        assert selection.labels.tolist() == sorted(expected)
        assert selection.labels.dtype == np.int64


@given(ids, ids, ids)
def test_other_known_labels_keep_the_selected_ones_that_still_exist(
    first, then, chosen
):
    selection = selection_among(first)
    selection.select(chosen)
    selection.set_known(np.array(sorted(then), np.int64))
    assert selection.labels.tolist() == sorted(first & then & chosen)


@pytest.mark.parametrize("as_array", [False, True])
def test_ids_above_two_to_the_53_are_kept_apart(as_array):
    known = [2**60 + 1, 2**60 + 2, 2**60 + 3]
    selection = selection_among(known, np.uint64)
    wanted = [2**60 + 2]
    selection.select(np.array(wanted, np.int64) if as_array else wanted)
    assert selection.labels.tolist() == wanted


def test_ids_that_do_not_fit_the_dtype_are_no_labels():
    selection = selection_among([1, 200], np.uint8)
    selection.select([-56, 1, 456, 2**70])
    assert selection.labels.tolist() == [1]
    selection.select(np.array([-55, 200, 257]))
    assert selection.labels.tolist() == [200]


def test_labels_survive_a_change_of_dtype():
    selection = selection_among([3, 300, 70_000], np.int32)
    selection.select([3, 300, 70_000])
    selection.set_known(np.array([3, 300], np.uint16))
    assert selection.labels.tolist() == [3, 300]
    assert selection.labels.dtype == np.uint16


def test_changed_is_told_once_for_each_real_change():
    selection = selection_among(range(5))
    told = []
    selection.changed.connect(lambda labels: told.append(labels.tolist()))
    selection.select([1, 2])
    selection.select([2, 1])  # the same set: nothing to tell
    selection.add([7])  # unknown: nothing to tell
    selection.select(selection.known)
    selection.clear()
    assert told == [[1, 2], [0, 1, 2, 3, 4], []]


def test_focus_follows_known_labels_only():
    selection = selection_among([1, 2])
    told = []
    selection.focused_changed.connect(told.append)
    selection.focus(2)
    selection.focus(9)
    assert selection.focused == 2
    selection.set_known(np.array([1]))
    assert selection.focused is None
    assert told == [2, None]


def test_selecting_in_an_empty_index_selects_nothing():
    selection = LabelSelection()
    selection.select([1, 2])
    selection.toggle([1])
    selection.select(selection.known)
    assert len(selection) == 0
    assert 1 not in selection
