"""Ids are found in sorted ids, by a search or, where none is missing, without."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.index import among
from napari_label_index.index._lookup import places_in

ENDS = {"i1": (-128, 127), "u8": (0, 2**64 - 1), "i8": (-(2**63), 2**63 - 1)}


@st.composite
def sorted_ids(draw):
    """Ids without a gap, or with some, also at the ends of what a type can hold."""
    kind = draw(st.sampled_from(sorted(ENDS)))
    low, high = ENDS[kind]
    first = draw(st.one_of(st.just(low), st.just(high - 9), st.integers(low, high - 9)))
    ids = first + np.arange(draw(st.integers(0, 10)), dtype=object)
    kept = [each for each in ids if draw(st.integers(0, 9))]
    others = st.integers(max(low, first - 3), min(high, first + 12))
    return np.array(kept, kind), np.array(draw(st.lists(others)), kind)


@given(sorted_ids())
def test_places_are_those_of_a_search(ids):
    known, wanted = ids
    places = places_in(known, wanted)
    np.testing.assert_array_equal(places, np.searchsorted(known, wanted))
    assert places.dtype == np.int64


@given(sorted_ids())
def test_ids_among_others_are_sorted_and_once(ids):
    known, wanted = ids
    expected = sorted(set(known.tolist()) & set(wanted.tolist()))
    for given_ids in (wanted, np.sort(wanted), np.unique(wanted)):
        found = among(known, given_ids)
        assert found.tolist() == expected
        assert found.dtype == known.dtype


@pytest.mark.parametrize("known", [[3, 4, 5], [3, 5, 9]], ids=["no gap", "gaps"])
def test_a_label_that_is_not_there_has_a_place_and_is_not_among(known):
    known = np.array(known, np.uint8)
    wanted = np.array([0, 3, 6, 255], np.uint8)
    np.testing.assert_array_equal(
        places_in(known, wanted), np.searchsorted(known, wanted)
    )
    assert among(known, wanted).tolist() == [3]


@pytest.mark.parametrize("kind", ["i1", "u1", "i2", "u2"])
def test_ids_without_a_gap_may_be_all_that_their_type_has(kind):
    limits = np.iinfo(kind)
    known = np.arange(limits.min, limits.max + 1).astype(kind)
    np.testing.assert_array_equal(places_in(known, known), np.arange(known.size))
    np.testing.assert_array_equal(among(known, known[::-1]), known)
