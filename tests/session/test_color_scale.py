from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_label_index.session import N_LEVELS, NO_VALUE, ColorScale


def levels(values, **options):
    return ColorScale("size", np.array(values), **options).levels.tolist()


def test_levels_go_evenly_from_the_least_to_the_greatest():
    assert levels(np.arange(N_LEVELS)) != []
    evenly = np.linspace(0, 1, 5001)
    found = np.array(levels(evenly))
    assert (np.diff(found) >= 0).all()
    assert set(found) == set(range(1, N_LEVELS + 1))
    assert np.bincount(found)[2:-1].std() < 2


def test_one_giant_does_not_take_the_colours_of_the_others():
    values = np.append(np.arange(1000), 1e9)
    assert len(set(levels(values))) == N_LEVELS


def test_few_values_of_which_one_is_common_still_differ():
    assert levels([0] * 1000 + [1]) == [1] * 1000 + [N_LEVELS]
    assert levels([False, True]) == [1, N_LEVELS]


@pytest.mark.parametrize("is_log", [False, True])
@pytest.mark.parametrize("value", [0, 5, -3])
def test_one_value_has_one_level_in_the_middle(value, is_log):
    assert levels([value] * 3, is_log=is_log) == [1 + (N_LEVELS - 1) // 2] * 3


def test_what_is_not_finite_has_no_level():
    scale = ColorScale("size", np.array([1, np.nan, 2, np.inf]))
    assert scale.levels.tolist() == [1, NO_VALUE, N_LEVELS, NO_VALUE]
    assert scale.has_gaps
    assert not ColorScale("size", np.array([1, 2])).has_gaps


def test_no_values_at_all():
    assert levels([]) == []
    scale = ColorScale("size", np.array([np.nan]))
    assert scale.levels.tolist() == [NO_VALUE]
    assert scale.limits == (0, 0)
    assert not scale.can_be_log


def test_a_logarithm_gives_each_power_of_ten_as_many_levels():
    values = np.logspace(0, 6, 6001)
    scale = ColorScale("size", values, is_log=True)
    found = scale.levels
    low, high = np.log10(scale.limits)
    expected = 1 + (np.log10(values) - low) / (high - low) * (N_LEVELS - 1)
    np.testing.assert_allclose(found, np.clip(expected, 1, N_LEVELS), atol=0.51)


def test_values_that_have_no_logarithm_get_the_lowest_level():
    assert levels([0, 10, 100, 1000], is_log=True)[0] == 1
    assert not ColorScale("shift", np.array([-5, -4, 1])).can_be_log
    assert levels([-5, -4, 1], is_log=True) == levels([-5, -4, 1])


@given(arrays(np.float64, st.integers(0, 30)), st.booleans())
def test_order_is_kept_whatever_the_values(values, is_log):
    values = np.clip(values, -1e150, 1e150)
    scale = ColorScale("any", values, is_log=is_log)
    finite = np.isfinite(values)
    assert (scale.levels[~finite] == NO_VALUE).all()
    found = scale.levels[finite][np.argsort(values[finite])].astype(int)
    assert (np.diff(found) >= 0).all()
    assert ((found >= 1) & (found <= N_LEVELS)).all()
